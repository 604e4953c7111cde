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
    /// A point is one long: the real part in the low 32 bits and the imaginary part in the high, each plus 32768 so that it has no sign
    /// and neither borrows from the other. Sums, quarters and masks then take both at once, and masking to 16 bits wraps as the reference does.
    /// With p = r + i 2^32, (p >> 32) - (p &lt;&lt; 32) is i - r 2^32, the point times -i; so a point times c - i s is p c + that times s, and the part
    /// of 32768 in it, 32768 (c + s) and 32768 (c - s), is taken off with the rounding. The products stay below 2^30 in magnitude, to which rounding
    /// adds 2^30.
    /// </remarks>
    internal sealed class PowerSpectrum
    {
        private const int Points = MicroFrontEndFormat.TransformPoints / 2;
        private const int Blocks = Points / 4;

        /// <summary>What a lane holds more than its value.</summary>
        private const int Zero = 32768;

        /// <summary>1 in both lanes.</summary>
        private const long Both = 0x100000001;

        private const long Mask = 0xFFFF * Both;

        /// <summary>Rounds the quarter of lanes, and makes up for what the quarter of <see cref="Zero"/> is less than it.</summary>
        private const long Rounding = ((1 << 14) + ((Zero - 8191) << 15)) * Both;

        /// <summary>The same for lanes with a sign.</summary>
        private const long FirstRounding = ((1 << 14) + (Zero << 15)) * Both;

        /// <summary>Keeps sums and differences of four lanes positive. With the four times <see cref="Zero"/> it is Zero again in 16 bits.</summary>
        private const long Headroom = ((3 * 65536) - Zero) * Both;

        /// <summary>Keeps the lanes of a difference positive, and does not count in 16 bits.</summary>
        private const long Turn = 65536 * Both;

        /// <summary>Rounds the half of a lane, and takes off the half of <see cref="Zero"/>.</summary>
        private const int HalfRounding = (1 << 14) - (16383 << 15);

        private readonly int _firstBin;
        private readonly int _endBin;
        private readonly short[] _sine;
        private readonly short[] _twiddleCosine = new short[3 * Blocks];
        private readonly short[] _twiddleSine = new short[3 * Blocks];
        private readonly short[] _order = new short[Blocks];
        private readonly long[] _twiddleRounding = new long[3 * Blocks];
        private readonly long[] _points = new long[Points];

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
                long real = Zero * (_twiddleCosine[i] + _twiddleSine[i]);
                long imaginary = Zero * (_twiddleCosine[i] - _twiddleSine[i]);
                _twiddleRounding[i] = FirstRounding - real - (imaginary << 32);
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
            long[] points = _points;
            long quarter = 8191 << shift;
            int i = 0;
            for (int block = 0; block < order.Length; block++)
            {
                int from = order[block];
                long p0 = ((((samples[from] + ((long)samples[from + 1] << 32)) * quarter) + FirstRounding) >> 15) & Mask;
                long p1 = ((((samples[from + 128] + ((long)samples[from + 129] << 32)) * quarter) + FirstRounding) >> 15) & Mask;
                long p2 = ((((samples[from + 256] + ((long)samples[from + 257] << 32)) * quarter) + FirstRounding) >> 15) & Mask;
                long p3 = ((((samples[from + 384] + ((long)samples[from + 385] << 32)) * quarter) + FirstRounding) >> 15) & Mask;
                p0 += Headroom;
                long sum = p0 + p2;
                p0 -= p2;
                p2 = p1 + p3;
                p1 = p1 - p3 + Turn;
                p1 = (p1 >> 32) - (p1 << 32);
                points[i] = (sum + p2) & Mask;
                points[i + 1] = (p0 + p1) & Mask;
                points[i + 2] = (sum - p2) & Mask;
                points[i + 3] = (p0 - p1) & Mask;
                i += 4;
            }
        }

        private void FirstButterflies(int span)
        {
            long[] points = _points;
            int step = span * 4;
            for (int first = 0; first < Points; first += step)
            {
                int second = first + span;
                int third = second + span;
                int fourth = third + span;
                long p1 = (((points[second] * 8191) + Rounding) >> 15) & Mask;
                long p2 = (((points[third] * 8191) + Rounding) >> 15) & Mask;
                long p3 = (((points[fourth] * 8191) + Rounding) >> 15) & Mask;
                long p0 = ((((points[first] * 8191) + Rounding) >> 15) & Mask) + Headroom;
                long sum = p0 + p2;
                p0 -= p2;
                p2 = p1 + p3;
                p1 = p1 - p3 + Turn;
                p1 = (p1 >> 32) - (p1 << 32);
                points[first] = (sum + p2) & Mask;
                points[second] = (p0 + p1) & Mask;
                points[third] = (sum - p2) & Mask;
                points[fourth] = (p0 - p1) & Mask;
            }
        }

        private void OtherButterflies(int span)
        {
            long[] points = _points;
            int step = span * 4;
            int stride = Blocks / span;
            for (int k = 1; k < span; k++)
            {
                int twiddle = k * stride;
                long c1 = _twiddleCosine[twiddle];
                long s1 = _twiddleSine[twiddle];
                long rounding1 = _twiddleRounding[twiddle];
                twiddle += k * stride;
                long c2 = _twiddleCosine[twiddle];
                long s2 = _twiddleSine[twiddle];
                long rounding2 = _twiddleRounding[twiddle];
                twiddle += k * stride;
                long c3 = _twiddleCosine[twiddle];
                long s3 = _twiddleSine[twiddle];
                long rounding3 = _twiddleRounding[twiddle];
                for (int first = k; first < Points; first += step)
                {
                    int second = first + span;
                    int third = second + span;
                    int fourth = third + span;
                    long p1 = (((points[second] * 8191) + Rounding) >> 15) & Mask;
                    p1 = (((p1 * c1) + (((p1 >> 32) - (p1 << 32)) * s1) + rounding1) >> 15) & Mask;
                    long p2 = (((points[third] * 8191) + Rounding) >> 15) & Mask;
                    p2 = (((p2 * c2) + (((p2 >> 32) - (p2 << 32)) * s2) + rounding2) >> 15) & Mask;
                    long p3 = (((points[fourth] * 8191) + Rounding) >> 15) & Mask;
                    p3 = (((p3 * c3) + (((p3 >> 32) - (p3 << 32)) * s3) + rounding3) >> 15) & Mask;
                    long p0 = ((((points[first] * 8191) + Rounding) >> 15) & Mask) + Headroom;
                    long sum = p0 + p2;
                    p0 -= p2;
                    p2 = p1 + p3;
                    p1 = p1 - p3 + Turn;
                    p1 = (p1 >> 32) - (p1 << 32);
                    points[first] = (sum + p2) & Mask;
                    points[second] = (p0 + p1) & Mask;
                    points[third] = (sum - p2) & Mask;
                    points[fourth] = (p0 - p1) & Mask;
                }
            }
        }

        /// <summary>Bins k and 256 - k of the real transform follow from points k and 256 - k of the complex one.</summary>
        private void Energies()
        {
            long[] points = _points;
            int[] output = Output;
            short[] sines = _sine;
            int low = _firstBin < Points - _endBin + 1 ? _firstBin : Points - _endBin + 1;
            for (int k = low; k <= Points / 2; k++)
            {
                int mirror = Points - k;
                long point = points[k];
                int r = (((int)point * 16383) + HalfRounding) >> 15;
                int i = (((int)(point >> 32) * 16383) + HalfRounding) >> 15;
                point = points[mirror];
                int mirrorR = (((int)point * 16383) + HalfRounding) >> 15;
                int mirrorI = (((short)(Zero - (int)(point >> 32)) * 16383) + 16384) >> 15;
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
