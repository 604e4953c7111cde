namespace EdgeInfer
{
    /// <summary>
    /// Keeps, for every tensor, how many of its elements hold a value at a point of the program. Writing one tensor takes
    /// the value of every other that overlaps it. Together with the demand that only values are read, that one rule covers
    /// overlapping lifetimes, missing states and in-place operators alike.
    /// </summary>
    /// <remarks>
    /// Of most tensors the number of elements written is enough to know. A whole and its parts are the same memory on purpose:
    /// of them the stretches that were written are kept, so that a part holds its value once its stretch is written, by whatever name,
    /// and a whole once its parts leave no gap. Elements that do not lie side by side count once there are as many as the tensor has.
    /// </remarks>
    internal sealed class TensorValues
    {
        /// <summary>Stretches beside one for every whole.</summary>
        private const int SpareStretches = 64;

        private readonly int[] _words;
        private readonly int[] _written;

        /// <summary>For every tensor that is a whole or a part its whole, for the others <see cref="Record.None"/>.</summary>
        private int[] _wholes;

        /// <summary>Stretches that hold values: whole, first element and the one behind the last, in the whole's array. Those of a whole do not touch.</summary>
        private int[] _stretches;
        private int _stretchCount;

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

        /// <summary>Tells whether the first <paramref name="count"/> elements of a tensor hold a value.</summary>
        public bool Holds(int entry, int count)
        {
            int whole = WholeOf(entry);
            if (whole == Record.None) return _written[entry / BlobFormat.TensorWords] >= count;

            int first = _words[entry + BlobFormat.TensorOffset];
            for (int s = 0; s < _stretchCount; s += 3)
            {
                if (_stretches[s] == whole && _stretches[s + 1] <= first && _stretches[s + 2] >= first + count) return true;
            }

            return false;
        }

        /// <summary>Tells whether a whole tensor holds a value.</summary>
        public bool Holds(int entry)
        {
            return Holds(entry, _words[entry + BlobFormat.TensorCount]);
        }

        /// <summary>Elements of a tensor were written; none where it is only used as scratch.</summary>
        /// <param name="entry">The tensor.</param>
        /// <param name="first">The first one, or <see cref="Record.None"/> where they do not lie side by side.</param>
        /// <param name="written">How many.</param>
        public void Write(int entry, int first, int written)
        {
            int whole = WholeOf(entry);
            for (int i = 0, other = 0; i < _written.Length; i++, other += BlobFormat.TensorWords)
            {
                if (other == entry || !Overlap(entry, other)) continue;

                if (whole != Record.None && _wholes[i] == whole) continue;

                // What overlaps a part overlaps its whole, so that only that one is asked.
                _written[i] = 0;
                if (_wholes[i] == other) Forget(other, entry);
            }

            if (written == 0)
            {
                _written[entry / BlobFormat.TensorWords] = 0;
                if (whole != Record.None) Forget(whole, entry);
            }
            else if (whole != Record.None && first != Record.None)
            {
                Remember(whole, _words[entry + BlobFormat.TensorOffset] + first, written);
            }
            else
            {
                Count(entry, whole, written);
            }
        }

        /// <summary>So many elements more hold a value; of a part or whole they count when all have been written.</summary>
        private void Count(int entry, int whole, int written)
        {
            int index = entry / BlobFormat.TensorWords;
            int count = _words[entry + BlobFormat.TensorCount];
            int missing = count - _written[index];
            _written[index] += written < missing ? written : missing;
            if (whole == Record.None || written < missing) return;

            _written[index] = 0;
            Remember(whole, _words[entry + BlobFormat.TensorOffset], count);
        }

        /// <summary>The whole to which a tensor belongs. Found when first asked for: by then the entries have been verified.</summary>
        private int WholeOf(int entry)
        {
            if (_wholes == null) FindWholes();
            return _wholes[entry / BlobFormat.TensorWords];
        }

        private void FindWholes()
        {
            _wholes = new int[_written.Length];
            for (int i = 0; i < _wholes.Length; i++) _wholes[i] = Record.None;
            int count = SpareStretches;
            for (int i = 0, entry = 0; i < _wholes.Length; i++, entry += BlobFormat.TensorWords)
            {
                int whole = BlobFormat.WholeOf(_words, entry);
                if (whole == entry) continue;

                if (_wholes[whole / BlobFormat.TensorWords] == Record.None) count++;
                _wholes[whole / BlobFormat.TensorWords] = whole;
                _wholes[i] = whole;
            }

            _stretches = new int[3 * count];
        }

        /// <summary>The elements of a whole that lie in a tensor's memory hold no value any more.</summary>
        private void Forget(int whole, int entry)
        {
            int first = _words[entry + BlobFormat.TensorOffset];
            int end = first + _words[entry + BlobFormat.TensorCount];
            for (int s = _stretchCount - 3; s >= 0; s -= 3)
            {
                int from = _stretches[s + 1];
                int to = _stretches[s + 2];
                if (_stretches[s] != whole || from >= end || to <= first) continue;

                Remove(s);
                if (from < first) Append(whole, from, first);
                if (to > end) Append(whole, end, to);
            }
        }

        /// <summary>A stretch of a whole holds a value; it becomes one with those that it touches.</summary>
        private void Remember(int whole, int first, int count)
        {
            int end = first + count;
            for (int s = _stretchCount - 3; s >= 0; s -= 3)
            {
                if (_stretches[s] != whole || _stretches[s + 1] > end || _stretches[s + 2] < first) continue;

                if (_stretches[s + 1] < first) first = _stretches[s + 1];
                if (_stretches[s + 2] > end) end = _stretches[s + 2];
                Remove(s);
            }

            Append(whole, first, end);
        }

        /// <summary>Where there is no room a stretch is not remembered, which can only refuse a blob.</summary>
        private void Append(int whole, int first, int end)
        {
            if (_stretchCount == _stretches.Length) return;

            _stretches[_stretchCount] = whole;
            _stretches[_stretchCount + 1] = first;
            _stretches[_stretchCount + 2] = end;
            _stretchCount += 3;
        }

        private void Remove(int stretch)
        {
            _stretchCount -= 3;
            for (int i = 0; i < 3; i++) _stretches[stretch + i] = _stretches[_stretchCount + i];
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
