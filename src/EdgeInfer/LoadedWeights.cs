namespace EdgeInfer
{
    /// <summary>
    /// Keeps, for the verifier, which parts of the weight buffer hold constants at a point of the program. Each load takes the place
    /// of what it overlaps.
    /// </summary>
    /// <remarks>
    /// What the reset program has loaded and an inference uses must still be there at the next inference, so no load of the
    /// main program may take its place.
    /// </remarks>
    internal sealed class LoadedWeights
    {
        private readonly int[] _starts;
        private readonly int[] _ends;
        private readonly bool[] _stays;
        private readonly bool[] _used;
        private int _count;
        private bool _inference;

        /// <summary>Nothing is loaded yet.</summary>
        /// <param name="loads">No more loads than this will follow.</param>
        public LoadedWeights(int loads)
        {
            _starts = new int[loads];
            _ends = new int[loads];
            _stays = new bool[loads];
            _used = new bool[loads];
        }

        /// <summary>The reset program is over.</summary>
        public void BeginInference()
        {
            _inference = true;
            for (int i = 0; i < _count; i++)
            {
                _stays[i] = true;
                _used[i] = false;
            }
        }

        /// <summary>Constants are loaded.</summary>
        /// <returns>False where they would take the place of some that the next inference needs.</returns>
        public bool Load(int start, int count)
        {
            int end = start + count;
            int kept = 0;
            for (int i = 0; i < _count; i++)
            {
                if (_starts[i] < end && start < _ends[i])
                {
                    if (_inference && _stays[i] && _used[i]) return false;
                    continue;
                }

                Set(kept, _starts[i], _ends[i], _stays[i], _used[i]);
                kept++;
            }

            Set(kept, start, end, !_inference, false);
            _count = kept + 1;
            return true;
        }

        /// <summary>Constants are used.</summary>
        /// <returns>False where one load has not brought them all.</returns>
        public bool Use(int start, int count)
        {
            for (int i = 0; i < _count; i++)
            {
                if (start < _starts[i] || count > _ends[i] - start) continue;

                _used[i] = true;
                return true;
            }

            return false;
        }

        private void Set(int index, int start, int end, bool stays, bool used)
        {
            _starts[index] = start;
            _ends[index] = end;
            _stays[index] = stays;
            _used[index] = used;
        }
    }
}
