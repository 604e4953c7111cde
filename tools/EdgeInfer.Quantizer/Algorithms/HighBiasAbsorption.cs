using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Quantizer.Calibration;

namespace EdgeInfer.Quantizer.Algorithms;

/// <summary>
/// Moves what a channel never falls below into the bias of the next layer: relu(w x + b) = relu(w x + b - c) + c as long as w x + b stays at c or
/// above, as it did on all samples. The range of the activation shrinks by c. A layer that pads its input with zeros cannot take c over, nor can an SVDF, whose memory begins with zeros, or a transposed convolution, whose filter leaves the image.
/// </summary>
public static class HighBiasAbsorption
{
    /// <summary>Runs over all pairs of layers.</summary>
    /// <param name="graph">The graph of floats, changed in place.</param>
    /// <param name="statistics">What was seen of its activations.</param>
    /// <returns>Number of channels whose bias was moved.</returns>
    public static int Run(ModelGraph graph, IReadOnlyDictionary<GraphTensor, TensorStatistics> statistics)
    {
        int channels = 0;
        foreach (Operator first in graph.Operators)
        {
            if (first is not IFusesActivation { Activation: FusedActivation.Relu } || FilterLayout.Of(first) is not { } layout) continue;
            if (graph.OnlyReaderOf(first.Output) is not { } second || second.Input != first.Output || FilterLayout.Of(second) is not { } next) continue;
            if (next.InputChannels != layout.OutputChannels || Pads(second)) continue;

            float[] least = Array.ConvertAll(statistics[first.Output].ChannelMin, m => Math.Max(m, 0));
            if (Array.TrueForAll(least, m => m == 0)) continue;

            float[] bias = FloatConstants.Bias(first, layout.OutputChannels), following = FloatConstants.Bias(second, next.OutputChannels);
            ReadOnlySpan<float> weights = second.Inputs[1]!.Floats();
            for (int c = 0; c < bias.Length; c++) bias[c] -= least[c];
            for (int i = 0; i < weights.Length; i++) following[next.OutputOf(i)] += weights[i] * least[next.InputOf(i)];
            FloatConstants.SetBias(first, bias);
            FloatConstants.SetBias(second, following);
            channels += least.Count(m => m > 0);
        }

        return channels;
    }

    private static bool Pads(Operator op) => op is TransposeConv or Svdf || op is IFoldsPadding { Window: { } window } && window is not { Top: 0, Left: 0, Bottom: 0, Right: 0 };
}
