namespace EdgeInfer
{
    /// <summary>
    /// Carries out one kind of operator. A kernel has no state: what it needs is in the record, the model's
    /// constants and the arena.
    /// </summary>
    public abstract class Kernel
    {
        /// <summary>Name of the operator, as messages show it.</summary>
        public abstract string Name { get; }

        /// <summary>
        /// Proves that <see cref="Invoke"/> will stay inside its tensors and constants whatever the activations are.
        /// Called once, when a blob is loaded; afterwards nothing is checked again.
        /// </summary>
        /// <param name="verifier">Reads the record's fields and refuses what is wrong.</param>
        /// <exception cref="BlobException">A field is wrong.</exception>
        public abstract void Verify(Verifier verifier);

        /// <summary>Runs one unit of the operator. Allocates nothing.</summary>
        /// <param name="model">Holds the record and the constants.</param>
        /// <param name="arena">Holds the tensors.</param>
        /// <param name="record">Position of the record in <see cref="Model.Words"/>.</param>
        /// <param name="unit">0 to the record's number of units less one, in ascending order.</param>
        public abstract void Invoke(Model model, Arena arena, int record, int unit);

        /// <summary>
        /// Runs several units of the operator, one after the other. A kernel for which one call over a whole layer is cheaper
        /// than a call a unit, as it is where the call leaves managed code, overrides it. Allocates nothing.
        /// </summary>
        /// <param name="model">Holds the record and the constants.</param>
        /// <param name="arena">Holds the tensors.</param>
        /// <param name="record">Position of the record in <see cref="Model.Words"/>.</param>
        /// <param name="unit">The first unit.</param>
        /// <param name="count">Number of units, at least one; the last lies within the record's number of units.</param>
        public virtual void Run(Model model, Arena arena, int record, int unit, int count)
        {
            for (int end = unit + count; unit < end; unit++) Invoke(model, arena, record, unit);
        }
    }
}
