namespace EdgeInfer
{
    /// <summary>
    /// The matrix product of the recurrent operators: sums[r] = sum over i of
    /// (weights[r, i] - 128) * (x[i] - zero point), rows one after the other.
    /// </summary>
    /// <remarks>
    /// Sixteen inputs wait in locals while the weights of all rows pass by, so that a product costs one array access
    /// instead of two; then eight and four of what is left. The last block is padded with up to three zeros: they meet the
    /// weights of the next row, or the tail of the bytes section behind the last one.
    /// </remarks>
    internal static class MatrixVector
    {
        /// <summary>Computes all rows.</summary>
        /// <param name="weights">Weights plus 128, row-major.</param>
        /// <param name="first">First weight.</param>
        /// <param name="x">Holds the vector.</param>
        /// <param name="start">First element of the vector.</param>
        /// <param name="depth">Elements of the vector and of a row.</param>
        /// <param name="zeroPoint">Zero point of the vector.</param>
        /// <param name="sums">Receives the sums.</param>
        /// <param name="sum">First element of the sums.</param>
        /// <param name="rows">Number of rows.</param>
        public static void Multiply(byte[] weights, int first, sbyte[] x, int start, int depth, int zeroPoint, int[] sums, int sum, int rows)
        {
            // The first four locals are the cheapest to read.
            byte[] w = weights;
            int j;
            int s;
            int sumEnd = sum + rows;
            int end = start + depth;
            int total = 0;
            for (int i = start; i < end; i++) total += x[i] - zeroPoint;
            total *= -128;
            for (s = sum; s < sumEnd; s++) sums[s] = total;

            for (int i = start; i < end;)
            {
                int left = end - i;
                j = first;
                if (left > 12)
                {
                    int x0 = x[i] - zeroPoint;
                    int x1 = x[i + 1] - zeroPoint;
                    int x2 = x[i + 2] - zeroPoint;
                    int x3 = x[i + 3] - zeroPoint;
                    int x4 = x[i + 4] - zeroPoint;
                    int x5 = x[i + 5] - zeroPoint;
                    int x6 = x[i + 6] - zeroPoint;
                    int x7 = x[i + 7] - zeroPoint;
                    int x8 = x[i + 8] - zeroPoint;
                    int x9 = x[i + 9] - zeroPoint;
                    int x10 = x[i + 10] - zeroPoint;
                    int x11 = x[i + 11] - zeroPoint;
                    int x12 = x[i + 12] - zeroPoint;
                    int x13 = left > 13 ? x[i + 13] - zeroPoint : 0;
                    int x14 = left > 14 ? x[i + 14] - zeroPoint : 0;
                    int x15 = left > 15 ? x[i + 15] - zeroPoint : 0;
                    for (s = sum; s < sumEnd; s++, j += depth)
                    {
                        sums[s] += (w[j] * x0) + (w[j + 1] * x1) + (w[j + 2] * x2) + (w[j + 3] * x3)
                            + (w[j + 4] * x4) + (w[j + 5] * x5) + (w[j + 6] * x6) + (w[j + 7] * x7)
                            + (w[j + 8] * x8) + (w[j + 9] * x9) + (w[j + 10] * x10) + (w[j + 11] * x11)
                            + (w[j + 12] * x12) + (w[j + 13] * x13) + (w[j + 14] * x14) + (w[j + 15] * x15);
                    }

                    i += 16;
                    first += 16;
                }
                else if (left > 4)
                {
                    int x0 = x[i] - zeroPoint;
                    int x1 = x[i + 1] - zeroPoint;
                    int x2 = x[i + 2] - zeroPoint;
                    int x3 = x[i + 3] - zeroPoint;
                    int x4 = x[i + 4] - zeroPoint;
                    int x5 = left > 5 ? x[i + 5] - zeroPoint : 0;
                    int x6 = left > 6 ? x[i + 6] - zeroPoint : 0;
                    int x7 = left > 7 ? x[i + 7] - zeroPoint : 0;
                    for (s = sum; s < sumEnd; s++, j += depth)
                    {
                        sums[s] += (w[j] * x0) + (w[j + 1] * x1) + (w[j + 2] * x2) + (w[j + 3] * x3)
                            + (w[j + 4] * x4) + (w[j + 5] * x5) + (w[j + 6] * x6) + (w[j + 7] * x7);
                    }

                    i += 8;
                    first += 8;
                }
                else
                {
                    int x0 = x[i] - zeroPoint;
                    int x1 = left > 1 ? x[i + 1] - zeroPoint : 0;
                    int x2 = left > 2 ? x[i + 2] - zeroPoint : 0;
                    int x3 = left > 3 ? x[i + 3] - zeroPoint : 0;
                    for (s = sum; s < sumEnd; s++, j += depth)
                    {
                        sums[s] += (w[j] * x0) + (w[j + 1] * x1) + (w[j + 2] * x2) + (w[j + 3] * x3);
                    }

                    i += 4;
                    first += 4;
                }
            }
        }
    }
}
