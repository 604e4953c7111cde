namespace EdgeInfer.Audio
{
    /// <summary>Estimates the noise of every channel as a running mean, and takes it off.</summary>
    internal sealed class NoiseReduction
    {
        private readonly int _bits;
        private readonly int _even;
        private readonly int _odd;
        private readonly int _minimum;

        /// <summary>Creates the stage.</summary>
        /// <param name="channels">Number of channels.</param>
        /// <param name="bits">Bits of an estimate behind the point.</param>
        /// <param name="even">Share of the new frame in the mean, channels 0, 2, ...; 16384 for 1.0.</param>
        /// <param name="odd">The same of channels 1, 3, ...</param>
        /// <param name="minimum">Share of a signal that always remains; 16384 for 1.0.</param>
        internal NoiseReduction(int channels, int bits, int even, int odd, int minimum)
        {
            _bits = bits;
            _even = even;
            _odd = odd;
            _minimum = minimum;
            Estimates = new int[channels];
        }

        /// <summary>The noise of each channel, 32 bits without sign.</summary>
        internal int[] Estimates { get; private set; }

        /// <summary>Updates the estimates and takes them off the signal.</summary>
        /// <param name="signal">The channels, 32 bits without sign.</param>
        internal void Apply(int[] signal)
        {
            int[] estimates = Estimates;
            int bits = _bits;
            long minimum = _minimum;
            long share = _even;
            long nextShare = _odd;
            for (int i = 0; i < estimates.Length; i++)
            {
                long value = signal[i] & 0xFFFFFFFFL;
                long scaled = (value << bits) & 0xFFFFFFFFL;
                long estimate = (((scaled * share) + ((estimates[i] & 0xFFFFFFFFL) * (MicroFrontEndFormat.NoiseOne - share))) >> 14) & 0xFFFFFFFFL;
                estimates[i] = (int)estimate;

                long least = (value * minimum) >> 14;
                long rest = estimate > scaled ? 0 : (scaled - estimate) >> bits;
                signal[i] = (int)(rest > least ? rest : least);

                long swap = share;
                share = nextShare;
                nextShare = swap;
            }
        }

        /// <summary>Forgets the noise.</summary>
        internal void Reset()
        {
            for (int i = 0; i < Estimates.Length; i++) Estimates[i] = 0;
        }
    }
}
