using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Quantizer.Algorithms;

/// <summary>
/// Takes the mean error out of every layer (empirical bias correction). The mean of each output channel before the activation is measured on
/// samples, in the float network and in the quantized one with all corrections so far; the bias takes the difference off, the first layer first.
/// </summary>
public static class BiasCorrection
{
    /// <summary>Corrects all layers with weights.</summary>
    /// <param name="graph">The graph of floats with the quantization of activations and weights, changed in place.</param>
    /// <param name="exact">The same graph before its weights were rounded, operator by operator; see <see cref="CopyOf"/>.</param>
    /// <param name="samples">Samples to measure with.</param>
    /// <param name="progress">Hears which part of the work is done, 0 to 1; may be null.</param>
    public static void Run(ModelGraph graph, ModelGraph exact, IReadOnlyList<Sample> samples, Action<double>? progress = null)
    {
        for (int i = 0; i < graph.Operators.Count; i++)
        {
            progress?.Invoke(i / (double)graph.Operators.Count);
            if (FilterLayout.Of(graph.Operators[i]) is not { } layout) continue;

            double[] wanted = MeansBeforeActivation(exact, exact.Operators[i], samples, quantize: false);
            double[] measured = MeansBeforeActivation(graph, graph.Operators[i], samples, quantize: true);
            float[] bias = FloatConstants.Bias(graph.Operators[i], layout.OutputChannels);
            for (int c = 0; c < bias.Length; c++) bias[c] += (float)(wanted[c] - measured[c]);
            FloatConstants.SetBias(graph.Operators[i], bias);
        }

        progress?.Invoke(1);
    }

    /// <summary>Copies the operators of a graph, so that constants can be replaced in one and stay in the other; tensors are shared.</summary>
    /// <param name="graph">The graph.</param>
    /// <returns>The copy.</returns>
    public static ModelGraph CopyOf(ModelGraph graph)
    {
        ModelGraph copy = new(graph.Name);
        copy.Inputs.AddRange(graph.Inputs);
        copy.Outputs.AddRange(graph.Outputs);
        copy.Operators.AddRange(graph.Operators.Select(op => op.With([.. op.Inputs], [.. op.Outputs])));
        return copy;
    }

    private static double[] MeansBeforeActivation(ModelGraph graph, Operator op, IReadOnlyList<Sample> samples, bool quantize)
    {
        IFusesActivation fusing = (IFusesActivation)op;
        FusedActivation activation = fusing.Activation;
        Quantization? quantization = op.Output.Quantization;
        fusing.Activation = FusedActivation.None;
        op.Output.Quantization = null;
        try
        {
            using FloatReference reference = new(graph, [op.Output], quantize);
            double[] sums = new double[op.Output.Shape[^1]];
            long rows = 0;
            foreach (Sample sample in samples)
            {
                float[] values = reference.Run(sample.Inputs)[0];
                for (int i = 0; i < values.Length; i++) sums[i % sums.Length] += values[i];
                rows += values.Length / sums.Length;
            }

            return Array.ConvertAll(sums, s => s / rows);
        }
        finally
        {
            fusing.Activation = activation;
            op.Output.Quantization = quantization;
        }
    }
}
