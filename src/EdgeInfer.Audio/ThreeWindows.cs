namespace EdgeInfer.Audio
{
    /// <summary>
    /// Halves the rate of the samples by adding pairs, and multiplies three stretches of them by a window: a stretch in each lane of 21 bits.
    /// </summary>
    internal sealed class ThreeWindows
    {
        private readonly long[] _coefficients = new long[BandFrontEndFormat.Points];
        private readonly int _spacing;

        /// <summary>Creates the stage.</summary>
        /// <param name="window">The first half of the window, 0 to 15.</param>
        /// <param name="spacing">Samples from the start of one stretch to the start of the next.</param>
        internal ThreeWindows(byte[] window, int spacing)
        {
            for (int i = 0; i < window.Length; i++)
            {
                _coefficients[i] = window[i];
                _coefficients[_coefficients.Length - 1 - i] = window[i];
            }

            _spacing = spacing;
            Output = new long[BandFrontEndFormat.Points];
        }

        /// <summary>The windowed points, three a number, each below 2^20 in magnitude.</summary>
        internal long[] Output { get; private set; }

        /// <summary>Applies the window.</summary>
        /// <param name="samples">Audio.</param>
        /// <param name="offset">The first sample.</param>
        /// <returns>Bits that the largest magnitude has.</returns>
        internal int Apply(short[] samples, int offset)
        {
            // The first locals are the cheapest to read.
            int second = offset + _spacing;
            int third = second + _spacing;
            long point;
            long seen = 0;
            int i = 0;
            long[] coefficients = _coefficients;
            long[] output = Output;
            while (i < BandFrontEndFormat.Points)
            {
                point = samples[offset] + samples[offset + 1]
                    + ((long)(samples[second] + samples[second + 1]) << Lanes.Width)
                    + ((long)(samples[third] + samples[third + 1]) << (2 * Lanes.Width));
                point *= coefficients[i];
                output[i] = point;

                // The highest bit that differs from the one below it tells a number's magnitude, of whatever sign.
                seen |= point ^ (point << 1);
                point = samples[offset + 2] + samples[offset + 3]
                    + ((long)(samples[second + 2] + samples[second + 3]) << Lanes.Width)
                    + ((long)(samples[third + 2] + samples[third + 3]) << (2 * Lanes.Width));
                point *= coefficients[i + 1];
                output[i + 1] = point;
                seen |= point ^ (point << 1);
                point = samples[offset + 4] + samples[offset + 5]
                    + ((long)(samples[second + 4] + samples[second + 5]) << Lanes.Width)
                    + ((long)(samples[third + 4] + samples[third + 5]) << (2 * Lanes.Width));
                point *= coefficients[i + 2];
                output[i + 2] = point;
                seen |= point ^ (point << 1);
                point = samples[offset + 6] + samples[offset + 7]
                    + ((long)(samples[second + 6] + samples[second + 7]) << Lanes.Width)
                    + ((long)(samples[third + 6] + samples[third + 7]) << (2 * Lanes.Width));
                point *= coefficients[i + 3];
                output[i + 3] = point;
                seen |= point ^ (point << 1);
                offset += 8;
                second += 8;
                third += 8;
                i += 4;
            }

            // At the border of two lanes bit 0 is compared with the lane below.
            int highest = (int)(seen | (seen >> Lanes.Width) | (seen >> (2 * Lanes.Width))) & (Lanes.Mask - 1);
            int bits = 0;
            while (highest > 1)
            {
                highest >>= 1;
                bits++;
            }

            return bits;
        }
    }
}
