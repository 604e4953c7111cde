using System;

namespace EdgeInfer.Audio
{
    /// <summary>
    /// Audio between a microphone, which gives blocks of bytes, and a front end, which takes steps of samples. Bytes are moved in bulk and become
    /// samples only when they are read, each once, so that audio that nobody listens to costs next to nothing.
    /// Where more is written than fits, the oldest audio is given up.
    /// </summary>
    public sealed class AudioRing
    {
        private readonly PcmFormat _format;
        private readonly byte[] _bytes;
        private int _start;
        private int _filled;

        /// <summary>Creates an empty ring.</summary>
        /// <param name="format">The bytes that will be written.</param>
        /// <param name="capacity">Samples that it holds.</param>
        /// <exception cref="ArgumentNullException"><paramref name="format"/> is null.</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is not positive.</exception>
        public AudioRing(PcmFormat format, int capacity)
        {
            if (format == null) throw new ArgumentNullException(nameof(format));
            if (capacity < 1) throw new ArgumentOutOfRangeException(nameof(capacity));

            _format = format;
            _bytes = new byte[capacity * format.FrameBytes];
        }

        /// <summary>Samples that can be read.</summary>
        public int Available
        {
            get { return _filled / _format.FrameBytes; }
        }

        /// <summary>Samples that it holds at most.</summary>
        public int Capacity
        {
            get { return _bytes.Length / _format.FrameBytes; }
        }

        /// <summary>Samples that were given up because nobody had read them in time.</summary>
        public long Lost { get; private set; }

        /// <summary>Appends audio.</summary>
        /// <param name="bytes">Holds whole frames of the format.</param>
        /// <param name="offset">The first byte.</param>
        /// <param name="count">Number of bytes, a multiple of a frame's.</param>
        /// <exception cref="ArgumentNullException"><paramref name="bytes"/> is null.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The bytes are not in the array, or are no whole frames.</exception>
        public void Write(byte[] bytes, int offset, int count)
        {
            if (bytes == null) throw new ArgumentNullException(nameof(bytes));
            if (offset < 0 || offset > bytes.Length) throw new ArgumentOutOfRangeException(nameof(offset));
            if (count < 0 || count > bytes.Length - offset || count % _format.FrameBytes != 0) throw new ArgumentOutOfRangeException(nameof(count));

            int capacity = _bytes.Length;
            if (count > capacity)
            {
                Lost += (count - capacity) / _format.FrameBytes;
                offset += count - capacity;
                count = capacity;
            }

            int excess = _filled + count - capacity;
            if (excess > 0)
            {
                Lost += excess / _format.FrameBytes;
                Drop(excess);
            }

            int at = _start + _filled;
            if (at >= capacity) at -= capacity;
            int first = capacity - at;
            if (first > count) first = count;
            Array.Copy(bytes, offset, _bytes, at, first);
            Array.Copy(bytes, offset + first, _bytes, 0, count - first);
            _filled += count;
        }

        /// <summary>Takes the oldest samples out.</summary>
        /// <param name="samples">Receives them.</param>
        /// <param name="offset">Where the first one goes.</param>
        /// <param name="count">Number of samples, at most <see cref="Available"/>.</param>
        /// <exception cref="ArgumentNullException"><paramref name="samples"/> is null.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There are not so many, or they do not fit into the array.</exception>
        public void Read(short[] samples, int offset, int count)
        {
            if (samples == null) throw new ArgumentNullException(nameof(samples));
            if (offset < 0 || offset > samples.Length) throw new ArgumentOutOfRangeException(nameof(offset));
            if (count < 0 || count > Available || count > samples.Length - offset) throw new ArgumentOutOfRangeException(nameof(count));

            int first = (_bytes.Length - _start) / _format.FrameBytes;
            if (first > count) first = count;
            _format.Decode(_bytes, _start, samples, offset, first);
            _format.Decode(_bytes, 0, samples, offset + first, count - first);
            Drop(count * _format.FrameBytes);
        }

        /// <summary>Drops the oldest samples until no more than a number of them is left.</summary>
        /// <param name="count">Samples to keep.</param>
        /// <returns>Samples that were dropped.</returns>
        public int Keep(int count)
        {
            int excess = Available - count;
            if (excess <= 0) return 0;

            Drop(excess * _format.FrameBytes);
            return excess;
        }

        private void Drop(int bytes)
        {
            _start += bytes;
            if (_start >= _bytes.Length) _start -= _bytes.Length;
            _filled -= bytes;
        }
    }
}
