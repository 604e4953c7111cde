using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Quantizer.Calibration;

namespace EdgeInfer.Quantizer.Algorithms;

/// <summary>
/// Makes the channels between two layers equally large. A rectifier passes positive factors on, so the first layer may divide a channel by s if
/// the second multiplies its weights with s, and the network computes the same. With s = sqrt(r1 / r2), r1 what the channel reaches on one side and r2
/// on the other, both are sqrt(r1 * r2) afterwards (Nagel et al., Data-Free Quantization, 2019). Where weights have a scale a channel the first layer's
/// own do not matter, and r1 is what the activation reaches.
/// </summary>
public static class CrossLayerEqualization
{
    private const double Limit = 1024;

    /// <summary>Equalizes all pairs of layers once.</summary>
    /// <param name="graph">The graph of floats, changed in place; what it computes stays the same.</param>
    /// <param name="statistics">What was seen of its activations; null to equalize weights.</param>
    /// <returns>Number of pairs.</returns>
    public static int Run(ModelGraph graph, IReadOnlyDictionary<GraphTensor, TensorStatistics>? statistics)
    {
        int pairs = 0;
        foreach (Operator first in graph.Operators)
        {
            if (first is not IFusesActivation { Activation: FusedActivation.None or FusedActivation.Relu } || FilterLayout.Of(first) is not { } layout) continue;
            if (graph.OnlyReaderOf(first.Output) is not { } second || second.Input != first.Output || FilterLayout.Of(second) is not { } next) continue;
            if (next.InputChannels != layout.OutputChannels) continue;

            Equalize(first, layout, second, next, statistics?[first.Output]);
            pairs++;
        }

        return pairs;
    }

    private static void Equalize(Operator first, FilterLayout layout, Operator second, FilterLayout next, TensorStatistics? seen)
    {
        float[] weights = first.Inputs[1]!.Floats().ToArray(), following = second.Inputs[1]!.Floats().ToArray();
        double[] reach = new double[layout.OutputChannels], taken = new double[layout.OutputChannels];
        for (int i = 0; i < weights.Length; i++) reach[layout.OutputOf(i)] = Math.Max(reach[layout.OutputOf(i)], Math.Abs(weights[i]));
        for (int i = 0; i < following.Length; i++) taken[next.InputOf(i)] = Math.Max(taken[next.InputOf(i)], Math.Abs(following[i]));
        if (seen is not null)
        {
            for (int c = 0; c < reach.Length; c++) reach[c] = Math.Max(Math.Abs(seen.ChannelMin[c]), Math.Abs(seen.ChannelMax[c]));
        }

        // A depthwise layer with a scale a channel takes any factor at no loss, so its input can be made perfectly even.
        bool isFree = seen is not null && second is DepthwiseConv2D;
        double mean = GeometricMean(reach);
        double[] factors = [.. reach.Select((r, c) => r <= 0 || taken[c] <= 0 ? 1 : Math.Clamp(isFree ? r / mean : Math.Sqrt(r / taken[c]), 1 / Limit, Limit))];
        double common = GeometricMean(factors);
        float[] bias = FloatConstants.Bias(first, layout.OutputChannels);
        for (int i = 0; i < weights.Length; i++) weights[i] = (float)(weights[i] * common / factors[layout.OutputOf(i)]);
        for (int i = 0; i < following.Length; i++) following[i] = (float)(following[i] * factors[next.InputOf(i)] / common);
        for (int c = 0; c < bias.Length; c++) bias[c] = (float)(bias[c] * common / factors[c]);
        FloatConstants.Replace(first, 1, weights);
        FloatConstants.Replace(second, 1, following);
        if (first.Inputs[FloatConstants.BiasPosition(first)] is not null) FloatConstants.SetBias(first, bias);
    }

    private static double GeometricMean(IEnumerable<double> values)
    {
        double[] positive = [.. values.Where(v => v > 0)];
        return positive.Length == 0 ? 1 : Math.Exp(positive.Average(Math.Log));
    }
}
