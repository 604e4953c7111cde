using System;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// The product of a matrix of 4-bit weights and a vector: sums[r] += sum over i of weights[r, i] * x[i]. One multiplication makes four
    /// products; <see cref="Nibbles"/> has the arithmetic.
    /// </summary>
    /// <remarks>
    /// Up to 64 inputs wait in locals, four in each, while the weights of all rows pass by, sixteen of them read by one call. A row's last
    /// group may reach up to seven bytes into the next row or the tail; its inputs there are zero.
    /// </remarks>
    internal static class MatrixVectorInt4
    {
        /// <summary>Adds the products of all rows to their sums.</summary>
        /// <param name="weights">Holds the weights.</param>
        /// <param name="x">Holds the vector.</param>
        /// <param name="i">First element of the vector.</param>
        /// <param name="first">First byte of the weights.</param>
        /// <param name="depth">Elements of the vector and of a row.</param>
        /// <param name="sums">Holds the sums.</param>
        /// <param name="sum">First element of the sums.</param>
        /// <param name="rows">Number of rows.</param>
        public static void Multiply(byte[] weights, sbyte[] x, int i, int first, int depth, int[] sums, int sum, int rows)
        {
            // The first four locals are the cheapest to read.
            byte[] w = weights;
            int j;
            long v;
            int s;
            int sumEnd = sum + rows;
            int end = i + depth;
            int rowBytes = Nibbles.RowBytes(depth);
            long origin;
            while (i < end)
            {
                int left = end - i;
                j = first;
                if (left >= 64)
                {
                    long p0 = ((((((long)x[i] << 16) + x[i + 4]) << 16) + x[i + 8]) << 16) + x[i + 12];
                    long p1 = ((((((long)x[i + 1] << 16) + x[i + 5]) << 16) + x[i + 9]) << 16) + x[i + 13];
                    long p2 = ((((((long)x[i + 2] << 16) + x[i + 6]) << 16) + x[i + 10]) << 16) + x[i + 14];
                    long p3 = ((((((long)x[i + 3] << 16) + x[i + 7]) << 16) + x[i + 11]) << 16) + x[i + 15];
                    long p4 = ((((((long)x[i + 16] << 16) + x[i + 20]) << 16) + x[i + 24]) << 16) + x[i + 28];
                    long p5 = ((((((long)x[i + 17] << 16) + x[i + 21]) << 16) + x[i + 25]) << 16) + x[i + 29];
                    long p6 = ((((((long)x[i + 18] << 16) + x[i + 22]) << 16) + x[i + 26]) << 16) + x[i + 30];
                    long p7 = ((((((long)x[i + 19] << 16) + x[i + 23]) << 16) + x[i + 27]) << 16) + x[i + 31];
                    long p8 = ((((((long)x[i + 32] << 16) + x[i + 36]) << 16) + x[i + 40]) << 16) + x[i + 44];
                    long p9 = ((((((long)x[i + 33] << 16) + x[i + 37]) << 16) + x[i + 41]) << 16) + x[i + 45];
                    long p10 = ((((((long)x[i + 34] << 16) + x[i + 38]) << 16) + x[i + 42]) << 16) + x[i + 46];
                    long p11 = ((((((long)x[i + 35] << 16) + x[i + 39]) << 16) + x[i + 43]) << 16) + x[i + 47];
                    long p12 = ((((((long)x[i + 48] << 16) + x[i + 52]) << 16) + x[i + 56]) << 16) + x[i + 60];
                    long p13 = ((((((long)x[i + 49] << 16) + x[i + 53]) << 16) + x[i + 57]) << 16) + x[i + 61];
                    long p14 = ((((((long)x[i + 50] << 16) + x[i + 54]) << 16) + x[i + 58]) << 16) + x[i + 62];
                    long p15 = ((((((long)x[i + 51] << 16) + x[i + 55]) << 16) + x[i + 59]) << 16) + x[i + 63];
                    origin = Nibbles.Origin - (Nibbles.Offsets * (p0 + p1 + p2 + p3 + p4 + p5 + p6 + p7));
                    long origin1 = Nibbles.Origin - (Nibbles.Offsets * (p8 + p9 + p10 + p11 + p12 + p13 + p14 + p15));
                    for (s = sum; s < sumEnd; s++, j += rowBytes)
                    {
                        sums[s] += (int)(((origin
                            + (((v = BitConverter.ToInt64(w, j)) & Nibbles.Mask) * p0) + (((v >> 4) & Nibbles.Mask) * p1)
                            + (((v >> 8) & Nibbles.Mask) * p2) + (((v >> 12) & Nibbles.Mask) * p3)
                            + (((v = BitConverter.ToInt64(w, j + 8)) & Nibbles.Mask) * p4) + (((v >> 4) & Nibbles.Mask) * p5)
                            + (((v >> 8) & Nibbles.Mask) * p6) + (((v >> 12) & Nibbles.Mask) * p7)) >> Nibbles.Upper)
                            + ((origin1
                            + (((v = BitConverter.ToInt64(w, j + 16)) & Nibbles.Mask) * p8) + (((v >> 4) & Nibbles.Mask) * p9)
                            + (((v >> 8) & Nibbles.Mask) * p10) + (((v >> 12) & Nibbles.Mask) * p11)
                            + (((v = BitConverter.ToInt64(w, j + 24)) & Nibbles.Mask) * p12) + (((v >> 4) & Nibbles.Mask) * p13)
                            + (((v >> 8) & Nibbles.Mask) * p14) + (((v >> 12) & Nibbles.Mask) * p15)) >> Nibbles.Upper)) + 2;
                    }

                    i += 64;
                    first += 32;
                }
                else if (left > 16)
                {
                    long p0 = Pack(x, i, end);
                    long p1 = Pack(x, i + 1, end);
                    long p2 = Pack(x, i + 2, end);
                    long p3 = Pack(x, i + 3, end);
                    long p4 = Pack(x, i + 16, end);
                    long p5 = Pack(x, i + 17, end);
                    long p6 = Pack(x, i + 18, end);
                    long p7 = Pack(x, i + 19, end);
                    origin = Nibbles.Origin - (Nibbles.Offsets * (p0 + p1 + p2 + p3 + p4 + p5 + p6 + p7));
                    for (s = sum; s < sumEnd; s++, j += rowBytes)
                    {
                        sums[s] += (int)((origin
                            + (((v = BitConverter.ToInt64(w, j)) & Nibbles.Mask) * p0) + (((v >> 4) & Nibbles.Mask) * p1)
                            + (((v >> 8) & Nibbles.Mask) * p2) + (((v >> 12) & Nibbles.Mask) * p3)
                            + (((v = BitConverter.ToInt64(w, j + 8)) & Nibbles.Mask) * p4) + (((v >> 4) & Nibbles.Mask) * p5)
                            + (((v >> 8) & Nibbles.Mask) * p6) + (((v >> 12) & Nibbles.Mask) * p7)) >> Nibbles.Upper) + 1;
                    }

                    i += 32;
                    first += 16;
                }
                else
                {
                    long p0 = Pack(x, i, end);
                    long p1 = Pack(x, i + 1, end);
                    long p2 = Pack(x, i + 2, end);
                    long p3 = Pack(x, i + 3, end);
                    origin = Nibbles.Origin - (Nibbles.Offsets * (p0 + p1 + p2 + p3));
                    for (s = sum; s < sumEnd; s++, j += rowBytes)
                    {
                        sums[s] += (int)((origin
                            + (((v = BitConverter.ToInt64(w, j)) & Nibbles.Mask) * p0) + (((v >> 4) & Nibbles.Mask) * p1)
                            + (((v >> 8) & Nibbles.Mask) * p2) + (((v >> 12) & Nibbles.Mask) * p3)) >> Nibbles.Upper) + 1;
                    }

                    i += 16;
                    first += 8;
                }
            }
        }

        /// <summary>Four inputs four apart, the first in the upper lane; behind the end they are zero.</summary>
        private static long Pack(sbyte[] x, int i, int end)
        {
            long packed = i < end ? x[i] : 0;
            packed = (packed << Nibbles.LaneWidth) + (i + 4 < end ? x[i + 4] : 0);
            packed = (packed << Nibbles.LaneWidth) + (i + 8 < end ? x[i + 8] : 0);
            return (packed << Nibbles.LaneWidth) + (i + 12 < end ? x[i + 12] : 0);
        }
    }
}
