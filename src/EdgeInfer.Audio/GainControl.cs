namespace EdgeInfer.Audio
{
    /// <summary>
    /// Per-channel energy normalization: divides every channel by a power of its noise estimate. The gain is a piecewise quadratic,
    /// three numbers an octave.
    /// </summary>
    internal sealed class GainControl
    {
        private const int SnrBits = 12;
        private const int OutputBits = 6;

        private readonly short[] _table;
        private readonly int _shift;

        /// <summary>Creates the stage.</summary>
        /// <param name="table">Gains of 0 and 1, then value, slope and curvature of each octave from 2 on.</param>
        /// <param name="shift">Bits that the product of signal and gain has too many.</param>
        internal GainControl(short[] table, int shift)
        {
            _table = table;
            _shift = shift;
        }

        /// <summary>Applies the gain.</summary>
        /// <param name="signal">The channels, 32 bits without sign.</param>
        /// <param name="estimates">The noise of each channel, 32 bits without sign.</param>
        internal void Apply(int[] signal, int[] estimates)
        {
            short[] table = _table;
            int shift = _shift;
            for (int i = 0; i < signal.Length; i++)
            {
                uint noise = (uint)estimates[i];
                int gain;
                if (noise < 2)
                {
                    gain = table[(int)noise];
                }
                else
                {
                    // The octave's number is the position of the highest bit; the ten bits behind it are the place within the octave.
                    uint high = noise;
                    int octave = 0;
                    if (high >= 1 << 16)
                    {
                        high >>= 16;
                        octave = 16;
                    }

                    if (high >= 1 << 8)
                    {
                        high >>= 8;
                        octave += 8;
                    }

                    if (high >= 1 << 4)
                    {
                        high >>= 4;
                        octave += 4;
                    }

                    if (high >= 1 << 2)
                    {
                        high >>= 2;
                        octave += 2;
                    }

                    octave += (int)(high >> 1);
                    int place = (int)(octave < 10 ? noise << (10 - octave) : noise >> (octave - 10)) & 0x3FF;
                    int entry = (3 * octave) - 1;
                    int slope = ((table[entry + 2] * place) >> 5) + (table[entry + 1] << 5);
                    gain = (short)((((slope * place) + (1 << 14)) >> 15) + table[entry]);
                }

                // A gain is a 16-bit number that the reference widens to 32 bits without sign.
                uint snr = (uint)(((signal[i] & 0xFFFFFFFFL) * (gain & 0xFFFFFFFFL)) >> shift);
                signal[i] = (int)(snr < 2 << SnrBits
                    ? (snr * snr) >> (2 + (2 * SnrBits) - OutputBits)
                    : (snr >> (SnrBits - OutputBits)) - (1 << OutputBits));
            }
        }
    }
}
