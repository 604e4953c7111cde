namespace EdgeInfer.Tests.Oracles;

/// <summary>Matrix product by its definition.</summary>
internal static class FullyConnectedOracle
{
    /// <summary>Multiplies.</summary>
    /// <param name="x">Input, [batches, depth].</param>
    /// <param name="w">Weights, [channels, depth].</param>
    /// <param name="bias">Bias, or null.</param>
    /// <param name="zeroPoints">Zero points of input, weights and output.</param>
    /// <param name="scales">Multiplier and exponent, one pair a channel.</param>
    /// <param name="min">Smallest output.</param>
    /// <param name="max">Largest output.</param>
    public static int[] Run(
        int[] x, int[] w, int[]? bias, (int Input, int Weights, int Output) zeroPoints, (int Multiplier, int Exponent)[] scales, int min, int max)
    {
        int channels = scales.Length;
        int depth = w.Length / channels;
        int[] y = new int[x.Length / depth * channels];
        for (int i = 0; i < y.Length; i++)
        {
            int batch = i / channels;
            int channel = i % channels;
            long sum = bias is null ? 0 : bias[channel];
            for (int d = 0; d < depth; d++)
            {
                sum += (long)(x[(batch * depth) + d] - zeroPoints.Input) * (w[(channel * depth) + d] - zeroPoints.Weights);
            }

            y[i] = GemmlowpOracle.Clamp(GemmlowpOracle.Requantize((int)sum, scales[channel].Multiplier, scales[channel].Exponent) + zeroPoints.Output, min, max);
        }

        return y;
    }
}
