namespace EdgeInfer
{
    /// <summary>
    /// Where a blob is read from: an array, a resource, a file on internal storage or an SD card.
    /// Loading through a source holds nothing twice: tables and weights go straight to where they stay.
    /// </summary>
    public abstract class BlobSource
    {
        /// <summary>Length of the blob in bytes.</summary>
        public abstract int Length { get; }

        /// <summary>
        /// The whole blob, where it is already in memory: weights are then used in place.
        /// Otherwise null, and they are read into an array of their own.
        /// </summary>
        public virtual byte[] Content
        {
            get { return null; }
        }

        /// <summary>Reads a part of the blob.</summary>
        /// <param name="position">First byte of the part in the blob.</param>
        /// <param name="buffer">Receives the part.</param>
        /// <param name="offset">Where in <paramref name="buffer"/> the part begins.</param>
        /// <param name="count">Number of bytes; never reaches beyond <see cref="Length"/>.</param>
        public abstract void Read(int position, byte[] buffer, int offset, int count);
    }
}
