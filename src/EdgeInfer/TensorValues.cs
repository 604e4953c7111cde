namespace EdgeInfer
{
    /// <summary>
    /// Keeps, for every tensor, how many of its elements hold a value at a point of the program. Writing one tensor takes
    /// the value of every other that overlaps it. Together with the demand that only values are read, that one rule covers
    /// overlapping lifetimes, missing states and in-place operators alike.
    /// </summary>
    /// <remarks>
    /// A part and the tensor in which it lies are the same memory on purpose: what is written to one is written to the other.
    /// Writing n elements of a tensor writes at least n less those outside the other tensor to that one, and all parts of a tensor
    /// that holds all its elements hold theirs. So slices hold values once the whole does, and a whole once all its parts do.
    /// </remarks>
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
            int own = _written[entry / BlobFormat.TensorWords];
            int count = _words[entry + BlobFormat.TensorCount];
            int added = written >= count - own ? count - own : written;
            for (int i = 0, other = 0; i < _written.Length; i++, other += BlobFormat.TensorWords)
            {
                if (other == entry || !Overlap(entry, other)) continue;

                if (written == 0 || !AreRelated(entry, other)) _written[i] = 0;
                else Add(other, added - (count - Common(entry, other)));
            }

            _written[entry / BlobFormat.TensorWords] = written == 0 ? 0 : own + added;
            for (int whole = 0; whole < End; whole += BlobFormat.TensorWords)
            {
                if (Holds(whole) && AreRelated(entry, whole)) FillParts(whole);
            }
        }

        /// <summary>So many elements more hold a value, if any.</summary>
        private void Add(int entry, int elements)
        {
            if (elements <= 0) return;

            int index = entry / BlobFormat.TensorWords;
            int missing = _words[entry + BlobFormat.TensorCount] - _written[index];
            _written[index] += elements < missing ? elements : missing;
        }

        /// <summary>All parts of a tensor that holds its value hold theirs.</summary>
        private void FillParts(int whole)
        {
            for (int i = 0, part = 0; i < _written.Length; i++, part += BlobFormat.TensorWords)
            {
                if (AreRelated(whole, part) && Common(whole, part) == _words[part + BlobFormat.TensorCount]) _written[i] = _words[part + BlobFormat.TensorCount];
            }
        }

        /// <summary>Tells whether two tensors are the same, or lie in the same one, or one in the other.</summary>
        private bool AreRelated(int a, int b)
        {
            return BlobFormat.WholeOf(_words, a) == BlobFormat.WholeOf(_words, b);
        }

        /// <summary>Number of elements that two tensors of one array share.</summary>
        private int Common(int a, int b)
        {
            int[] words = _words;
            int start = words[a + BlobFormat.TensorOffset];
            int end = start + words[a + BlobFormat.TensorCount];
            int startB = words[b + BlobFormat.TensorOffset];
            int endB = startB + words[b + BlobFormat.TensorCount];
            if (startB > start) start = startB;
            if (endB < end) end = endB;
            return end > start ? end - start : 0;
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
