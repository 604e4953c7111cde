using System.Numerics;

namespace EdgeInfer.Tests.Oracles;

/// <summary>Softmax as TensorFlow Lite defines it for int8, element by element and without tables.</summary>
internal static class SoftmaxOracle
{
    /// <summary>Computes rows.</summary>
    /// <param name="x">Input, [rows, depth].</param>
    /// <param name="depth">Elements of a row.</param>
    /// <param name="factor">beta * scale of the input.</param>
    /// <param name="bits">Width of the output, 8 or 16.</param>
    public static int[] Run(int[] x, int depth, double factor, int bits)
    {
        (int multiplier, int left) = GemmlowpOracle.Quantize(Math.Min(factor * (1 << 26), (1L << 31) - 1.0));
        double radius = Math.Floor(31.0 * (1 << 26) / Math.Pow(2, left));
        int low = -(1 << (bits - 1));
        int[] y = new int[x.Length];
        for (int row = 0; row < x.Length; row += depth)
        {
            int max = x.AsSpan(row, depth).ToArray().Max();
            BigInteger?[] exponentials =
            [
                .. x.AsSpan(row, depth).ToArray().Select(v => v - max < -radius
                    ? (BigInteger?)null
                    : FixedPointOracle.Exp(FixedPointOracle.Multiply((BigInteger)(v - max) << left, multiplier), 5)),
            ];
            BigInteger sum = exponentials.Where(e => e is not null).Aggregate(BigInteger.Zero, (a, e) => a + FixedPointOracle.Divide(e!.Value, 12));

            // sum = (1 + rest) * 2^over, with 19 fractional bits; the reciprocal of 1 + rest has 31.
            int over = (int)(sum.GetBitLength() - 20);
            BigInteger rest = (sum << (12 - over)) - (BigInteger.One << 31);
            BigInteger reciprocal = FixedPointOracle.Saturate(2 * FixedPointOracle.Reciprocal(rest));
            for (int i = 0; i < depth; i++)
            {
                y[row + i] = exponentials[i] is { } e
                    ? GemmlowpOracle.Clamp(FixedPointOracle.Divide(FixedPointOracle.Multiply(reciprocal, e), over + 31 - bits) + low, low, -low - 1)
                    : low;
            }
        }

        return y;
    }
}
