using System.Numerics;

namespace EdgeInfer.Tests.Oracles;

/// <summary>Quantized mean by its definition: elements are gathered an output, summed, and scaled by the ratio divided by their number.</summary>
internal static class MeanOracle
{
    public static int[] Run(NestedArray x, int[] axes, (int Input, int Output) zeroPoints, float inputScale, float outputScale, int bits = 8)
    {
        int[] staying = [.. Enumerable.Range(0, x.Shape.Length).Except(axes)];
        int[] shape = [.. staying.Select(d => x.Shape[d])];
        int count = axes.Aggregate(1, (product, axis) => product * x.Shape[axis]);
        (int multiplier, int exponent) = GemmlowpOracle.Quantize((double)inputScale / outputScale);

        // As many bits as the count has are kept when the multiplier is divided by it.
        int kept = 0;
        while (2L << kept <= count) kept++;
        while (exponent - kept < -31) kept--;
        int divided = (int)((new BigInteger(multiplier) << kept) / count);

        Dictionary<string, long> sums = [];
        foreach (int[] index in NestedArray.Indexes(x.Shape))
        {
            string output = string.Join(',', staying.Select(d => index[d]));
            sums[output] = sums.GetValueOrDefault(output) + x[index] - zeroPoints.Input;
        }

        return
        [
            .. NestedArray.Indexes(shape).Select(o =>
                GemmlowpOracle.Clamp(GemmlowpOracle.Requantize(sums[string.Join(',', o)], divided, exponent - kept) + zeroPoints.Output, -1 << (bits - 1), (1 << (bits - 1)) - 1)),
        ];
    }
}
