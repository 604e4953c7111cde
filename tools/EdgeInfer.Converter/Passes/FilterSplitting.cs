using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Passes;

/// <summary>
/// Divides convolutions and matrix products whose weights are larger than the weight buffer: each part computes some of the output
/// channels, and a concatenation puts them together. Layers with so many weights have small images, so that this costs little;
/// where the channels of a part lie together anyway, it costs nothing.
/// </summary>
internal static class FilterSplitting
{
    /// <summary>Runs the pass.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    /// <param name="largest">Bytes that the weights of an operator may take.</param>
    public static void Run(ModelGraph graph, int largest)
    {
        for (int i = 0; i < graph.Operators.Count; i++)
        {
            if (WeightsOf(graph.Operators[i]) is not { } weights) continue;

            int channels = weights.Shape[0], filterBytes = PackedRecord.RowBytes(weights.Type, weights.Count / channels);
            if ((long)channels * filterBytes <= largest) continue;

            int each = Math.Max(1, largest / filterBytes), parts = (channels + each - 1) / each;
            Operator[] pieces = [.. Enumerable.Range(0, parts).Select(p => Part(graph.Operators[i], (int)((long)channels * p / parts), (int)((long)channels * (p + 1) / parts)))];
            Operator whole = graph.Operators[i];
            Concatenation join = new([.. pieces.Select(p => p.Output)], whole.Output.Shape.Length - 1, whole.Output, FusedActivation.None) { Label = whole.Label };
            graph.Operators.RemoveAt(i);
            graph.Operators.InsertRange(i, [.. pieces, join]);
            i += parts;
        }
    }

    /// <summary>Weights of an operator of which every filter can be applied by itself, the output channel slowest.</summary>
    private static GraphTensor? WeightsOf(Operator op) => op switch
    {
        Conv2D { Groups: 1 } convolution => convolution.Weights,
        FullyConnected product => product.Weights,
        _ => null,
    };

    private static Operator Part(Operator whole, int first, int end)
    {
        int[] shape = [.. whole.Output.Shape];
        shape[^1] = end - first;
        GraphTensor output = new($"{whole.Output.Name} [{first}..{end}]", whole.Output.Type, shape) { Quantization = whole.Output.Quantization };
        GraphTensor?[] inputs = [.. whole.Inputs];
        for (int i = 1; i < inputs.Length; i++) inputs[i] = inputs[i] is { } constant ? Rows(constant, first, end) : null;
        return whole.With(inputs, [output]);
    }

    /// <summary>A range of the slowest dimension of a constant, with its scales.</summary>
    private static GraphTensor Rows(GraphTensor constant, int first, int end)
    {
        int[] shape = [.. constant.Shape];
        int length = constant.Data!.Length / shape[0];
        shape[0] = end - first;
        Quantization? quantization = constant.Quantization is { IsPerChannel: true } all ? new Quantization(all.Scales[first..end], all.ZeroPoints[first..end], all.Axis) : constant.Quantization;
        return new GraphTensor(constant.Name, constant.Type, shape) { Data = constant.Data[(first * length)..(end * length)], Quantization = quantization };
    }
}
