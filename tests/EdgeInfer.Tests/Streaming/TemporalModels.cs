using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Operators;

namespace EdgeInfer.Tests.Streaming;

/// <summary>Small windowed models whose rows a reader can count.</summary>
internal static class TemporalModels
{
    /// <summary>One-dimensional, dilated convolutions with padding before the first frame only, joined by residuals; the last row is classified.</summary>
    public static ModelGraph Causal(int frames, int channels)
    {
        Random random = new(1);
        ModelGraph graph = new("causal");
        GraphTensor x = Operands.Activation("frames", [1, frames, 1, channels], 0.1f, 3);
        graph.Inputs.Add(x);
        for (int dilation = 1; dilation <= 4; dilation *= 2)
        {
            Window2D window = new(DilationHeight: dilation, Top: 2 * dilation);
            GraphTensor y = Operands.Activation($"dilated {dilation}", x.Shape, 0.1f, 3), sum = Operands.Activation($"sum {dilation}", x.Shape, 0.1f, 3);
            graph.Operators.Add(new Conv2D(x, Weights([channels, 3, 1, channels], random), null, y, window, FusedActivation.Relu));
            graph.Operators.Add(new Add(x, y, sum, FusedActivation.None));
            x = sum;
        }

        GraphTensor last = Operands.Activation("last", [1, channels], 0.1f, 3), scores = Operands.Activation("scores", [1, 2], 0.1f, 3);
        graph.Operators.Add(new Slice(x, [0, frames - 1, 0, 0], [1, 1, 1, channels], [1, 1, 1, 1], last));
        graph.Operators.Add(new FullyConnected(last, Weights([2, channels], random), null, scores, FusedActivation.None));
        return Finished(graph, scores);
    }

    /// <summary>Two convolutions of stride two, and the mean over time.</summary>
    public static ModelGraph Strided(int frames)
    {
        Random random = new(2);
        ModelGraph graph = new("strided");
        GraphTensor x = Operands.Activation("frames", [1, frames, 1, 1], 0.1f, 3);
        graph.Inputs.Add(x);
        for (int layer = 0; layer < 2; layer++)
        {
            Window2D window = new(StrideHeight: 2);
            GraphTensor y = Operands.Activation($"layer {layer}", [1, window.OutputHeight(x.Shape[1], 3), 1, 2], 0.1f, 3);
            graph.Operators.Add(new Conv2D(x, Weights([2, 3, 1, x.Shape[3]], random), null, y, window, FusedActivation.None));
            x = y;
        }

        GraphTensor mean = Operands.Activation("mean", [1, 2], 0.1f, 3);
        graph.Operators.Add(new Mean(x, [1, 2], mean));
        return Finished(graph, mean);
    }

    /// <summary>A window of six frames and so much padding that every row sees some.</summary>
    public static ModelGraph PaddedDeeply()
    {
        ModelGraph graph = new("deep");
        GraphTensor x = Operands.Activation("frames", [1, 6, 1, 2], 0.1f, 3), y = Operands.Activation("layer", x.Shape, 0.1f, 3);
        graph.Inputs.Add(x);
        graph.Operators.Add(new Conv2D(x, Weights([2, 11, 1, 2], new Random(3)), null, y, new Window2D(Top: 5, Bottom: 5), FusedActivation.None));
        return Finished(graph, y);
    }

    /// <summary>A matrix product.</summary>
    public static ModelGraph OneProduct()
    {
        ModelGraph graph = new("product");
        GraphTensor x = Operands.Activation("vector", [1, 64], 0.1f, 3), y = Operands.Activation("scores", [1, 2], 0.1f, 3);
        graph.Inputs.Add(x);
        graph.Operators.Add(new FullyConnected(x, Weights([2, 64], new Random(4)), null, y, FusedActivation.None));
        return Finished(graph, y);
    }

    private static ModelGraph Finished(ModelGraph graph, GraphTensor output)
    {
        graph.Outputs.Add(output);
        for (int i = 0; i < graph.Operators.Count; i++) graph.Operators[i].Label = $"{graph.Operators[i].Name} (operator {i})";
        return graph;
    }

    private static GraphTensor Weights(int[] shape, Random random) =>
        Operands.Weights(shape, Operands.Int8s(shape.Aggregate(1, (a, b) => a * b), Pattern.Random, random), [0.01f]);
}
