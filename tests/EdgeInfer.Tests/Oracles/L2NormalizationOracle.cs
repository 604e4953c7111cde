namespace EdgeInfer.Tests.Oracles;

/// <summary>Vectors divided by their length as TensorFlow Lite defines it for int8, row by row.</summary>
internal static class L2NormalizationOracle
{
    /// <summary>Computes rows.</summary>
    /// <param name="x">Input, [rows, depth].</param>
    /// <param name="depth">Elements of a row.</param>
    /// <param name="zeroPoint">Zero point of the input.</param>
    public static int[] Run(int[] x, int depth, int zeroPoint)
    {
        int[] y = new int[x.Length];
        for (int row = 0; row < x.Length; row += depth)
        {
            long sum = 0;
            for (int i = 0; i < depth; i++) sum += (long)(x[row + i] - zeroPoint) * (x[row + i] - zeroPoint);

            (System.Numerics.BigInteger root, int exponent) = FixedPointOracle.InverseSquareRoot(Math.Max(1, sum));
            for (int i = 0; i < depth; i++)
            {
                y[row + i] = GemmlowpOracle.Clamp(GemmlowpOracle.Requantize(x[row + i] - zeroPoint, (int)root, exponent + 7), -128, 127);
            }
        }

        return y;
    }
}
