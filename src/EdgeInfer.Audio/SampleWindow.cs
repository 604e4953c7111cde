namespace EdgeInfer.Audio
{
    /// <summary>Multiplies the samples of a frame by the window, and finds how far they can be scaled up.</summary>
    internal sealed class SampleWindow
    {
        private readonly short[] _coefficients;

        /// <summary>Creates the window.</summary>
        /// <param name="coefficients">A coefficient a sample, 4096 for 1.0; or those of the first half, where the second mirrors it.</param>
        /// <param name="samples">Samples of a frame.</param>
        internal SampleWindow(short[] coefficients, int samples)
        {
            if (coefficients.Length < samples)
            {
                short[] half = coefficients;
                coefficients = new short[samples];
                for (int i = 0; i < samples; i++) coefficients[i] = half[i < half.Length ? i : samples - 1 - i];
            }

            _coefficients = coefficients;
            Output = new int[MicroFrontEndFormat.TransformPoints];
        }

        /// <summary>The windowed samples, and zeros up to the points of the transform.</summary>
        internal int[] Output { get; private set; }

        /// <summary>Applies the window: (sample * coefficient) >> 12, or less where there is a gain.</summary>
        /// <param name="samples">Audio.</param>
        /// <param name="offset">The frame's first sample.</param>
        /// <param name="gainBits">Bits of gain, 0 to 8. What then exceeds 16 bits is limited.</param>
        /// <returns>How many bits the output may be shifted left and stay within 16 bits.</returns>
        internal int Apply(short[] samples, int offset, int gainBits)
        {
            int fraction = 12 - gainBits;
            short[] coefficients = _coefficients;
            int[] output = Output;
            int magnitudes = 0;
            for (int i = 0; i < coefficients.Length; i++)
            {
                int value = (samples[offset + i] * coefficients[i]) >> fraction;
                output[i] = value;
                magnitudes |= value < 0 ? -value : value;
            }

            if (gainBits > 0 && magnitudes > 0x7FFF) magnitudes = Limit(output);

            // Only the highest bit of the largest magnitude counts, so their union serves. -32768 has no magnitude in 16 bits:
            // the reference leaves it out of the search, and shifting pushes it out of the word.
            int shift = 15;
            for (int rest = magnitudes & 0x7FFF; rest != 0; rest >>= 1) shift--;
            if (magnitudes > 0x7FFF && shift > 0)
            {
                for (int i = 0; i < coefficients.Length; i++)
                {
                    if (output[i] == short.MinValue) output[i] = 0;
                }
            }

            return shift;
        }

        private static int Limit(int[] output)
        {
            for (int i = 0; i < output.Length; i++)
            {
                if (output[i] > short.MaxValue) output[i] = short.MaxValue;
                if (output[i] < -short.MaxValue) output[i] = -short.MaxValue;
            }

            return short.MaxValue;
        }
    }
}
