namespace EdgeInfer
{
    /// <summary>
    /// Keeps, for every tensor, how many of its elements hold a value at a point of the program. Writing one tensor takes
    /// the value of every other that overlaps it. Together with the demand that only values are read, that one rule covers
    /// overlapping lifetimes, missing states and in-place operators alike.
    /// </summary>
    internal sealed class TensorValues
    {
        private readonly int[] _words;
        private readonly int[] _written;

        /// <summary>No tensor holds a value yet.</summary>
        public TensorValues(int[] words, int tensors)
        {
            _words = words;
            _written = new int[tensors];
        }

        /// <summary>Position of the word behind the last tensor entry.</summary>
        public int End
        {
            get { return _written.Length * BlobFormat.TensorWords; }
        }

        /// <summary>Tells whether at least <paramref name="count"/> elements of a tensor hold a value.</summary>
        public bool Holds(int entry, int count)
        {
            return _written[entry / BlobFormat.TensorWords] >= count;
        }

        /// <summary>Tells whether a whole tensor holds a value.</summary>
        public bool Holds(int entry)
        {
            return Holds(entry, _words[entry + BlobFormat.TensorCount]);
        }

        /// <summary>Elements of a tensor were written; none where it is only used as scratch.</summary>
        public void Write(int entry, int written)
        {
            int[] words = _words;
            int segment = BlobFormat.SegmentOf(words, entry);
            int start = words[entry + BlobFormat.TensorOffset];
            int end = start + words[entry + BlobFormat.TensorCount];
            int own = _written[entry / BlobFormat.TensorWords];
            for (int i = 0, other = 0; i < _written.Length; i++, other += BlobFormat.TensorWords)
            {
                if (_written[i] == 0) continue;

                int otherStart = words[other + BlobFormat.TensorOffset];
                if (otherStart < end && start < otherStart + words[other + BlobFormat.TensorCount] && BlobFormat.SegmentOf(words, other) == segment) _written[i] = 0;
            }

            int count = words[entry + BlobFormat.TensorCount];
            _written[entry / BlobFormat.TensorWords] = written == 0 ? 0 : written >= count - own ? count : own + written;
        }

        /// <summary>Tells whether two tensors share memory.</summary>
        public bool Overlap(int a, int b)
        {
            int[] words = _words;
            if (BlobFormat.SegmentOf(words, a) != BlobFormat.SegmentOf(words, b)) return false;
            int startA = words[a + BlobFormat.TensorOffset];
            int startB = words[b + BlobFormat.TensorOffset];
            return startA < startB + words[b + BlobFormat.TensorCount] && startB < startA + words[a + BlobFormat.TensorCount];
        }
    }
}
