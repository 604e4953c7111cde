namespace EdgeInfer.Native
{
    /// <summary>Has the firmware run the units of a record, all of them in one call.</summary>
    internal sealed class NativeKernel : Kernel
    {
        private readonly OperatorCode _code;

        /// <summary>Stands in for a managed kernel.</summary>
        /// <param name="code">The operator. The library with its managed kernel need not be registered yet.</param>
        public NativeKernel(OperatorCode code)
        {
            _code = code;
        }

        /// <inheritdoc/>
        public override string Name
        {
            get { return KernelCatalog.Managed(_code).Name; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            KernelCatalog.Managed(_code).Verify(verifier);
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
            if (done == 0) KernelCatalog.Managed(_code).Run(model, arena, record, unit, count);
        }
    }
}
