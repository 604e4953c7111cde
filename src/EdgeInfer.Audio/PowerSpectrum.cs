namespace EdgeInfer.Audio
{
    /// <summary>
    /// Energies of the spectrum of a frame: a real transform of 512 points in 16-bit fixed point, with every rounding of kissfft
    /// (16 bits, v130), on which the public models rest.
    /// </summary>
    /// <remarks>
    /// The even samples are the real and the odd samples the imaginary parts of 256 points, transformed in four stages of radix 4, each
    /// divided by 4; the spectrum of the real samples follows from its mirrored pairs. A division by 4 is (x * 8191 + 16384) >> 15,
    /// by 2 (x * 16383 + 16384) >> 15, and a product with a twiddle factor is rounded in the same way. The factor of every first
    /// butterfly is 1, kept as 32767: (x * 32767 + 16384) >> 15 is x for -16384 &lt; x &lt;= 16384, and no value is larger after
    /// the division, so that these butterflies go without products.
    /// </remarks>
    internal sealed class PowerSpectrum
    {
        private const int Points = MicroFrontEndFormat.TransformPoints / 2;
        private const int Blocks = Points / 4;

        private readonly int _firstBin;
        private readonly int _endBin;
        private readonly short[] _sine;
        private readonly short[] _twiddleCosine = new short[3 * Blocks];
        private readonly short[] _twiddleSine = new short[3 * Blocks];
        private readonly short[] _order = new short[Blocks];
        private readonly int[] _real = new int[Points];
        private readonly int[] _imaginary = new int[Points];

        /// <summary>Creates the stage.</summary>
        /// <param name="sine">32767 sin(2 pi i / 512), rounded, for i = 0 to 128.</param>
        /// <param name="firstBin">The lowest bin that is needed, at least 1.</param>
        /// <param name="endBin">The bin behind the last that is needed, at most 256.</param>
        internal PowerSpectrum(short[] sine, int firstBin, int endBin)
        {
            _sine = sine;
            _firstBin = firstBin;
            _endBin = endBin;
            Output = new int[Points + 1];
            for (int i = 0; i < 3 * Blocks; i++)
            {
                _twiddleCosine[i] = Sine((2 * i) + (Points / 2));
                _twiddleSine[i] = Sine(2 * i);
            }

            // A stage of radix 4 wants the digits of the index reversed; the last digit is the place in the block.
            for (int block = 0; block < Blocks; block++)
            {
                _order[block] = (short)(2 * (((block & 3) << 4) | (block & 12) | (block >> 4)));
            }
        }

        /// <summary>The energies by bin; those that are not needed are not computed.</summary>
        internal int[] Output { get; private set; }

        /// <summary>Computes the energies of a frame.</summary>
        /// <param name="samples">512 samples.</param>
        /// <param name="shift">Bits to shift them left.</param>
        internal void Apply(int[] samples, int shift)
        {
            FirstStage(samples, shift);
            for (int span = 4; span < Points; span *= 4)
            {
                FirstButterflies(span);
                OtherButterflies(span);
            }

            Energies();
        }

        private short Sine(int i)
        {
            i &= (2 * Points) - 1;
            bool negative = i >= Points;
            if (negative) i -= Points;
            if (i > Points / 2) i = Points - i;
            return (short)(negative ? -_sine[i] : _sine[i]);
        }

        private void FirstStage(int[] samples, int shift)
        {
            short[] order = _order;
            int[] real = _real;
            int[] imaginary = _imaginary;
            int quarter = 8191 << shift;
            int i = 0;
            for (int block = 0; block < order.Length; block++)
            {
                int from = order[block];
                int r0 = ((samples[from] * quarter) + 16384) >> 15;
                int i0 = ((samples[from + 1] * quarter) + 16384) >> 15;
                int r1 = ((samples[from + 128] * quarter) + 16384) >> 15;
                int i1 = ((samples[from + 129] * quarter) + 16384) >> 15;
                int r2 = ((samples[from + 256] * quarter) + 16384) >> 15;
                int i2 = ((samples[from + 257] * quarter) + 16384) >> 15;
                int r3 = ((samples[from + 384] * quarter) + 16384) >> 15;
                int i3 = ((samples[from + 385] * quarter) + 16384) >> 15;
                int sumR = r0 + r2;
                int sumI = i0 + i2;
                r0 -= r2;
                i0 -= i2;
                r2 = r1 + r3;
                i2 = i1 + i3;
                r1 -= r3;
                i1 -= i3;
                real[i] = (short)(sumR + r2);
                imaginary[i] = (short)(sumI + i2);
                i++;
                real[i] = (short)(r0 + i1);
                imaginary[i] = (short)(i0 - r1);
                i++;
                real[i] = (short)(sumR - r2);
                imaginary[i] = (short)(sumI - i2);
                i++;
                real[i] = (short)(r0 - i1);
                imaginary[i] = (short)(i0 + r1);
                i++;
            }
        }

        private void FirstButterflies(int span)
        {
            int[] real = _real;
            int[] imaginary = _imaginary;
            int step = span * 4;
            int span3 = span * 3;
            for (int first = 0; first < Points; first += step)
            {
                int second = first + span;
                int third = second + span;
                int fourth = first + span3;
                int r0 = ((real[first] * 8191) + 16384) >> 15;
                int i0 = ((imaginary[first] * 8191) + 16384) >> 15;
                int r1 = ((real[second] * 8191) + 16384) >> 15;
                int i1 = ((imaginary[second] * 8191) + 16384) >> 15;
                int r2 = ((real[third] * 8191) + 16384) >> 15;
                int i2 = ((imaginary[third] * 8191) + 16384) >> 15;
                int r3 = ((real[fourth] * 8191) + 16384) >> 15;
                int i3 = ((imaginary[fourth] * 8191) + 16384) >> 15;
                int sumR = r0 + r2;
                int sumI = i0 + i2;
                r0 -= r2;
                i0 -= i2;
                r2 = r1 + r3;
                i2 = i1 + i3;
                r1 -= r3;
                i1 -= i3;
                real[first] = (short)(sumR + r2);
                imaginary[first] = (short)(sumI + i2);
                real[second] = (short)(r0 + i1);
                imaginary[second] = (short)(i0 - r1);
                real[third] = (short)(sumR - r2);
                imaginary[third] = (short)(sumI - i2);
                real[fourth] = (short)(r0 - i1);
                imaginary[fourth] = (short)(i0 + r1);
            }
        }

        private void OtherButterflies(int span)
        {
            int[] real = _real;
            int[] imaginary = _imaginary;
            int step = span * 4;
            int span3 = span * 3;
            int stride = Blocks / span;
            for (int k = 1; k < span; k++)
            {
                int twiddle = k * stride;
                int c1 = _twiddleCosine[twiddle];
                int s1 = _twiddleSine[twiddle];
                int c2 = _twiddleCosine[twiddle * 2];
                int s2 = _twiddleSine[twiddle * 2];
                int c3 = _twiddleCosine[twiddle * 3];
                int s3 = _twiddleSine[twiddle * 3];
                for (int first = k; first < Points; first += step)
                {
                    int second = first + span;
                    int third = second + span;
                    int fourth = first + span3;
                    int r = ((real[second] * 8191) + 16384) >> 15;
                    int i = ((imaginary[second] * 8191) + 16384) >> 15;
                    int r1 = ((r * c1) + (i * s1) + 16384) >> 15;
                    int i1 = ((i * c1) - (r * s1) + 16384) >> 15;
                    r = ((real[fourth] * 8191) + 16384) >> 15;
                    i = ((imaginary[fourth] * 8191) + 16384) >> 15;
                    int r3 = ((r * c3) + (i * s3) + 16384) >> 15;
                    int i3 = ((i * c3) - (r * s3) + 16384) >> 15;
                    r = ((real[third] * 8191) + 16384) >> 15;
                    i = ((imaginary[third] * 8191) + 16384) >> 15;
                    int r2 = ((r * c2) + (i * s2) + 16384) >> 15;
                    int i2 = ((i * c2) - (r * s2) + 16384) >> 15;
                    r = ((real[first] * 8191) + 16384) >> 15;
                    i = ((imaginary[first] * 8191) + 16384) >> 15;
                    int sumR = r + r2;
                    int sumI = i + i2;
                    r -= r2;
                    i -= i2;
                    r2 = r1 + r3;
                    i2 = i1 + i3;
                    r1 -= r3;
                    i1 -= i3;
                    real[first] = (short)(sumR + r2);
                    imaginary[first] = (short)(sumI + i2);
                    real[second] = (short)(r + i1);
                    imaginary[second] = (short)(i - r1);
                    real[third] = (short)(sumR - r2);
                    imaginary[third] = (short)(sumI - i2);
                    real[fourth] = (short)(r - i1);
                    imaginary[fourth] = (short)(i + r1);
                }
            }
        }

        /// <summary>Bins k and 256 - k of the real transform follow from points k and 256 - k of the complex one.</summary>
        private void Energies()
        {
            int[] real = _real;
            int[] imaginary = _imaginary;
            int[] output = Output;
            short[] sines = _sine;
            int low = _firstBin < Points - _endBin + 1 ? _firstBin : Points - _endBin + 1;
            for (int k = low; k <= Points / 2; k++)
            {
                int mirror = Points - k;
                int r = ((real[k] * 16383) + 16384) >> 15;
                int i = ((imaginary[k] * 16383) + 16384) >> 15;
                int mirrorR = ((real[mirror] * 16383) + 16384) >> 15;
                int mirrorI = (((short)-imaginary[mirror] * 16383) + 16384) >> 15;
                int sumR = r + mirrorR;
                int sumI = i + mirrorI;
                r -= mirrorR;
                i -= mirrorI;
                int sine = sines[k];
                int cosine = sines[(Points / 2) - k];
                int turnedR = (short)(((i * cosine) - (r * sine) + 16384) >> 15);
                int turnedI = (short)((16384 - (r * cosine) - (i * sine)) >> 15);
                r = (sumR + turnedR) >> 1;
                i = (sumI + turnedI) >> 1;
                output[k] = (r * r) + (i * i);
                r = (sumR - turnedR) >> 1;
                i = (turnedI - sumI) >> 1;
                output[mirror] = (r * r) + (i * i);
            }
        }
    }
}
