using System;

namespace EdgeInfer
{
    /// <summary>The product of a matrix of 8-bit weights and a vector of int16: sums[r] += sum over i of (weights[r, i] - 128) * x[i], rows one after the other.</summary>
    /// <remarks>
    /// Two products by one multiplication, as in MatrixVector of the core: w * X + (w * x + W * X) * 2^32 + ... A product of a weight as it is stored, 0 to
    /// 255, and a number of 16 bits is within 2^23, so sixteen of the lower half stay within 2^27, and with the origin of 2^31 positive.
    /// A row's last group may reach up to fifteen bytes into the next row or the tail; its inputs there are zero.
    /// </remarks>
    internal static class MatrixVectorInt16
    {
        private const long Mask = 0x000000FF000000FF;

        /// <summary>Adds the products of all rows to their sums.</summary>
        /// <param name="weights">Weights plus 128, row-major.</param>
        /// <param name="x">Holds the vector.</param>
        /// <param name="i">First element of the vector.</param>
        /// <param name="first">First weight.</param>
        /// <param name="depth">Elements of the vector and of a row.</param>
        /// <param name="sums">Holds the sums.</param>
        /// <param name="sum">First element of the sums.</param>
        /// <param name="rows">Number of rows.</param>
        public static void Multiply(byte[] weights, short[] x, int i, int first, int depth, long[] sums, int sum, int rows)
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
                j = first;
                if (end - i > 16)
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
                    origin = Origin(p0 + p1 + p2 + p3 + p4 + p5 + p6 + p7 + p8 + p9 + p10 + p11 + p12 + p13 + p14 + p15);
                    if (end - i > 24)
                    {
                        for (s = sum; s < sumEnd; s++, j += depth)
                        {
                            sums[s] += (origin
                                + (((v = BitConverter.ToInt64(w, j)) & Mask) * p0) + (((v >> 8) & Mask) * p1)
                                + (((v >> 16) & Mask) * p2) + (((v >> 24) & Mask) * p3)
                                + (((v = BitConverter.ToInt64(w, j + 8)) & Mask) * p4) + (((v >> 8) & Mask) * p5)
                                + (((v >> 16) & Mask) * p6) + (((v >> 24) & Mask) * p7)
                                + (((v = BitConverter.ToInt64(w, j + 16)) & Mask) * p8) + (((v >> 8) & Mask) * p9)
                                + (((v >> 16) & Mask) * p10) + (((v >> 24) & Mask) * p11)
                                + (((v = BitConverter.ToInt64(w, j + 24)) & Mask) * p12) + (((v >> 8) & Mask) * p13)
                                + (((v >> 16) & Mask) * p14) + (((v >> 24) & Mask) * p15)) >> 32;
                        }
                    }
                    else
                    {
                        for (s = sum; s < sumEnd; s++, j += depth)
                        {
                            sums[s] += (origin
                                + (((v = BitConverter.ToInt64(w, j)) & Mask) * p0) + (((v >> 8) & Mask) * p1)
                                + (((v >> 16) & Mask) * p2) + (((v >> 24) & Mask) * p3)
                                + (((v = BitConverter.ToInt64(w, j + 8)) & Mask) * p4) + (((v >> 8) & Mask) * p5)
                                + (((v >> 16) & Mask) * p6) + (((v >> 24) & Mask) * p7)
                                + (((v = BitConverter.ToInt64(w, j + 16)) & Mask) * p8) + (((v >> 8) & Mask) * p9)
                                + (((v >> 16) & Mask) * p10) + (((v >> 24) & Mask) * p11)) >> 32;
                        }
                    }

                    i += 32;
                    first += 32;
                }
                else
                {
                    long p0 = Pair(x, i, end);
                    long p1 = Pair(x, i + 1, end);
                    long p2 = Pair(x, i + 2, end);
                    long p3 = Pair(x, i + 3, end);
                    long p4 = Pair(x, i + 8, end);
                    long p5 = Pair(x, i + 9, end);
                    long p6 = Pair(x, i + 10, end);
                    long p7 = Pair(x, i + 11, end);
                    origin = Origin(p0 + p1 + p2 + p3 + p4 + p5 + p6 + p7);
                    for (s = sum; s < sumEnd; s++, j += depth)
                    {
                        sums[s] += (origin
                            + (((v = BitConverter.ToInt64(w, j)) & Mask) * p0) + (((v >> 8) & Mask) * p1)
                            + (((v >> 16) & Mask) * p2) + (((v >> 24) & Mask) * p3)
                            + (((v = BitConverter.ToInt64(w, j + 8)) & Mask) * p4) + (((v >> 8) & Mask) * p5)
                            + (((v >> 16) & Mask) * p6) + (((v >> 24) & Mask) * p7)) >> 32;
                    }

                    i += 16;
                    first += 16;
                }
            }
        }

        /// <summary>Element i in the upper half and element i + 4 in the lower one; zero behind the end.</summary>
        private static long Pair(short[] x, int i, int end)
        {
            return i + 4 < end ? ((long)x[i] << 32) + x[i + 4] : i < end ? (long)x[i] << 32 : 0;
        }

        /// <summary>What keeps the lower half positive, and takes 128 off every weight in the upper one.</summary>
        private static long Origin(long pairs)
        {
            int lower = (int)pairs;
            return (1L << 31) - ((((pairs - lower) >> 32) + lower) * 128 << 32);
        }
    }
}
