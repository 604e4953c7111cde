using System;

namespace EdgeInfer
{
    /// <summary>A blob that lies in an array, as a resource returns it.</summary>
    public sealed class ArrayBlobSource : BlobSource
    {
        private readonly byte[] _blob;

        /// <summary>Creates the source.</summary>
        /// <param name="blob">The whole blob; it must not be changed while a model uses it.</param>
        /// <exception cref="ArgumentNullException"><paramref name="blob"/> is null.</exception>
        public ArrayBlobSource(byte[] blob)
        {
            if (blob == null) throw new ArgumentNullException(nameof(blob));
            _blob = blob;
        }

        /// <inheritdoc/>
        public override int Length
        {
            get { return _blob.Length; }
        }

        /// <inheritdoc/>
        public override byte[] Content
        {
            get { return _blob; }
        }

        /// <inheritdoc/>
        public override void Read(int position, byte[] buffer, int offset, int count)
        {
            Array.Copy(_blob, position, buffer, offset, count);
        }
    }
}
