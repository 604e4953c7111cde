using System;
using System.IO;
using EdgeInfer;

namespace KeywordSpotting
{
    /// <summary>Reads a blob from a file, so that tables and weights go straight to where they stay.</summary>
    internal sealed class FileBlobSource : BlobSource, IDisposable
    {
        private readonly FileStream _stream;

        internal FileBlobSource(string path)
        {
            _stream = new FileStream(path, FileMode.Open, FileAccess.Read);
        }

        /// <inheritdoc/>
        public override int Length
        {
            get { return (int)_stream.Length; }
        }

        /// <inheritdoc/>
        public override void Read(int position, byte[] buffer, int offset, int count)
        {
            _stream.Seek(position, SeekOrigin.Begin);
            while (count > 0)
            {
                int read = _stream.Read(buffer, offset, count);
                if (read <= 0) throw new IOException("the file ends at byte " + position.ToString());

                offset += read;
                count -= read;
            }
        }

        /// <summary>Closes the file.</summary>
        public void Dispose()
        {
            _stream.Dispose();
        }
    }
}
