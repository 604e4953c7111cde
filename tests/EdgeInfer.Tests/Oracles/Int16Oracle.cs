using System.Numerics;

namespace EdgeInfer.Tests.Oracles;

/// <summary>Operators on 16-bit activations by their definitions, in unbounded integers. No zero points.</summary>
internal static class Int16Oracle
{
    /// <summary>Convolves with groups; weights OHWI, I being the channels of one group.</summary>
    public static int[] Conv2D(NestedArray x, NestedArray w, long[]? bias, int[] yShape, ConvolutionOptions options, bool wide)
    {
        int depth = w.Shape[3], filters = w.Shape[0] / (x.Shape[3] / depth);
        return
        [
            .. NestedArray.Indexes(yShape).Select(o =>
            {
                BigInteger sum = bias is null ? 0 : bias[o[3]];
                foreach (int[] tap in NestedArray.Indexes([w.Shape[1], w.Shape[2], depth]))
                {
                    int row = (o[1] * options.StrideHeight) + (tap[0] * options.DilationHeight) - options.Top;
                    int column = (o[2] * options.StrideWidth) + (tap[1] * options.DilationWidth) - options.Left;
                    if (row < 0 || row >= x.Shape[1] || column < 0 || column >= x.Shape[2]) continue;
                    sum += (BigInteger)x[[o[0], row, column, (o[3] / filters * depth) + tap[2]]] * w[[o[3], tap[0], tap[1], tap[2]]];
                }

                (int multiplier, int exponent) = options.Scales[o[3]];
                return GemmlowpOracle.Clamp(wide ? Scale(sum, multiplier, exponent) : GemmlowpOracle.Requantize((long)sum, multiplier, exponent), options.Min, options.Max);
            }),
        ];
    }

    /// <summary>Sums of 64 bits are multiplied by the upper 15 bits of the multiplier, and rounded once, halves up.</summary>
    public static BigInteger Scale(BigInteger sum, int multiplier, int exponent)
    {
        int upper = multiplier < 0x7fff0000 ? (multiplier + 0x8000) / 65536 : 0x7fff;
        BigInteger unit = BigInteger.One << (15 - exponent);
        BigInteger numerator = (2 * sum * upper) + unit;
        BigInteger quotient = BigInteger.DivRem(numerator, 2 * unit, out BigInteger rest);
        return rest.Sign < 0 ? quotient - 1 : quotient;
    }
}
