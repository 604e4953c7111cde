namespace EdgeInfer
{
    /// <summary>
    /// Keeps, for every tensor, how many of its elements hold a value at a point of the program. Writing one tensor takes
    /// the value of every other that overlaps it. Together with the demand that only values are read, that one rule covers
    /// overlapping lifetimes, missing states and in-place operators alike.
    /// </summary>
    /// <remarks>
    /// A part and the tensor in which it lies are the same memory on purpose. A tensor counts the elements that its parts have
    /// written, each once: a part that is written takes the value, and the count, of other parts that overlap it
    /// here and there. A tensor that holds all its elements gives every part its value, which is how slices are read.
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
            int held = written == 0 ? 0 : written >= count - own ? count : own + written;
            for (int i = 0, other = 0; i < _written.Length; i++, other += BlobFormat.TensorWords)
            {
                if (_written[i] == 0 || other == entry || !Overlap(entry, other)) continue;

                bool related = written != 0 && AreRelated(entry, other);
                if (related && Contains(other, entry)) continue;
                if (related && !Contains(entry, other)) AddAround(entry, -_written[i]);
                _written[i] = 0;
            }

            _written[entry / BlobFormat.TensorWords] = held;
            if (written == 0) return;

            AddAround(entry, held - own);
            for (int around = 0; around < End; around += BlobFormat.TensorWords)
            {
                if (Holds(around) && AreRelated(entry, around) && Contains(around, entry)) FillParts(around);
            }
        }

        /// <summary>Tensors of which the given one is a part have so many more elements.</summary>
        private void AddAround(int entry, int elements)
        {
            for (int i = 0, other = 0; i < _written.Length; i++, other += BlobFormat.TensorWords)
            {
                if (other == entry || !AreRelated(entry, other) || !Contains(other, entry)) continue;

                int count = _words[other + BlobFormat.TensorCount];
                int held = _written[i] + elements;
                _written[i] = held < 0 ? 0 : held > count ? count : held;
            }
        }

        /// <summary>All parts of a tensor that holds its value hold theirs.</summary>
        private void FillParts(int around)
        {
            for (int i = 0, part = 0; i < _written.Length; i++, part += BlobFormat.TensorWords)
            {
                if (AreRelated(around, part) && Contains(around, part)) _written[i] = _words[part + BlobFormat.TensorCount];
            }
        }

        /// <summary>Tells whether two tensors are the same, or lie in the same one, or one in the other.</summary>
        private bool AreRelated(int a, int b)
        {
            return BlobFormat.WholeOf(_words, a) == BlobFormat.WholeOf(_words, b);
        }

        private bool Contains(int around, int entry)
        {
            int distance = _words[entry + BlobFormat.TensorOffset] - _words[around + BlobFormat.TensorOffset];
            return distance >= 0 && distance <= _words[around + BlobFormat.TensorCount] - _words[entry + BlobFormat.TensorCount];
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
