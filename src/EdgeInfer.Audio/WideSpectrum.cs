namespace EdgeInfer.Audio
{
    /// <summary>
    /// Energies of the spectrum of a frame, with 32 bits kept all the way: a real transform of 512 points as a complex one of 256, radix 2, never
    /// scaled down. Samples of 21 bits grow to at most 30.
    /// </summary>
    /// <remarks>
    /// Z being the transform of the even samples plus i times the odd ones, X[k] = (Z[k] + Z*[256 - k]) / 2 + w^k (Z[k] - Z*[256 - k]) / 2i, w = e^(-2 pi i / 512).
    /// </remarks>
    internal sealed class WideSpectrum
    {
        private const int Points = MfccFormat.TransformPoints / 2;
        private const int Bits = 8;
        private const int Rounding = 1 << 14;

        private readonly int _firstBin;
        private readonly short[] _cosines = new short[Points];
        private readonly short[] _sines = new short[Points];
        private readonly int[] _real = new int[Points];
        private readonly int[] _imaginary = new int[Points];

        /// <summary>Creates the stage.</summary>
        /// <param name="quarter">32767 sin(2 pi i / 512), rounded, for i = 0 to 128.</param>
        /// <param name="firstBin">The lowest bin that is needed, at least 1.</param>
        /// <param name="bins">Number of bins that are needed; the last is at most 255.</param>
        internal WideSpectrum(short[] quarter, int firstBin, int bins)
        {
            _firstBin = firstBin;
            Input = new int[MfccFormat.TransformPoints];
            Output = new long[bins];
            for (int i = 0; i < Points; i++)
            {
                bool isSecond = i > Points / 2;
                _sines[i] = quarter[isSecond ? Points - i : i];
                _cosines[i] = (short)(isSecond ? -quarter[i - (Points / 2)] : quarter[(Points / 2) - i]);
            }
        }

        /// <summary>The samples, 22 bits with their sign.</summary>
        internal int[] Input { get; private set; }

        /// <summary>The energies of the bins that are needed.</summary>
        internal long[] Output { get; private set; }

        /// <summary>Computes the energies of <see cref="Input"/>.</summary>
        internal void Apply()
        {
            Load();
            for (int span = 1; span < Points; span *= 2) Butterflies(span);
            Energies();
        }

        /// <summary>Even and odd samples as real and imaginary parts, in the order of reversed bits.</summary>
        private void Load()
        {
            for (int i = 0; i < Points; i++)
            {
                int reversed = 0;
                for (int bit = 0; bit < Bits; bit++) reversed |= ((i >> bit) & 1) << (Bits - 1 - bit);
                _real[reversed] = Input[2 * i];
                _imaginary[reversed] = Input[(2 * i) + 1];
            }
        }

        private void Butterflies(int span)
        {
            int[] real = _real;
            int[] imaginary = _imaginary;
            int step = span * 2;
            int stride = Points / span;
            for (int k = 0; k < span; k++)
            {
                long cosine = _cosines[k * stride];
                long sine = _sines[k * stride];
                for (int first = k; first < Points; first += step)
                {
                    int second = first + span;
                    int r = real[second];
                    int i = imaginary[second];
                    if (k > 0)
                    {
                        int turned = (int)(((r * cosine) + (i * sine) + Rounding) >> 15);
                        i = (int)(((i * cosine) - (r * sine) + Rounding) >> 15);
                        r = turned;
                    }

                    real[second] = real[first] - r;
                    imaginary[second] = imaginary[first] - i;
                    real[first] += r;
                    imaginary[first] += i;
                }
            }
        }

        private void Energies()
        {
            int[] real = _real;
            int[] imaginary = _imaginary;
            for (int bin = 0; bin < Output.Length; bin++)
            {
                int k = _firstBin + bin;
                int mirror = Points - k;
                long evenR = (long)real[k] + real[mirror];
                long evenI = (long)imaginary[k] - imaginary[mirror];
                long oddR = (long)imaginary[k] + imaginary[mirror];
                long oddI = (long)real[mirror] - real[k];
                long cosine = _cosines[k];
                long sine = _sines[k];
                long r = (evenR + (((oddR * cosine) + (oddI * sine) + Rounding) >> 15)) >> 1;
                long i = (evenI + (((oddI * cosine) - (oddR * sine) + Rounding) >> 15)) >> 1;
                Output[bin] = (r * r) + (i * i);
            }
        }
    }
}
