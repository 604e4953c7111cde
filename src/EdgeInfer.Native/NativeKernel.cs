namespace EdgeInfer.Native
{
    /// <summary>Has the firmware run the units of a record, all of them in one call.</summary>
    internal sealed class NativeKernel : Kernel
    {
        private readonly Kernel _managed;

        /// <summary>Stands in for a managed kernel.</summary>
        /// <param name="managed">Proves the records, and runs those that the native kernel does not.</param>
        public NativeKernel(Kernel managed)
        {
            _managed = managed;
        }

        /// <inheritdoc/>
        public override string Name
        {
            get { return _managed.Name; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            _managed.Verify(verifier);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            Run(model, arena, record, unit, 1);
        }

        /// <inheritdoc/>
        public override void Run(Model model, Arena arena, int record, int unit, int count)
        {
            int done = NativeMethods.Invoke(
                model.Words, model.Halves, model.Bytes, model.BytesStart, arena.Int8, arena.Int16, arena.Int32, record, unit, count);
            if (done == 0) _managed.Run(model, arena, record, unit, count);
        }
    }
}
