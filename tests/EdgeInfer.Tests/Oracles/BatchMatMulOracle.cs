namespace EdgeInfer.Tests.Oracles;

/// <summary>Quantized products of matrices by their definition, every element found by its indexes.</summary>
internal static class BatchMatMulOracle
{
    public static NestedArray Run(
        NestedArray a, NestedArray b, bool transposesA, bool transposesB, int[] output, (int A, int B, int Output) zeroPoints, (int Multiplier, int Exponent) scale, bool wide = false)
    {
        int depth = a.Shape[transposesA ? ^2 : ^1];
        return NestedArray.Make(output, o =>
        {
            long sum = 0;
            for (int i = 0; i < depth; i++)
            {
                sum += (long)(At(a, o[..^2], transposesA ? [i, o[^2]] : [o[^2], i]) - zeroPoints.A) * (At(b, o[..^2], transposesB ? [o[^1], i] : [i, o[^1]]) - zeroPoints.B);
            }

            if (wide) return GemmlowpOracle.Clamp(Int16Oracle.Scale(sum, scale.Multiplier, scale.Exponent), short.MinValue, short.MaxValue);
            return GemmlowpOracle.Clamp(GemmlowpOracle.Requantize(sum, scale.Multiplier, scale.Exponent) + zeroPoints.Output, -128, 127);
        });
    }

    /// <summary>An element of a matrix; batches are aligned at their ends, a length of 1 is repeated.</summary>
    private static int At(NestedArray x, int[] batches, int[] element)
    {
        int rank = x.Shape.Length - 2;
        return x[[.. batches.TakeLast(rank).Select((index, d) => x.Shape[d] == 1 ? 0 : index), .. element]];
    }
}
