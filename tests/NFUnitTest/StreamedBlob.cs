using EdgeInfer;

namespace NFUnitTest
{
    /// <summary>A blob that is read in parts, as from a file.</summary>
    public sealed class StreamedBlob : BlobSource
    {
        private readonly byte[] _blob;

        /// <summary>Creates the source.</summary>
        /// <param name="blob">What the file would hold.</param>
        public StreamedBlob(byte[] blob)
        {
            _blob = blob;
        }

        /// <inheritdoc/>
        public override int Length
        {
            get { return _blob.Length; }
        }

        /// <inheritdoc/>
        public override void Read(int position, byte[] buffer, int offset, int count)
        {
            System.Array.Copy(_blob, position, buffer, offset, count);
        }
    }
}
