using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Quantizer.Algorithms;
using EdgeInfer.Quantizer.Calibration;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Analysis;

/// <summary>What quantization does to the result of one layer.</summary>
/// <param name="Operator">Kind of the operator.</param>
/// <param name="Tensor">Its result.</param>
/// <param name="Sqnr">Signal-to-quantization-noise ratio of the result in the quantized network, decibels: all errors so far together.</param>
/// <param name="Sensitivity">The same ratio of the network's outputs where this layer alone is quantized: the lower, the more it costs.</param>
/// <param name="Widened">The same where its result has 16 bits rather than 8; null where it has them already or cannot have them, or gives but an output of the network.</param>
/// <param name="Saturation">Part of the numbers that lie outside the range and are cut off; 0 where the range is that of the function itself.</param>
/// <param name="Seen">What was seen of the result in the float network.</param>
public sealed record LayerAnalysis(string Operator, GraphTensor Tensor, double Sqnr, double Sensitivity, double? Widened, double Saturation, TensorStatistics Seen)
{
    /// <summary>Analyses all layers of a graph.</summary>
    /// <param name="graph">The graph of floats with the quantization of all tensors, its weights rounded and its biases corrected.</param>
    /// <param name="exact">The same graph, operator by operator, before that; see <see cref="PostTrainingQuantizer.Run"/>.</param>
    /// <param name="samples">Samples.</param>
    /// <param name="progress">Hears what is being done and which part of it is done, 0 to 1; may be null.</param>
    /// <returns>The layers in the order in which they run; those that only move numbers are left out.</returns>
    public static IReadOnlyList<LayerAnalysis> Run(ModelGraph graph, ModelGraph exact, IReadOnlyList<Sample> samples, Action<string, double>? progress = null)
    {
        Operator[] layers = [.. graph.Operators.Where(op => !QuantizationGroups.SharesScale(op) && op.Output.Type == ElementType.Float32)];
        GraphTensor[] results = [.. layers.Select(op => op.Output)];
        Dictionary<GraphTensor, TensorStatistics> seen = Calibrator.Run(exact, samples, part => progress?.Invoke("Looking at ranges", part));
        double[] noise = Noise(graph, exact, results, samples);
        float[][][] outputs = Outputs(exact, samples, quantize: false);
        HashSet<string> widenable = [.. WideActivations.Layers(graph, QuantizationRecipe.Default)];
        LayerAnalysis[] analyses = new LayerAnalysis[layers.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            progress?.Invoke("Quantizing one layer at a time", i / (double)layers.Length);
            GraphTensor result = results[i];
            TensorStatistics range = seen[result];
            double? widened = result.Quantization is { Bits: 8 } && widenable.Contains(result.Name) ? Alone(graph, exact, layers[i], samples, outputs, UniformQuantizer.ForActivation(range.Min, range.Max, bits: 16)) : null;
            double saturation = QuantizationGroups.FixedOutput(layers[i], result.Quantization?.Bits ?? 8) is null ? Cut(result, range) : 0;
            analyses[i] = new LayerAnalysis(layers[i].Name, result, noise[i], Alone(graph, exact, layers[i], samples, outputs, result.Quantization), widened, saturation, range);
        }

        return analyses;
    }

    private static double[] Noise(ModelGraph graph, ModelGraph exact, GraphTensor[] tensors, IReadOnlyList<Sample> samples)
    {
        using FloatReference real = new(exact, tensors), rounded = new(graph, tensors, quantize: true);
        double[] signal = new double[tensors.Length], noise = new double[tensors.Length], depths = [.. tensors.Select(t => SoftmaxArgument.DepthOf(exact, t))];
        foreach (Sample sample in samples)
        {
            float[][] a = real.Run(sample.Inputs), b = rounded.Run(sample.Inputs);
            for (int t = 0; t < tensors.Length; t++)
            {
                int row = tensors[t].Shape.LastOrDefault(1);
                float[] wanted = SoftmaxArgument.Visible(a[t], row, depths[t]), got = SoftmaxArgument.Visible(b[t], row, depths[t]);
                for (int i = 0; i < wanted.Length; i++)
                {
                    signal[t] += (double)wanted[i] * wanted[i];
                    noise[t] += ((double)got[i] - wanted[i]) * ((double)got[i] - wanted[i]);
                }
            }
        }

        return [.. signal.Select((s, t) => ModelEvaluation.Decibels(s, noise[t]))];
    }

    /// <summary>Noise of the outputs where one layer has its rounded weights and a quantization of its result, and all else is exact.</summary>
    private static double Alone(ModelGraph graph, ModelGraph exact, Operator layer, IReadOnlyList<Sample> samples, float[][][] outputs, Quantization? quantization)
    {
        ModelGraph alone = BiasCorrection.CopyOf(exact);
        Operator own = alone.Operators[graph.Operators.IndexOf(layer)];
        HashSet<GraphTensor> kept = [];
        for (int i = 0; i < own.Inputs.Length; i++)
        {
            // A bias makes up for errors of other layers, too; it stays what it was.
            if (layer.Inputs[i] is { IsConstant: true, Quantization: not null } weights) kept.Add(own.Inputs[i] = weights);
        }

        IEnumerable<GraphTensor> constants = alone.Operators.SelectMany(op => op.Inputs).OfType<GraphTensor>().Where(t => t.IsConstant);
        (GraphTensor Tensor, Quantization? Quantization)[] others = [.. FloatGraph.Activations(alone).Concat(FloatGraph.States(alone).Where(t => !own.Inputs.Contains(t))).Concat(constants).Distinct().Except(kept).Select(t => (t, t.Quantization))];
        foreach ((GraphTensor tensor, _) in others) tensor.Quantization = null;
        layer.Output.Quantization = quantization;
        try
        {
            return ModelEvaluation.Sqnr(Outputs(alone, samples, quantize: true), outputs, [.. alone.Outputs.Select(t => t.Type == ElementType.Float32)]);
        }
        finally
        {
            foreach ((GraphTensor tensor, Quantization? before) in others) tensor.Quantization = before;
        }
    }

    private static float[][][] Outputs(ModelGraph graph, IReadOnlyList<Sample> samples, bool quantize)
    {
        using FloatReference reference = new(graph, quantize: quantize);
        return [.. samples.Select(s => reference.Run(s.Inputs))];
    }

    private static double Cut(GraphTensor tensor, TensorStatistics seen)
    {
        if (tensor.Quantization is not { } quantization) return 0;
        int largest = UniformQuantizer.LargestOf(quantization.Bits);
        double least = quantization.Scale * (-largest - 1 - quantization.ZeroPoint - 0.5), most = quantization.Scale * (largest - quantization.ZeroPoint + 0.5);
        long all = seen.Histogram.Sum(), cut = 0;
        for (int bin = 0; bin < TensorStatistics.Bins; bin++) cut += seen.CentreOf(bin) < least || seen.CentreOf(bin) > most ? seen.Histogram[bin] : 0;
        return all == 0 ? 0 : cut / (double)all;
    }
}
