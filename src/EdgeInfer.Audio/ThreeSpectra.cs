namespace EdgeInfer.Audio
{
    /// <summary>
    /// Three transforms of 64 real points at once, one in each lane of 21 bits, as 8 columns of 8 points and then rows of 8: what sums, differences and
    /// products with a constant do to a number they do to its three lanes.
    /// </summary>
    /// <remarks>
    /// With n = c + 8 m and k = r + 8 q, X(k) = sum over c of W64^(c r) W8^(c q) times the transform of the column over m. Points are real, so
    /// rows 5 to 7 mirror rows 3 to 1. Points below 2^9 make columns below 2^12 and rows below 2^15 in magnitude. The square root
    /// of 1/2 is 12/17, so odd outputs are 17 times and the others 16 times as large: 0.5 dB, which the features keep.
    /// </remarks>
    internal sealed class ThreeSpectra
    {
        /// <summary>Bits of a windowed point that enters the transform.</summary>
        private const int PointBits = 9;

        private const int Rows = 5;
        private const int RowNumbers = 16;
        private const long EveryLane = 1 | (1L << Lanes.Width) | (1L << (2 * Lanes.Width));

        // Takes back the 16 or 17 of a column's odd outputs.
        private const int OddShift = 4;
        private const long OddMask = EveryLane * (Lanes.Mask >> OddShift);
        private const long OddOffsets = EveryLane * (Lanes.Offset >> OddShift);

        // Takes back the 64 of the twiddle factors. The offsets stay in, and end in the first bin of a row, 16 times each of 8 points.
        private const int TurnShift = 6;
        private const long TurnMask = EveryLane * (Lanes.Mask >> TurnShift);
        private const long RowOffsets = unchecked(EveryLane * (8 * 16 * (Lanes.Offset >> TurnShift)));

        // What is squared is a lane without its lowest bits: pushed to the upper end, where the third is already, and back.
        private const int Dropped = 7;
        private const int Back = Lanes.AboveFirst + Dropped;
        private const int ThirdBack = (2 * Lanes.Width) + Dropped;

        private readonly long[] _cosines = new long[BandFrontEndFormat.Points / 2];
        private readonly long[] _sines = new long[BandFrontEndFormat.Points / 2];
        private readonly long[] _rows = new long[Rows * RowNumbers];
        private readonly int[] _places = new int[BandFrontEndFormat.EndBin];
        private readonly byte[] _widths;

        /// <summary>Creates the stage.</summary>
        /// <param name="sine">64 sin(2 pi i / 64), rounded, for i = 0 to 16.</param>
        /// <param name="firstBin">The lowest bin that counts, at least 1.</param>
        /// <param name="widths">Bins of each band; the last is at most bin 31.</param>
        internal ThreeSpectra(byte[] sine, int firstBin, byte[] widths)
        {
            _widths = widths;
            Output = new int[widths.Length];
            for (int i = 0; i < _places.Length - firstBin; i++)
            {
                // Bin k of a real signal is as strong as bin 64 - k.
                int bin = firstBin + i;
                if ((bin & 7) > 4) bin = BandFrontEndFormat.Points - bin;
                _places[i] = ((bin & 7) * RowNumbers) + (bin >> 3);
            }

            const int Quarter = BandFrontEndFormat.Points / 4;
            for (int column = 0; column < 8; column++)
            {
                for (int row = 1; row < Rows; row++)
                {
                    // Less than half a turn.
                    int angle = column * row;
                    int at = (4 * column) + row - 1;
                    _sines[at] = sine[angle <= Quarter ? angle : (2 * Quarter) - angle];
                    _cosines[at] = angle <= Quarter ? sine[Quarter - angle] : -sine[angle - Quarter];
                }
            }
        }

        /// <summary>Energies of the bands, summed over the three transforms.</summary>
        internal int[] Output { get; private set; }

        /// <summary>Computes the energies.</summary>
        /// <param name="points">64 points, three transforms a number.</param>
        /// <param name="bits">Bits of the largest magnitude.</param>
        /// <returns>Bits by which the points were shifted right: each quarters the energies.</returns>
        internal int Apply(long[] points, int bits)
        {
            int shift = bits > PointBits ? bits - PointBits : 0;
            Columns(points, shift);
            RealRow();
            for (int row = 1; row < Rows; row++) Row(row * RowNumbers);
            Energies();
            return shift;
        }

        /// <summary>The real transforms of 8 columns, each output turned by what its place asks for.</summary>
        private void Columns(long[] points, int shift)
        {
            // The first locals are the cheapest to read.
            long p;
            long q;
            long[] rows = _rows;
            int column = 0;
            long cosine;
            long sine;
            int twiddle = 0;
            long mask = EveryLane * (Lanes.Mask >> shift);
            long[] cosines = _cosines;
            long[] sines = _sines;
            while (column < 8)
            {
                // The offsets stay in: they end in bin 0, which nobody needs.
                p = ((points[column] + Lanes.Offsets) >> shift) & mask;
                q = ((points[column + 32] + Lanes.Offsets) >> shift) & mask;
                long a = p + q;
                long b = (p - q) * 17;
                p = ((points[column + 16] + Lanes.Offsets) >> shift) & mask;
                q = ((points[column + 48] + Lanes.Offsets) >> shift) & mask;
                long c = p + q;
                long d = (p - q) * 17;
                p = ((points[column + 8] + Lanes.Offsets) >> shift) & mask;
                q = ((points[column + 40] + Lanes.Offsets) >> shift) & mask;
                long e = p + q;
                long f = p - q;
                p = ((points[column + 24] + Lanes.Offsets) >> shift) & mask;
                q = ((points[column + 56] + Lanes.Offsets) >> shift) & mask;
                long g = p + q;
                long h = p - q;

                // Rows 0 and 4 are real before they are turned, and row 0 is not turned.
                p = a + c;
                q = e + g;
                rows[column] = p + q;
                p -= q;
                rows[column + 64] = (((p * cosines[twiddle + 3]) + Lanes.Offsets) >> TurnShift) & TurnMask;
                rows[column + 72] = ((Lanes.Offsets - (p * sines[twiddle + 3])) >> TurnShift) & TurnMask;

                p = a - c;
                q = g - e;
                cosine = cosines[twiddle + 1];
                sine = sines[twiddle + 1];
                rows[column + 32] = (((p * cosine) + (q * sine) + Lanes.Offsets) >> TurnShift) & TurnMask;
                rows[column + 40] = (((q * cosine) - (p * sine) + Lanes.Offsets) >> TurnShift) & TurnMask;

                a = (f - h) * 12;
                c = (f + h) * 12;
                p = (((b + a + Lanes.Offsets) >> OddShift) & OddMask) - OddOffsets;
                q = (((Lanes.Offsets - d - c) >> OddShift) & OddMask) - OddOffsets;
                cosine = cosines[twiddle];
                sine = sines[twiddle];
                rows[column + 16] = (((p * cosine) + (q * sine) + Lanes.Offsets) >> TurnShift) & TurnMask;
                rows[column + 24] = (((q * cosine) - (p * sine) + Lanes.Offsets) >> TurnShift) & TurnMask;

                p = (((b - a + Lanes.Offsets) >> OddShift) & OddMask) - OddOffsets;
                q = (((d - c + Lanes.Offsets) >> OddShift) & OddMask) - OddOffsets;
                cosine = cosines[twiddle + 2];
                sine = sines[twiddle + 2];
                rows[column + 48] = (((p * cosine) + (q * sine) + Lanes.Offsets) >> TurnShift) & TurnMask;
                rows[column + 56] = (((q * cosine) - (p * sine) + Lanes.Offsets) >> TurnShift) & TurnMask;
                column++;
                twiddle += 4;
            }
        }

        /// <summary>The transform of the 8 real points of row 0, of which 1 to 3 are bins that count.</summary>
        private void RealRow()
        {
            long[] rows = _rows;
            long p = rows[0];
            long q = rows[4];
            long a = p + q;
            long b = (p - q) * 17;
            p = rows[2];
            q = rows[6];
            a -= p + q;
            long d = (p - q) * 17;
            p = rows[1] - rows[5];
            q = rows[3] - rows[7];
            rows[2] = a << 4;
            rows[10] = (rows[3] + rows[7] - rows[1] - rows[5]) << 4;
            a = (p - q) * 12;
            p = (p + q) * 12;
            rows[1] = b + a;
            rows[9] = -d - p;
            rows[3] = b - a;
            rows[11] = d - p;
        }

        /// <summary>The transform of 8 complex points, real parts first, in place.</summary>
        private void Row(int at)
        {
            long[] rows = _rows;
            long p = rows[at];
            long q = rows[at + 4];
            long ar = p + q;
            long br = p - q;
            p = rows[at + 2];
            q = rows[at + 6];
            long cr = p + q;
            long dr = p - q;
            p = rows[at + 1];
            q = rows[at + 5];
            long er = p + q;
            long fr = p - q;
            p = rows[at + 3];
            q = rows[at + 7];
            long gr = p + q;
            long hr = p - q;
            p = rows[at + 8];
            q = rows[at + 12];
            long ai = p + q;
            long bi = p - q;
            p = rows[at + 10];
            q = rows[at + 14];
            long ci = p + q;
            long di = p - q;
            p = rows[at + 9];
            q = rows[at + 13];
            long ei = p + q;
            long fi = p - q;
            p = rows[at + 11];
            q = rows[at + 15];
            long gi = p + q;
            long hi = p - q;

            p = ar + cr;
            q = er + gr;
            rows[at] = ((p + q) << 4) - RowOffsets;
            rows[at + 4] = (p - q) << 4;
            p = ai + ci;
            q = ei + gi;
            rows[at + 8] = ((p + q) << 4) - RowOffsets;
            rows[at + 12] = (p - q) << 4;
            p = ar - cr;
            q = ei - gi;
            rows[at + 2] = (p + q) << 4;
            rows[at + 6] = (p - q) << 4;
            p = ai - ci;
            q = er - gr;
            rows[at + 10] = (p - q) << 4;
            rows[at + 14] = (p + q) << 4;

            ar = fr - hr;
            er = fr + hr;
            ai = fi - hi;
            ei = fi + hi;
            p = (br + di) * 17;
            q = (ar + ei) * 12;
            rows[at + 1] = p + q;
            rows[at + 5] = p - q;
            p = (bi - dr) * 17;
            q = (ai - er) * 12;
            rows[at + 9] = p + q;
            rows[at + 13] = p - q;
            p = (br - di) * 17;
            q = (ei - ar) * 12;
            rows[at + 3] = p + q;
            rows[at + 7] = p - q;
            p = (bi + dr) * 17;
            q = (ai + er) * 12;
            rows[at + 11] = p - q;
            rows[at + 15] = p + q;
        }

        private void Energies()
        {
            long number;
            long first;
            long second;
            long third;
            long sum;
            int bin = 0;
            long[] rows = _rows;
            int[] places = _places;
            byte[] widths = _widths;
            int[] output = Output;
            for (int band = 0; band < widths.Length; band++)
            {
                sum = 0;
                int end = bin + widths[band];
                while (bin < end)
                {
                    int place = places[bin];
                    number = rows[place];
                    first = (number << Lanes.AboveFirst) >> Back;
                    second = (number << Lanes.AboveSecond) >> Back;
                    third = number >> ThirdBack;
                    sum += (first * first) + (second * second) + (third * third);
                    number = rows[place + 8];
                    first = (number << Lanes.AboveFirst) >> Back;
                    second = (number << Lanes.AboveSecond) >> Back;
                    third = number >> ThirdBack;
                    sum += (first * first) + (second * second) + (third * third);
                    bin++;
                }

                // With sound tables the sign bit is never reached; with no table may it be set.
                output[band] = (int)sum & int.MaxValue;
            }
        }
    }
}
