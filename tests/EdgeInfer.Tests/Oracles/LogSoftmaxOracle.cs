using System.Numerics;

namespace EdgeInfer.Tests.Oracles;

/// <summary>The logarithm of softmax as TensorFlow Lite defines it for int8, element by element and without tables.</summary>
internal static class LogSoftmaxOracle
{
    /// <summary>Computes rows.</summary>
    /// <param name="x">Input, [rows, depth].</param>
    /// <param name="depth">Elements of a row.</param>
    /// <param name="scale">Scale of the input.</param>
    public static int[] Run(int[] x, int depth, double scale)
    {
        double unit = Math.Min(scale * (1 << 26), (1L << 31) - 1.0);
        (int multiplier, int left) = GemmlowpOracle.Quantize(unit);
        (int divisor, int back) = GemmlowpOracle.Quantize(Math.Pow(2, 31 - left) / multiplier);
        int lowest = -(int)Math.Floor(31.0 * (1 << 26) / Math.Pow(2, left));
        int[] y = new int[x.Length];
        for (int row = 0; row < x.Length; row += depth)
        {
            int max = x.AsSpan(row, depth).ToArray().Max();
            BigInteger Scaled(int value) => FixedPointOracle.Multiply((BigInteger)(value - max) << left, multiplier);

            BigInteger sum = 0;
            for (int i = 0; i < depth; i++)
            {
                if (x[row + i] - max >= lowest) sum += FixedPointOracle.Divide(FixedPointOracle.Exp(Scaled(x[row + i]), 5), 12);
            }

            BigInteger logarithm = FixedPointOracle.Logarithm(sum, 12, 5);
            BigInteger threshold = BigInteger.Max(lowest - 1, GemmlowpOracle.Requantize((long)(logarithm - (BigInteger.One << 31)), divisor, back));
            for (int i = 0; i < depth; i++)
            {
                y[row + i] = x[row + i] - max > threshold
                    ? GemmlowpOracle.Clamp(FixedPointOracle.Divide(Scaled(x[row + i]) - logarithm, 31 - 5 - 4) + 127, -128, 127)
                    : -128;
            }
        }

        return y;
    }
}
