namespace EdgeInfer.Audio
{
    /// <summary>
    /// Sums the energies of a spectrum into mel channels. Channels are triangles that overlap by half: a bin counts with its
    /// weight for the channel whose rising flank it is on, and with its unweight for the next.
    /// </summary>
    internal sealed class FilterBank
    {
        private readonly int _firstBin;
        private readonly byte[] _widths;
        private readonly short[] _weights;
        private readonly short[] _unweights;

        /// <summary>Creates the filter bank.</summary>
        /// <param name="firstBin">The lowest bin that counts.</param>
        /// <param name="entries">An entry a bin, see <see cref="MicroFrontEndFormat.WeightStep"/>.</param>
        /// <param name="widths">Bins of each flank, one flank more than there are channels.</param>
        internal FilterBank(int firstBin, short[] entries, byte[] widths)
        {
            _firstBin = firstBin;
            _widths = widths;
            _weights = new short[entries.Length];
            _unweights = new short[entries.Length];
            for (int i = 0; i < entries.Length; i++)
            {
                int weight = entries[i] / MicroFrontEndFormat.WeightStep;
                _weights[i] = (short)weight;
                _unweights[i] = (short)(MicroFrontEndFormat.One - weight + (entries[i] % MicroFrontEndFormat.WeightStep) - 1);
            }

            Output = new long[widths.Length - 1];
        }

        /// <summary>The sums, one a channel.</summary>
        internal long[] Output { get; private set; }

        /// <summary>Sums the channels.</summary>
        /// <param name="energies">Energies by bin.</param>
        internal void Apply(int[] energies)
        {
            byte[] widths = _widths;
            short[] weights = _weights;
            short[] unweights = _unweights;
            long[] output = Output;
            int firstBin = _firstBin;
            int i = 0;
            long carried = 0;
            for (int flank = 0; flank < widths.Length; flank++)
            {
                long sum = carried;
                carried = 0;
                int end = i + widths[flank];
                while (i < end)
                {
                    long energy = energies[firstBin + i];
                    sum += energy * weights[i];
                    carried += energy * unweights[i];
                    i++;
                }

                // The first flank belongs to no channel: below it there is none.
                if (flank > 0) output[flank - 1] = sum;
            }
        }
    }
}
