using System;

namespace EdgeInfer
{
    /// <summary>
    /// The product of a matrix and three vectors at once, which sequences allow: one multiplication makes three products.
    /// sums[v, r] += sum over i of (weights[r, i] - 128) * x[v, i].
    /// </summary>
    /// <remarks>
    /// The vectors lie in the lanes of one number. A product of a weight as it is stored, 0 to 255, and an input is from -128 * 255 to
    /// 127 * 255, so 32 of them and <see cref="Lanes.Offset"/> are from 0 to 2^21 - 1: what a lane holds. Eight weights are read by
    /// one call. A row's last block may reach up to fifteen bytes into the next row or the tail; its inputs
    /// there are zero.
    /// </remarks>
    internal static class MatrixVectors
    {
        /// <summary>Vectors at once.</summary>
        public const int Count = 3;

        private const long Origins = Lanes.Offsets;

        /// <summary>What an offset of the inputs' sum has taken off, times 128, less the offset of the products' sum.</summary>
        private const int Balance = (Lanes.Offset * 128) - Lanes.Offset;

        /// <summary>Adds the products of all rows to their sums.</summary>
        /// <param name="weights">Weights plus 128, row-major.</param>
        /// <param name="x">Holds the vectors.</param>
        /// <param name="i">First element of the first vector.</param>
        /// <param name="step">Elements from one vector to the next.</param>
        /// <param name="first">First weight.</param>
        /// <param name="depth">Elements of a vector and of a row.</param>
        /// <param name="sums">Holds the sums, those of a vector one after the other.</param>
        /// <param name="sum">First element of the sums.</param>
        /// <param name="rows">Number of rows.</param>
        /// <param name="pitch">Sums from one vector to the next.</param>
        public static void Multiply(byte[] weights, sbyte[] x, int i, int step, int first, int depth, int[] sums, int sum, int rows, int pitch)
        {
            // The first four locals are the cheapest to read.
            byte[] w = weights;
            long v;
            int j;
            int s;
            long acc;
            int less;
            int less1;
            int less2;
            int sumEnd = sum + rows;
            int twice = 2 * pitch;
            int end = i + depth;
            while (i < end)
            {
                j = first;
                if (end - i > 16)
                {
                    long x0 = Pack(x, i, step, end);
                    long x1 = Pack(x, i + 1, step, end);
                    long x2 = Pack(x, i + 2, step, end);
                    long x3 = Pack(x, i + 3, step, end);
                    long x4 = Pack(x, i + 4, step, end);
                    long x5 = Pack(x, i + 5, step, end);
                    long x6 = Pack(x, i + 6, step, end);
                    long x7 = Pack(x, i + 7, step, end);
                    long x8 = Pack(x, i + 8, step, end);
                    long x9 = Pack(x, i + 9, step, end);
                    long x10 = Pack(x, i + 10, step, end);
                    long x11 = Pack(x, i + 11, step, end);
                    long x12 = Pack(x, i + 12, step, end);
                    long x13 = Pack(x, i + 13, step, end);
                    long x14 = Pack(x, i + 14, step, end);
                    long x15 = Pack(x, i + 15, step, end);
                    long x16 = Pack(x, i + 16, step, end);
                    long x17 = Pack(x, i + 17, step, end);
                    long x18 = Pack(x, i + 18, step, end);
                    long x19 = Pack(x, i + 19, step, end);
                    long x20 = Pack(x, i + 20, step, end);
                    long x21 = Pack(x, i + 21, step, end);
                    long x22 = Pack(x, i + 22, step, end);
                    long x23 = Pack(x, i + 23, step, end);
                    long x24 = Pack(x, i + 24, step, end);
                    long x25 = Pack(x, i + 25, step, end);
                    long x26 = Pack(x, i + 26, step, end);
                    long x27 = Pack(x, i + 27, step, end);
                    long x28 = Pack(x, i + 28, step, end);
                    long x29 = Pack(x, i + 29, step, end);
                    long x30 = Pack(x, i + 30, step, end);
                    long x31 = Pack(x, i + 31, step, end);
                    acc = Origins
                        + x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7
                        + x8 + x9 + x10 + x11 + x12 + x13 + x14 + x15
                        + x16 + x17 + x18 + x19 + x20 + x21 + x22 + x23
                        + x24 + x25 + x26 + x27 + x28 + x29 + x30 + x31;
                    less = -(((int)acc & Lanes.Mask) * 128) + Balance;
                    less1 = -(((int)(acc >> Lanes.Width) & Lanes.Mask) * 128) + Balance;
                    less2 = -((int)(acc >> (2 * Lanes.Width)) * 128) + Balance;
                    for (s = sum; s < sumEnd; s++, j += depth)
                    {
                        acc = Origins
                            + (((v = BitConverter.ToInt64(w, j)) & 255) * x0) + (((v >> 8) & 255) * x1) + (((v >> 16) & 255) * x2) + (((v >> 24) & 255) * x3)
                            + (((v >> 32) & 255) * x4) + (((v >> 40) & 255) * x5) + (((v >> 48) & 255) * x6) + (((v >> 56) & 255) * x7)
                            + (((v = BitConverter.ToInt64(w, j + 8)) & 255) * x8) + (((v >> 8) & 255) * x9) + (((v >> 16) & 255) * x10) + (((v >> 24) & 255) * x11)
                            + (((v >> 32) & 255) * x12) + (((v >> 40) & 255) * x13) + (((v >> 48) & 255) * x14) + (((v >> 56) & 255) * x15)
                            + (((v = BitConverter.ToInt64(w, j + 16)) & 255) * x16) + (((v >> 8) & 255) * x17) + (((v >> 16) & 255) * x18) + (((v >> 24) & 255) * x19)
                            + (((v >> 32) & 255) * x20) + (((v >> 40) & 255) * x21) + (((v >> 48) & 255) * x22) + (((v >> 56) & 255) * x23)
                            + (((v = BitConverter.ToInt64(w, j + 24)) & 255) * x24) + (((v >> 8) & 255) * x25) + (((v >> 16) & 255) * x26) + (((v >> 24) & 255) * x27)
                            + (((v >> 32) & 255) * x28) + (((v >> 40) & 255) * x29) + (((v >> 48) & 255) * x30) + (((v >> 56) & 255) * x31);
                        sums[s] += ((int)acc & Lanes.Mask) + less;
                        sums[s + pitch] += ((int)(acc >> Lanes.Width) & Lanes.Mask) + less1;
                        sums[s + twice] += (int)(acc >> (2 * Lanes.Width)) + less2;
                    }

                    i += 32;
                    first += 32;
                }
                else
                {
                    long x0 = Pack(x, i, step, end);
                    long x1 = Pack(x, i + 1, step, end);
                    long x2 = Pack(x, i + 2, step, end);
                    long x3 = Pack(x, i + 3, step, end);
                    long x4 = Pack(x, i + 4, step, end);
                    long x5 = Pack(x, i + 5, step, end);
                    long x6 = Pack(x, i + 6, step, end);
                    long x7 = Pack(x, i + 7, step, end);
                    long x8 = Pack(x, i + 8, step, end);
                    long x9 = Pack(x, i + 9, step, end);
                    long x10 = Pack(x, i + 10, step, end);
                    long x11 = Pack(x, i + 11, step, end);
                    long x12 = Pack(x, i + 12, step, end);
                    long x13 = Pack(x, i + 13, step, end);
                    long x14 = Pack(x, i + 14, step, end);
                    long x15 = Pack(x, i + 15, step, end);
                    acc = Origins
                        + x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7
                        + x8 + x9 + x10 + x11 + x12 + x13 + x14 + x15;
                    less = -(((int)acc & Lanes.Mask) * 128) + Balance;
                    less1 = -(((int)(acc >> Lanes.Width) & Lanes.Mask) * 128) + Balance;
                    less2 = -((int)(acc >> (2 * Lanes.Width)) * 128) + Balance;
                    for (s = sum; s < sumEnd; s++, j += depth)
                    {
                        acc = Origins
                            + (((v = BitConverter.ToInt64(w, j)) & 255) * x0) + (((v >> 8) & 255) * x1) + (((v >> 16) & 255) * x2) + (((v >> 24) & 255) * x3)
                            + (((v >> 32) & 255) * x4) + (((v >> 40) & 255) * x5) + (((v >> 48) & 255) * x6) + (((v >> 56) & 255) * x7)
                            + (((v = BitConverter.ToInt64(w, j + 8)) & 255) * x8) + (((v >> 8) & 255) * x9) + (((v >> 16) & 255) * x10) + (((v >> 24) & 255) * x11)
                            + (((v >> 32) & 255) * x12) + (((v >> 40) & 255) * x13) + (((v >> 48) & 255) * x14) + (((v >> 56) & 255) * x15);
                        sums[s] += ((int)acc & Lanes.Mask) + less;
                        sums[s + pitch] += ((int)(acc >> Lanes.Width) & Lanes.Mask) + less1;
                        sums[s + twice] += (int)(acc >> (2 * Lanes.Width)) + less2;
                    }

                    i += 16;
                    first += 16;
                }
            }
        }

        /// <summary>An element of each vector; behind the end they are zero.</summary>
        private static long Pack(sbyte[] x, int i, int step, int end)
        {
            return i < end ? x[i] + ((long)x[i + step] << Lanes.Width) + ((long)x[i + (2 * step)] << (2 * Lanes.Width)) : 0;
        }
    }
}
