namespace EdgeInfer.Audio
{
    /// <summary>Natural logarithm of every channel: the highest bit, and a table for what is behind it.</summary>
    internal sealed class LogScale
    {
        /// <summary>log2 of the points of the transform, less half the bits of a filter bank weight: what the stages before have scaled.</summary>
        private const int CorrectionBits = 9 - 6;

        /// <summary>ln 2 as a 16-bit fraction.</summary>
        private const int LogOfTwo = 45426;

        private readonly short[] _table;
        private readonly int _shift;

        /// <summary>Creates the stage.</summary>
        /// <param name="table">(log2(1 + i / 128) - i / 128) * 65536 for i = 0 to 128.</param>
        /// <param name="shift">log2 of the steps of the output to one neper.</param>
        internal LogScale(short[] table, int shift)
        {
            _table = table;
            _shift = shift;
        }

        /// <summary>Replaces every value by its logarithm, 0 to 65535.</summary>
        /// <param name="signal">The channels, 32 bits without sign.</param>
        internal void Apply(int[] signal)
        {
            short[] table = _table;
            int shift = _shift;
            for (int i = 0; i < signal.Length; i++)
            {
                uint value = (uint)signal[i] << CorrectionBits;
                if (value < 2)
                {
                    signal[i] = 0;
                    continue;
                }

                uint high = value;
                int whole = 0;
                if (high >= 1 << 16)
                {
                    high >>= 16;
                    whole = 16;
                }

                if (high >= 1 << 8)
                {
                    high >>= 8;
                    whole += 8;
                }

                if (high >= 1 << 4)
                {
                    high >>= 4;
                    whole += 4;
                }

                if (high >= 1 << 2)
                {
                    high >>= 2;
                    whole += 2;
                }

                whole += (int)(high >> 1);
                int fraction = (int)(whole < 16 ? value << (16 - whole) : value >> (whole - 16)) & 0xFFFF;
                int segment = fraction >> 9;
                int start = table[segment];
                int log2 = (whole << 16) + fraction + start + (((table[segment + 1] - start) * (fraction & 0x1FF)) >> 16);
                uint log = (uint)((((long)LogOfTwo * log2) + 32768) >> 16);
                uint scaled = ((log << shift) + 32768) >> 16;
                signal[i] = scaled < 65535 ? (int)scaled : 65535;
            }
        }
    }
}
