using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Quantizing;

namespace EdgeInfer.Quantizer.Algorithms;

/// <summary>Gives weights their scales.</summary>
public static class WeightScales
{
    /// <summary>Integers that a bias may reach: a margin for what is added to it, below 2^31.</summary>
    private const double LargestBias = 1 << 30;

    /// <summary>The least factor from accumulator to output for which 31 bits of it still are exact enough.</summary>
    private const double LeastFactor = 1.0 / (1 << 24);

    /// <summary>Gives all weights that have none their scales; activations have theirs.</summary>
    /// <param name="graph">The graph of floats, changed in place.</param>
    /// <param name="perChannel">One scale an output channel rather than one for all.</param>
    public static void Apply(ModelGraph graph, bool perChannel)
    {
        foreach (Operator op in graph.Operators)
        {
            if (FloatGraph.WeightsOf(op) is not { } weighted || FilterLayout.Of(op) is not { } layout || weighted.Weights.Quantization is not null) continue;

            Quantization quantization = UniformQuantizer.ForWeights(weighted.Weights, weighted.Axis, perChannel);
            float input = op.Input.Quantization!.Scale, output = op.Output.Quantization!.Scale;
            float[] bias = FloatConstants.Bias(op, layout.OutputChannels);
            float[] scales = [.. quantization.Scales];
            for (int c = 0; c < layout.OutputChannels; c++)
            {
                // Channels that hardly have weights, but have a bias, would need more than 32 bits for it.
                int index = scales.Length == 1 ? 0 : c;
                double least = Math.Max(Math.Abs(bias[c]) / LargestBias, LeastFactor * output) / input;
                scales[index] = (float)Math.Max(scales[index], least);
            }

            FloatConstants.Replace(op, 1, weighted.Weights.Floats().ToArray(), quantization with { Scales = scales });
        }
    }
}
