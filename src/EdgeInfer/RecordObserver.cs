namespace EdgeInfer
{
    /// <summary>
    /// Hears what the kernels declare of their records, so that tools can show lifetimes and sizes without knowing any
    /// kernel; see <see cref="Model.Observe"/>.
    /// </summary>
    public abstract class RecordObserver
    {
        /// <summary>A record uses a tensor: it reads, writes or changes it, or has it as scratch.</summary>
        /// <param name="record">Position of the record in <see cref="Model.Words"/>.</param>
        /// <param name="entry">Position of the tensor's entry in <see cref="Model.Words"/>.</param>
        public abstract void OnTensor(int record, int entry);

        /// <summary>A record uses constants.</summary>
        /// <param name="record">Position of the record in <see cref="Model.Words"/>.</param>
        /// <param name="width">Bytes of a constant: 4 in the words section, 2 in the halves, 1 in the bytes.</param>
        /// <param name="start">The first constant, counted from the start of its section.</param>
        /// <param name="count">Number of constants.</param>
        public abstract void OnConstants(int record, int width, int start, int count);
    }
}
