namespace EdgeInfer
{
    /// <summary>
    /// The product of a vector and a matrix that <see cref="Kernels.PackWeights"/> has packed, three rows in the lanes of one number:
    /// sums[r] += sum over i of (weights[r, i] - offset) * x[i].
    /// </summary>
    /// <remarks>
    /// One multiplication makes three products, and a constant index into a tile costs a third of one into a row.
    /// A product of two 8-bit numbers is at least -128 * 127 and at most 128 * 128, so 64 of them and <see cref="Origin"/> are
    /// from 0 to 2^21 - 1: what a lane holds.
    /// </remarks>
    internal static class PackedMatrixVector
    {
        /// <summary>Where the sum of a lane begins, so that it never becomes negative.</summary>
        private const int Origin = (1 << (Lanes.Width - 1)) - 1;

        private const long Origins = Origin | ((long)Origin << Lanes.Width) | ((long)Origin << (2 * Lanes.Width));

        /// <summary>Rows that a tile holds.</summary>
        public const int Rows = 3;

        /// <summary>Tiles that a row takes.</summary>
        /// <param name="depth">Elements of the row.</param>
        public static int TilesEach(int depth)
        {
            return (depth + Arena.TileLength - 1) / Arena.TileLength;
        }

        /// <summary>Adds the products of all rows to their sums.</summary>
        /// <param name="tiles">Holds the tiles of three rows after those of the three before.</param>
        /// <param name="x">Holds the vector.</param>
        /// <param name="tile">First tile.</param>
        /// <param name="i">First element of the vector.</param>
        /// <param name="depth">Elements of the vector and of a row.</param>
        /// <param name="offset">Zero point of the weights.</param>
        /// <param name="sums">Holds the sums, room for a multiple of three.</param>
        /// <param name="sum">First element of the sums.</param>
        /// <param name="rows">Number of rows.</param>
        public static void Multiply(long[][] tiles, sbyte[] x, int tile, int i, int depth, int offset, int[] sums, int sum, int rows)
        {
            // The first four locals are the cheapest to read.
            long[] t;
            int s;
            long acc;
            int j;
            int sumEnd = sum + rows;
            int end = i + depth;
            int tilesEach = TilesEach(depth);
            while (i < end)
            {
                int left = end - i;
                int less = -Origin;
                if (left >= 64)
                {
                    long x0 = x[i];
                    long x1 = x[i + 1];
                    long x2 = x[i + 2];
                    long x3 = x[i + 3];
                    long x4 = x[i + 4];
                    long x5 = x[i + 5];
                    long x6 = x[i + 6];
                    long x7 = x[i + 7];
                    long x8 = x[i + 8];
                    long x9 = x[i + 9];
                    long x10 = x[i + 10];
                    long x11 = x[i + 11];
                    long x12 = x[i + 12];
                    long x13 = x[i + 13];
                    long x14 = x[i + 14];
                    long x15 = x[i + 15];
                    long x16 = x[i + 16];
                    long x17 = x[i + 17];
                    long x18 = x[i + 18];
                    long x19 = x[i + 19];
                    long x20 = x[i + 20];
                    long x21 = x[i + 21];
                    long x22 = x[i + 22];
                    long x23 = x[i + 23];
                    long x24 = x[i + 24];
                    long x25 = x[i + 25];
                    long x26 = x[i + 26];
                    long x27 = x[i + 27];
                    long x28 = x[i + 28];
                    long x29 = x[i + 29];
                    long x30 = x[i + 30];
                    long x31 = x[i + 31];
                    long x32 = x[i + 32];
                    long x33 = x[i + 33];
                    long x34 = x[i + 34];
                    long x35 = x[i + 35];
                    long x36 = x[i + 36];
                    long x37 = x[i + 37];
                    long x38 = x[i + 38];
                    long x39 = x[i + 39];
                    long x40 = x[i + 40];
                    long x41 = x[i + 41];
                    long x42 = x[i + 42];
                    long x43 = x[i + 43];
                    long x44 = x[i + 44];
                    long x45 = x[i + 45];
                    long x46 = x[i + 46];
                    long x47 = x[i + 47];
                    long x48 = x[i + 48];
                    long x49 = x[i + 49];
                    long x50 = x[i + 50];
                    long x51 = x[i + 51];
                    long x52 = x[i + 52];
                    long x53 = x[i + 53];
                    long x54 = x[i + 54];
                    long x55 = x[i + 55];
                    long x56 = x[i + 56];
                    long x57 = x[i + 57];
                    long x58 = x[i + 58];
                    long x59 = x[i + 59];
                    long x60 = x[i + 60];
                    long x61 = x[i + 61];
                    long x62 = x[i + 62];
                    long x63 = x[i + 63];
                    if (offset != 0)
                    {
                        less -= offset * (int)(
                            x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10 + x11 + x12 + x13 + x14 + x15
                            + x16 + x17 + x18 + x19 + x20 + x21 + x22 + x23 + x24 + x25 + x26 + x27 + x28 + x29 + x30 + x31
                            + x32 + x33 + x34 + x35 + x36 + x37 + x38 + x39 + x40 + x41 + x42 + x43 + x44 + x45 + x46 + x47
                            + x48 + x49 + x50 + x51 + x52 + x53 + x54 + x55 + x56 + x57 + x58 + x59 + x60 + x61 + x62 + x63);
                    }

                    for (s = sum, j = tile; s < sumEnd; s += 3, j += tilesEach)
                    {
                        acc = Origins
                            + ((t = tiles[j])[0] * x0) + (t[1] * x1) + (t[2] * x2) + (t[3] * x3)
                            + (t[4] * x4) + (t[5] * x5) + (t[6] * x6) + (t[7] * x7)
                            + (t[8] * x8) + (t[9] * x9) + (t[10] * x10) + (t[11] * x11)
                            + (t[12] * x12) + (t[13] * x13) + (t[14] * x14) + (t[15] * x15)
                            + ((t = tiles[j + 1])[0] * x16) + (t[1] * x17) + (t[2] * x18) + (t[3] * x19)
                            + (t[4] * x20) + (t[5] * x21) + (t[6] * x22) + (t[7] * x23)
                            + (t[8] * x24) + (t[9] * x25) + (t[10] * x26) + (t[11] * x27)
                            + (t[12] * x28) + (t[13] * x29) + (t[14] * x30) + (t[15] * x31)
                            + ((t = tiles[j + 2])[0] * x32) + (t[1] * x33) + (t[2] * x34) + (t[3] * x35)
                            + (t[4] * x36) + (t[5] * x37) + (t[6] * x38) + (t[7] * x39)
                            + (t[8] * x40) + (t[9] * x41) + (t[10] * x42) + (t[11] * x43)
                            + (t[12] * x44) + (t[13] * x45) + (t[14] * x46) + (t[15] * x47)
                            + ((t = tiles[j + 3])[0] * x48) + (t[1] * x49) + (t[2] * x50) + (t[3] * x51)
                            + (t[4] * x52) + (t[5] * x53) + (t[6] * x54) + (t[7] * x55)
                            + (t[8] * x56) + (t[9] * x57) + (t[10] * x58) + (t[11] * x59)
                            + (t[12] * x60) + (t[13] * x61) + (t[14] * x62) + (t[15] * x63);
                        sums[s] += ((int)acc & Lanes.Mask) + less;
                        sums[s + 1] += ((int)(acc >> Lanes.Width) & Lanes.Mask) + less;
                        sums[s + 2] += (int)(acc >> (2 * Lanes.Width)) + less;
                    }

                    i += 64;
                    tile += 4;
                }
                else if (left > 24)
                {
                    long x0 = x[i];
                    long x1 = x[i + 1];
                    long x2 = x[i + 2];
                    long x3 = x[i + 3];
                    long x4 = x[i + 4];
                    long x5 = x[i + 5];
                    long x6 = x[i + 6];
                    long x7 = x[i + 7];
                    long x8 = x[i + 8];
                    long x9 = x[i + 9];
                    long x10 = x[i + 10];
                    long x11 = x[i + 11];
                    long x12 = x[i + 12];
                    long x13 = x[i + 13];
                    long x14 = x[i + 14];
                    long x15 = x[i + 15];
                    long x16 = x[i + 16];
                    long x17 = x[i + 17];
                    long x18 = x[i + 18];
                    long x19 = x[i + 19];
                    long x20 = x[i + 20];
                    long x21 = x[i + 21];
                    long x22 = x[i + 22];
                    long x23 = x[i + 23];
                    long x24 = x[i + 24];
                    long x25 = i + 25 < end ? x[i + 25] : 0;
                    long x26 = i + 26 < end ? x[i + 26] : 0;
                    long x27 = i + 27 < end ? x[i + 27] : 0;
                    long x28 = i + 28 < end ? x[i + 28] : 0;
                    long x29 = i + 29 < end ? x[i + 29] : 0;
                    long x30 = i + 30 < end ? x[i + 30] : 0;
                    long x31 = i + 31 < end ? x[i + 31] : 0;
                    if (offset != 0)
                    {
                        less -= offset * (int)(
                            x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10 + x11 + x12 + x13 + x14 + x15
                            + x16 + x17 + x18 + x19 + x20 + x21 + x22 + x23 + x24 + x25 + x26 + x27 + x28 + x29 + x30 + x31);
                    }

                    for (s = sum, j = tile; s < sumEnd; s += 3, j += tilesEach)
                    {
                        acc = Origins
                            + ((t = tiles[j])[0] * x0) + (t[1] * x1) + (t[2] * x2) + (t[3] * x3)
                            + (t[4] * x4) + (t[5] * x5) + (t[6] * x6) + (t[7] * x7)
                            + (t[8] * x8) + (t[9] * x9) + (t[10] * x10) + (t[11] * x11)
                            + (t[12] * x12) + (t[13] * x13) + (t[14] * x14) + (t[15] * x15)
                            + ((t = tiles[j + 1])[0] * x16) + (t[1] * x17) + (t[2] * x18) + (t[3] * x19)
                            + (t[4] * x20) + (t[5] * x21) + (t[6] * x22) + (t[7] * x23)
                            + (t[8] * x24) + (t[9] * x25) + (t[10] * x26) + (t[11] * x27)
                            + (t[12] * x28) + (t[13] * x29) + (t[14] * x30) + (t[15] * x31);
                        sums[s] += ((int)acc & Lanes.Mask) + less;
                        sums[s + 1] += ((int)(acc >> Lanes.Width) & Lanes.Mask) + less;
                        sums[s + 2] += (int)(acc >> (2 * Lanes.Width)) + less;
                    }

                    i += 32;
                    tile += 2;
                }
                else if (left > 16)
                {
                    long x0 = x[i];
                    long x1 = x[i + 1];
                    long x2 = x[i + 2];
                    long x3 = x[i + 3];
                    long x4 = x[i + 4];
                    long x5 = x[i + 5];
                    long x6 = x[i + 6];
                    long x7 = x[i + 7];
                    long x8 = x[i + 8];
                    long x9 = x[i + 9];
                    long x10 = x[i + 10];
                    long x11 = x[i + 11];
                    long x12 = x[i + 12];
                    long x13 = x[i + 13];
                    long x14 = x[i + 14];
                    long x15 = x[i + 15];
                    long x16 = x[i + 16];
                    long x17 = i + 17 < end ? x[i + 17] : 0;
                    long x18 = i + 18 < end ? x[i + 18] : 0;
                    long x19 = i + 19 < end ? x[i + 19] : 0;
                    long x20 = i + 20 < end ? x[i + 20] : 0;
                    long x21 = i + 21 < end ? x[i + 21] : 0;
                    long x22 = i + 22 < end ? x[i + 22] : 0;
                    long x23 = i + 23 < end ? x[i + 23] : 0;
                    if (offset != 0)
                    {
                        less -= offset * (int)(
                            x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10 + x11 + x12 + x13 + x14 + x15
                            + x16 + x17 + x18 + x19 + x20 + x21 + x22 + x23);
                    }

                    for (s = sum, j = tile; s < sumEnd; s += 3, j += tilesEach)
                    {
                        acc = Origins
                            + ((t = tiles[j])[0] * x0) + (t[1] * x1) + (t[2] * x2) + (t[3] * x3)
                            + (t[4] * x4) + (t[5] * x5) + (t[6] * x6) + (t[7] * x7)
                            + (t[8] * x8) + (t[9] * x9) + (t[10] * x10) + (t[11] * x11)
                            + (t[12] * x12) + (t[13] * x13) + (t[14] * x14) + (t[15] * x15)
                            + ((t = tiles[j + 1])[0] * x16) + (t[1] * x17) + (t[2] * x18) + (t[3] * x19)
                            + (t[4] * x20) + (t[5] * x21) + (t[6] * x22) + (t[7] * x23);
                        sums[s] += ((int)acc & Lanes.Mask) + less;
                        sums[s + 1] += ((int)(acc >> Lanes.Width) & Lanes.Mask) + less;
                        sums[s + 2] += (int)(acc >> (2 * Lanes.Width)) + less;
                    }

                    i += 24;
                    tile += 2;
                }
                else
                {
                    long x0 = x[i];
                    long x1 = i + 1 < end ? x[i + 1] : 0;
                    long x2 = i + 2 < end ? x[i + 2] : 0;
                    long x3 = i + 3 < end ? x[i + 3] : 0;
                    long x4 = i + 4 < end ? x[i + 4] : 0;
                    long x5 = i + 5 < end ? x[i + 5] : 0;
                    long x6 = i + 6 < end ? x[i + 6] : 0;
                    long x7 = i + 7 < end ? x[i + 7] : 0;
                    long x8 = i + 8 < end ? x[i + 8] : 0;
                    long x9 = i + 9 < end ? x[i + 9] : 0;
                    long x10 = i + 10 < end ? x[i + 10] : 0;
                    long x11 = i + 11 < end ? x[i + 11] : 0;
                    long x12 = i + 12 < end ? x[i + 12] : 0;
                    long x13 = i + 13 < end ? x[i + 13] : 0;
                    long x14 = i + 14 < end ? x[i + 14] : 0;
                    long x15 = i + 15 < end ? x[i + 15] : 0;
                    if (offset != 0)
                    {
                        less -= offset * (int)(
                            x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10 + x11 + x12 + x13 + x14 + x15);
                    }

                    for (s = sum, j = tile; s < sumEnd; s += 3, j += tilesEach)
                    {
                        acc = Origins
                            + ((t = tiles[j])[0] * x0) + (t[1] * x1) + (t[2] * x2) + (t[3] * x3)
                            + (t[4] * x4) + (t[5] * x5) + (t[6] * x6) + (t[7] * x7)
                            + (t[8] * x8) + (t[9] * x9) + (t[10] * x10) + (t[11] * x11)
                            + (t[12] * x12) + (t[13] * x13) + (t[14] * x14) + (t[15] * x15);
                        sums[s] += ((int)acc & Lanes.Mask) + less;
                        sums[s + 1] += ((int)(acc >> Lanes.Width) & Lanes.Mask) + less;
                        sums[s + 2] += (int)(acc >> (2 * Lanes.Width)) + less;
                    }

                    i += 16;
                    tile += 1;
                }
            }
        }
    }
}
