namespace EdgeInfer.PlainKernels
{
    /// <summary>A kernel that runs the whole operator in its first unit.</summary>
    public abstract class PlainKernel : Kernel
    {
        /// <inheritdoc/>
        public override string Name
        {
            get { return "Plain"; }
        }

        /// <summary>Nothing to prove: the runtime's own kernel proves the record whoever carries it out.</summary>
        /// <param name="verifier">Reads the record.</param>
        public override void Verify(Verifier verifier)
        {
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            if (unit == 0) Compute(model, arena, record);
        }

        /// <summary>Computes the whole output.</summary>
        /// <param name="model">Holds the record.</param>
        /// <param name="arena">Holds the tensors.</param>
        /// <param name="record">Position of the record.</param>
        protected abstract void Compute(Model model, Arena arena, int record);
    }
}
