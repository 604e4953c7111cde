using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Quantizer.Algorithms;

namespace EdgeInfer.Quantizer.Calibration;

/// <summary>Runs a graph of floats on samples and watches its activations.</summary>
public static class Calibrator
{
    /// <summary>Bits of what an SVDF remembers.</summary>
    private const int StateBits = 16;

    /// <summary>Watches all activations.</summary>
    /// <param name="graph">The graph of floats.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="progress">Hears which part of the work is done, 0 to 1; may be null.</param>
    /// <param name="quantize">Round tensors that carry a quantization, and so watch the quantized network.</param>
    /// <param name="withDistribution">Run twice, for the histograms that all methods but the first two need.</param>
    /// <returns>What was seen of every activation.</returns>
    /// <exception cref="QuantizationException">The model computes something that is no number.</exception>
    public static Dictionary<GraphTensor, TensorStatistics> Run(ModelGraph graph, IReadOnlyList<Sample> samples, Action<double>? progress = null, bool quantize = false, bool withDistribution = true)
    {
        GraphTensor[] computed = [.. FloatGraph.Activations(graph).Except(graph.Inputs).Concat(FloatGraph.RangedStates(graph))];
        using FloatReference reference = new(graph, computed, quantize);
        GraphTensor[] watched = [.. graph.Inputs, .. computed];
        Dictionary<GraphTensor, TensorStatistics> statistics = watched.ToDictionary(t => t, t => new TensorStatistics(t.IsVariable || t.Shape.Length == 0 ? 1 : t.Shape[^1]));
        double[] depths = [.. watched.Select(t => SoftmaxArgument.DepthOf(graph, t))];
        int runs = withDistribution ? 2 : 1;
        for (int run = 0; run < runs; run++)
        {
            for (int s = 0; s < samples.Count; s++)
            {
                float[][] values = [.. samples[s].Inputs, .. reference.Run(samples[s].Inputs)];
                for (int t = 0; t < watched.Length; t++)
                {
                    DemandNumbers(watched[t], values[t], samples[s]);
                    float[] visible = SoftmaxArgument.Visible(values[t], watched[t].Shape.LastOrDefault(1), depths[t]);
                    if (run == 0) statistics[watched[t]].AddExtremes(visible);
                    else statistics[watched[t]].AddDistribution(visible);
                }

                progress?.Invoke((run + ((s + 1.0) / samples.Count)) / runs);
            }
        }

        return statistics;
    }

    /// <summary>Gives every activation the quantization that follows from what was seen; activations that carry one keep it.</summary>
    /// <param name="graph">The graph of floats, changed in place.</param>
    /// <param name="statistics">What was seen.</param>
    /// <param name="method">How ranges follow from it.</param>
    /// <param name="symmetric">Whether zero points shall be 0.</param>
    /// <param name="wide">Activations of 16 bits, with everything that shares its scale with them; null for none.</param>
    public static void Apply(ModelGraph graph, IReadOnlyDictionary<GraphTensor, TensorStatistics> statistics, CalibrationMethod method, bool symmetric = false, IReadOnlySet<GraphTensor>? wide = null)
    {
        foreach (List<GraphTensor> group in QuantizationGroups.Of(graph))
        {
            if (group.Exists(t => t.Quantization is not null)) continue;

            int bits = wide?.Contains(group[0]) == true ? 16 : 8;
            Quantization? given = group.Select(t => graph.WriterOf(t)).OfType<Operator>().Select(op => QuantizationGroups.FixedOutput(op, bits)).FirstOrDefault(q => q is not null);
            (float Min, float Max)[] ranges = [.. group.Where(statistics.ContainsKey).Select(t => RangeEstimator.Estimate(statistics[t], method, symmetric, bits))];
            given ??= UniformQuantizer.ForActivation(ranges.Min(r => r.Min), ranges.Max(r => r.Max), symmetric, bits);
            foreach (GraphTensor tensor in group) tensor.Quantization = given;
        }

        foreach (UnidirectionalSequenceLstm lstm in graph.Operators.OfType<UnidirectionalSequenceLstm>())
        {
            TensorStatistics cell = statistics[lstm.CellState];
            lstm.CellState.Quantization ??= UniformQuantizer.ForCell(Math.Max(cell.Max, -cell.Min));
        }

        foreach (Svdf filter in graph.Operators.OfType<Svdf>())
        {
            (float min, float max) = RangeEstimator.Estimate(statistics[filter.State], method, symmetric: true, StateBits);
            filter.State.Quantization ??= UniformQuantizer.ForActivation(min, max, symmetric: true, StateBits);
        }
    }

    private static void DemandNumbers(GraphTensor tensor, float[] values, Sample sample)
    {
        int bad = Array.FindIndex(values, v => !float.IsFinite(v));
        if (bad < 0) return;

        throw new QuantizationException(
            $"{sample.Source}: the model itself computes {values[bad]} in '{tensor.Name}', before anything is quantized: a logarithm, a root or a power of something negative, a division by zero, or a number that is too large. "
            + "Mend the model, for instance by adding a small number or by Clip, or leave such samples out.");
    }
}
