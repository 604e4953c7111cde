namespace EdgeInfer
{
    /// <summary>
    /// The matrix product of the recurrent operators: sums[r] = sum over i of
    /// (weights[r, i] - 128) * (x[i] - zero point), rows one after the other.
    /// </summary>
    /// <remarks>
    /// Sixteen inputs wait in locals while the weights of all rows pass by, so that a product costs one array access
    /// instead of two. What is left of a row is padded with zeros: they meet the weights of the next row, or the tail
    /// of the bytes section behind the last one.
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
            int end = start + depth;
            int total = 0;
            for (int i = start; i < end; i++) total += x[i] - zeroPoint;
            total *= -128;
            int sumEnd = sum + rows;
            for (int s = sum; s < sumEnd; s++) sums[s] = total;

            for (int i = start; i < end;)
            {
                int left = end - i;
                int j = first;
                int x0 = x[i] - zeroPoint;
                int x1 = left > 1 ? x[i + 1] - zeroPoint : 0;
                int x2 = left > 2 ? x[i + 2] - zeroPoint : 0;
                int x3 = left > 3 ? x[i + 3] - zeroPoint : 0;
                int x4 = left > 4 ? x[i + 4] - zeroPoint : 0;
                int x5 = left > 5 ? x[i + 5] - zeroPoint : 0;
                int x6 = left > 6 ? x[i + 6] - zeroPoint : 0;
                int x7 = left > 7 ? x[i + 7] - zeroPoint : 0;
                if (left <= 8)
                {
                    for (int s = sum; s < sumEnd; s++, j += depth)
                    {
                        sums[s] += (weights[j] * x0) + (weights[j + 1] * x1) + (weights[j + 2] * x2) + (weights[j + 3] * x3)
                            + (weights[j + 4] * x4) + (weights[j + 5] * x5) + (weights[j + 6] * x6) + (weights[j + 7] * x7);
                    }

                    return;
                }

                int x8 = x[i + 8] - zeroPoint;
                int x9 = left > 9 ? x[i + 9] - zeroPoint : 0;
                int x10 = left > 10 ? x[i + 10] - zeroPoint : 0;
                int x11 = left > 11 ? x[i + 11] - zeroPoint : 0;
                int x12 = left > 12 ? x[i + 12] - zeroPoint : 0;
                int x13 = left > 13 ? x[i + 13] - zeroPoint : 0;
                int x14 = left > 14 ? x[i + 14] - zeroPoint : 0;
                int x15 = left > 15 ? x[i + 15] - zeroPoint : 0;
                for (int s = sum; s < sumEnd; s++, j += depth)
                {
                    sums[s] += (weights[j] * x0) + (weights[j + 1] * x1) + (weights[j + 2] * x2) + (weights[j + 3] * x3)
                        + (weights[j + 4] * x4) + (weights[j + 5] * x5) + (weights[j + 6] * x6) + (weights[j + 7] * x7)
                        + (weights[j + 8] * x8) + (weights[j + 9] * x9) + (weights[j + 10] * x10) + (weights[j + 11] * x11)
                        + (weights[j + 12] * x12) + (weights[j + 13] * x13) + (weights[j + 14] * x14) + (weights[j + 15] * x15);
                }

                first += 16;
                i += 16;
            }
        }
    }
}
