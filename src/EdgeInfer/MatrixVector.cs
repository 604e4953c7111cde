using System;

namespace EdgeInfer
{
    /// <summary>
    /// The product of a matrix and a vector, which fully connected and recurrent operators share:
    /// sums[r] += sum over i of (weights[r, i] - offset) * x[i], rows one after the other.
    /// </summary>
    /// <remarks>
    /// Eight weights are read by one call. A mask leaves two of them, w at bit 0 and W at bit 32, and one multiplication by the
    /// pair p = X + x * 2^32 makes w * X + (w * x + W * X) * 2^32 + ...: the upper half of the sum of such numbers is the sum
    /// of products, and the lower half, which the origin keeps positive, carries nothing into it. Up to 64 inputs wait as pairs in
    /// locals while the weights of all rows pass by. docs/numerics.md derives it.
    /// A row's last group may reach up to seven bytes into the next row or the tail; its inputs there are zero.
    /// </remarks>
    internal static class MatrixVector
    {
        /// <summary>Keeps one weight of the lower and one of the upper half.</summary>
        internal const long Mask = 0x000000FF000000FF;

        /// <summary>Adds the products of all rows to their sums.</summary>
        /// <param name="weights">Weights plus 128, row-major.</param>
        /// <param name="x">Holds the vector.</param>
        /// <param name="i">First element of the vector.</param>
        /// <param name="first">First weight.</param>
        /// <param name="depth">Elements of the vector and of a row.</param>
        /// <param name="offset">What is taken off every weight as it is stored: 128 and its zero point.</param>
        /// <param name="sums">Holds the sums.</param>
        /// <param name="sum">First element of the sums.</param>
        /// <param name="rows">Number of rows.</param>
        public static void Multiply(byte[] weights, sbyte[] x, int i, int first, int depth, int offset, int[] sums, int sum, int rows)
        {
            // The first four locals are the cheapest to read.
            byte[] w = weights;
            int j;
            long v;
            int s;
            int sumEnd = sum + rows;
            int end = i + depth;
            long origin;
            while (i < end)
            {
                int left = end - i;
                j = first;
                if (left >= 64)
                {
                    long p0 = ((long)x[i] << 32) + x[i + 4];
                    long p1 = ((long)x[i + 1] << 32) + x[i + 5];
                    long p2 = ((long)x[i + 2] << 32) + x[i + 6];
                    long p3 = ((long)x[i + 3] << 32) + x[i + 7];
                    long p4 = ((long)x[i + 8] << 32) + x[i + 12];
                    long p5 = ((long)x[i + 9] << 32) + x[i + 13];
                    long p6 = ((long)x[i + 10] << 32) + x[i + 14];
                    long p7 = ((long)x[i + 11] << 32) + x[i + 15];
                    long p8 = ((long)x[i + 16] << 32) + x[i + 20];
                    long p9 = ((long)x[i + 17] << 32) + x[i + 21];
                    long p10 = ((long)x[i + 18] << 32) + x[i + 22];
                    long p11 = ((long)x[i + 19] << 32) + x[i + 23];
                    long p12 = ((long)x[i + 24] << 32) + x[i + 28];
                    long p13 = ((long)x[i + 25] << 32) + x[i + 29];
                    long p14 = ((long)x[i + 26] << 32) + x[i + 30];
                    long p15 = ((long)x[i + 27] << 32) + x[i + 31];
                    long p16 = ((long)x[i + 32] << 32) + x[i + 36];
                    long p17 = ((long)x[i + 33] << 32) + x[i + 37];
                    long p18 = ((long)x[i + 34] << 32) + x[i + 38];
                    long p19 = ((long)x[i + 35] << 32) + x[i + 39];
                    long p20 = ((long)x[i + 40] << 32) + x[i + 44];
                    long p21 = ((long)x[i + 41] << 32) + x[i + 45];
                    long p22 = ((long)x[i + 42] << 32) + x[i + 46];
                    long p23 = ((long)x[i + 43] << 32) + x[i + 47];
                    long p24 = ((long)x[i + 48] << 32) + x[i + 52];
                    long p25 = ((long)x[i + 49] << 32) + x[i + 53];
                    long p26 = ((long)x[i + 50] << 32) + x[i + 54];
                    long p27 = ((long)x[i + 51] << 32) + x[i + 55];
                    long p28 = ((long)x[i + 56] << 32) + x[i + 60];
                    long p29 = ((long)x[i + 57] << 32) + x[i + 61];
                    long p30 = ((long)x[i + 58] << 32) + x[i + 62];
                    long p31 = ((long)x[i + 59] << 32) + x[i + 63];
                    origin = Origin(
                        p0 + p1 + p2 + p3 + p4 + p5 + p6 + p7 + p8 + p9 + p10 + p11 + p12 + p13 + p14 + p15
                        + p16 + p17 + p18 + p19 + p20 + p21 + p22 + p23 + p24 + p25 + p26 + p27 + p28 + p29 + p30 + p31,
                        offset);
                    for (s = sum; s < sumEnd; s++, j += depth)
                    {
                        sums[s] += (int)((origin
                            + (((v = BitConverter.ToInt64(w, j)) & Mask) * p0) + (((v >> 8) & Mask) * p1)
                            + (((v >> 16) & Mask) * p2) + (((v >> 24) & Mask) * p3)
                            + (((v = BitConverter.ToInt64(w, j + 8)) & Mask) * p4) + (((v >> 8) & Mask) * p5)
                            + (((v >> 16) & Mask) * p6) + (((v >> 24) & Mask) * p7)
                            + (((v = BitConverter.ToInt64(w, j + 16)) & Mask) * p8) + (((v >> 8) & Mask) * p9)
                            + (((v >> 16) & Mask) * p10) + (((v >> 24) & Mask) * p11)
                            + (((v = BitConverter.ToInt64(w, j + 24)) & Mask) * p12) + (((v >> 8) & Mask) * p13)
                            + (((v >> 16) & Mask) * p14) + (((v >> 24) & Mask) * p15)
                            + (((v = BitConverter.ToInt64(w, j + 32)) & Mask) * p16) + (((v >> 8) & Mask) * p17)
                            + (((v >> 16) & Mask) * p18) + (((v >> 24) & Mask) * p19)
                            + (((v = BitConverter.ToInt64(w, j + 40)) & Mask) * p20) + (((v >> 8) & Mask) * p21)
                            + (((v >> 16) & Mask) * p22) + (((v >> 24) & Mask) * p23)
                            + (((v = BitConverter.ToInt64(w, j + 48)) & Mask) * p24) + (((v >> 8) & Mask) * p25)
                            + (((v >> 16) & Mask) * p26) + (((v >> 24) & Mask) * p27)
                            + (((v = BitConverter.ToInt64(w, j + 56)) & Mask) * p28) + (((v >> 8) & Mask) * p29)
                            + (((v >> 16) & Mask) * p30) + (((v >> 24) & Mask) * p31)) >> 32);
                    }

                    i += 64;
                    first += 64;
                }
                else if (left > 24)
                {
                    long p0 = Pair(x, i, end);
                    long p1 = Pair(x, i + 1, end);
                    long p2 = Pair(x, i + 2, end);
                    long p3 = Pair(x, i + 3, end);
                    long p4 = Pair(x, i + 8, end);
                    long p5 = Pair(x, i + 9, end);
                    long p6 = Pair(x, i + 10, end);
                    long p7 = Pair(x, i + 11, end);
                    long p8 = Pair(x, i + 16, end);
                    long p9 = Pair(x, i + 17, end);
                    long p10 = Pair(x, i + 18, end);
                    long p11 = Pair(x, i + 19, end);
                    long p12 = Pair(x, i + 24, end);
                    long p13 = Pair(x, i + 25, end);
                    long p14 = Pair(x, i + 26, end);
                    long p15 = Pair(x, i + 27, end);
                    origin = Origin(p0 + p1 + p2 + p3 + p4 + p5 + p6 + p7 + p8 + p9 + p10 + p11 + p12 + p13 + p14 + p15, offset);
                    for (s = sum; s < sumEnd; s++, j += depth)
                    {
                        sums[s] += (int)((origin
                            + (((v = BitConverter.ToInt64(w, j)) & Mask) * p0) + (((v >> 8) & Mask) * p1)
                            + (((v >> 16) & Mask) * p2) + (((v >> 24) & Mask) * p3)
                            + (((v = BitConverter.ToInt64(w, j + 8)) & Mask) * p4) + (((v >> 8) & Mask) * p5)
                            + (((v >> 16) & Mask) * p6) + (((v >> 24) & Mask) * p7)
                            + (((v = BitConverter.ToInt64(w, j + 16)) & Mask) * p8) + (((v >> 8) & Mask) * p9)
                            + (((v >> 16) & Mask) * p10) + (((v >> 24) & Mask) * p11)
                            + (((v = BitConverter.ToInt64(w, j + 24)) & Mask) * p12) + (((v >> 8) & Mask) * p13)
                            + (((v >> 16) & Mask) * p14) + (((v >> 24) & Mask) * p15)) >> 32);
                    }

                    i += 32;
                    first += 32;
                }
                else if (left > 16)
                {
                    long p0 = Pair(x, i, end);
                    long p1 = Pair(x, i + 1, end);
                    long p2 = Pair(x, i + 2, end);
                    long p3 = Pair(x, i + 3, end);
                    long p4 = Pair(x, i + 8, end);
                    long p5 = Pair(x, i + 9, end);
                    long p6 = Pair(x, i + 10, end);
                    long p7 = Pair(x, i + 11, end);
                    long p8 = Pair(x, i + 16, end);
                    long p9 = Pair(x, i + 17, end);
                    long p10 = Pair(x, i + 18, end);
                    long p11 = Pair(x, i + 19, end);
                    origin = Origin(p0 + p1 + p2 + p3 + p4 + p5 + p6 + p7 + p8 + p9 + p10 + p11, offset);
                    for (s = sum; s < sumEnd; s++, j += depth)
                    {
                        sums[s] += (int)((origin
                            + (((v = BitConverter.ToInt64(w, j)) & Mask) * p0) + (((v >> 8) & Mask) * p1)
                            + (((v >> 16) & Mask) * p2) + (((v >> 24) & Mask) * p3)
                            + (((v = BitConverter.ToInt64(w, j + 8)) & Mask) * p4) + (((v >> 8) & Mask) * p5)
                            + (((v >> 16) & Mask) * p6) + (((v >> 24) & Mask) * p7)
                            + (((v = BitConverter.ToInt64(w, j + 16)) & Mask) * p8) + (((v >> 8) & Mask) * p9)
                            + (((v >> 16) & Mask) * p10) + (((v >> 24) & Mask) * p11)) >> 32);
                    }

                    i += 24;
                    first += 24;
                }
                else if (left > 8)
                {
                    long p0 = Pair(x, i, end);
                    long p1 = Pair(x, i + 1, end);
                    long p2 = Pair(x, i + 2, end);
                    long p3 = Pair(x, i + 3, end);
                    long p4 = Pair(x, i + 8, end);
                    long p5 = Pair(x, i + 9, end);
                    long p6 = Pair(x, i + 10, end);
                    long p7 = Pair(x, i + 11, end);
                    origin = Origin(p0 + p1 + p2 + p3 + p4 + p5 + p6 + p7, offset);
                    for (s = sum; s < sumEnd; s++, j += depth)
                    {
                        sums[s] += (int)((origin
                            + (((v = BitConverter.ToInt64(w, j)) & Mask) * p0) + (((v >> 8) & Mask) * p1)
                            + (((v >> 16) & Mask) * p2) + (((v >> 24) & Mask) * p3)
                            + (((v = BitConverter.ToInt64(w, j + 8)) & Mask) * p4) + (((v >> 8) & Mask) * p5)
                            + (((v >> 16) & Mask) * p6) + (((v >> 24) & Mask) * p7)) >> 32);
                    }

                    i += 16;
                    first += 16;
                }
                else if (left > 2)
                {
                    long p0 = Pair(x, i, end);
                    long p1 = Pair(x, i + 1, end);
                    long p2 = Pair(x, i + 2, end);
                    long p3 = Pair(x, i + 3, end);
                    origin = Origin(p0 + p1 + p2 + p3, offset);
                    for (s = sum; s < sumEnd; s++, j += depth)
                    {
                        sums[s] += (int)((origin
                            + (((v = BitConverter.ToInt64(w, j)) & Mask) * p0) + (((v >> 8) & Mask) * p1)
                            + (((v >> 16) & Mask) * p2) + (((v >> 24) & Mask) * p3)) >> 32);
                    }

                    i += 8;
                    first += 8;
                }
                else
                {
                    int x0 = x[i];
                    int x1 = left > 1 ? x[i + 1] : 0;
                    int less = -offset * (x0 + x1);
                    for (s = sum; s < sumEnd; s++, j += depth) sums[s] += less + (w[j] * x0) + (w[j + 1] * x1);
                    i += 2;
                }
            }
        }

        /// <summary>Two inputs four apart, the first in the upper half; behind the end they are zero.</summary>
        internal static long Pair(sbyte[] x, int i, int end)
        {
            long upper = i < end ? x[i] : 0;
            return (upper << 32) + (i + 4 < end ? x[i + 4] : 0);
        }

        /// <summary>Where the sum of a row begins: less the offset of all weights in the upper half, the middle of its range in the lower.</summary>
        internal static long Origin(long pairs, int offset)
        {
            int lower = (int)pairs;
            int upper = (int)((pairs - lower) >> 32);
            return ((long)(-offset * (lower + upper)) << 32) + (1L << 31);
        }
    }
}
