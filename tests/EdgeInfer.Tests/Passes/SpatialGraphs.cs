using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Operators;

namespace EdgeInfer.Tests.Passes;

/// <summary>Networks of operators that work row by row.</summary>
internal static class SpatialGraphs
{
    /// <summary>A network of four to nine layers of any kind, some of them added to or joined with an earlier one.</summary>
    public static ModelGraph Make(int seed)
    {
        Random random = new(seed);
        ModelGraph graph = new("random");
        GraphTensor x = Image("input", random.Next(6, 20), random.Next(3, 9), random.Next(1, 6));
        graph.Inputs.Add(x);
        GraphTensor? branch = null;
        for (int layers = random.Next(4, 10); layers > 0; layers--)
        {
            x = Add(graph, x, branch is not null && branch.Shape.SequenceEqual(x.Shape) ? random.Next(8) : random.Next(6), branch, random);
            if (random.Next(3) == 0) branch = x;
        }

        graph.Outputs.Add(x);
        return graph;
    }

    /// <summary>The layers of a MobileNet version 1 for an image of three channels.</summary>
    public static ModelGraph Mobile(int side, int width)
    {
        Random random = new(1);
        ModelGraph graph = new("mobile");
        GraphTensor x = Image("input", side, side, 3);
        graph.Inputs.Add(x);
        x = Convolve(graph, x, 3, 2, width, random);
        foreach ((int stride, int channels) in ((int, int)[])
            [(1, 2), (2, 4), (1, 4), (2, 8), (1, 8), (2, 16), (1, 16), (1, 16), (1, 16), (1, 16), (1, 16), (2, 32), (1, 32)])
        {
            x = Convolve(graph, Depthwise(graph, x, 3, stride, random), 1, 1, width * channels, random);
        }

        GraphTensor mean = Operands.Activation("mean", [1, x.Shape[3]], 0.1f, 3), scores = Operands.Activation("scores", [1, 2], 0.1f, 3);
        graph.Operators.Add(new Mean(x, [1, 2], mean));
        graph.Operators.Add(new FullyConnected(mean, Weights([2, mean.Count], random, 0), null, scores, FusedActivation.None));
        graph.Outputs.Add(scores);
        return graph;
    }

    private static GraphTensor Add(ModelGraph graph, GraphTensor x, int kind, GraphTensor? branch, Random random)
    {
        int filter = random.Next(1, 4), stride = x.Shape[1] > 5 && x.Shape[2] > 2 ? random.Next(1, 3) : 1;
        GraphTensor same = Image("y", x.Shape[1], x.Shape[2], x.Shape[3]);
        switch (kind)
        {
            case 0 or 1:
                return Convolve(graph, x, filter, stride, random.Next(1, 7), random);
            case 2:
                return Depthwise(graph, x, filter, stride, random);
            case 3:
                Window2D window = new Window2D(stride, stride).WithSamePadding(x.Shape[1], x.Shape[2], filter, filter);
                GraphTensor pooled = Image("pooled", window.OutputHeight(x.Shape[1], filter), window.OutputWidth(x.Shape[2], filter), x.Shape[3]);
                graph.Operators.Add(random.Next(2) == 0
                    ? new MaxPool2D(x, pooled, filter, filter, window, FusedActivation.None)
                    : new AveragePool2D(x, pooled, filter, filter, window, FusedActivation.None));
                return pooled;
            case 4:
                graph.Operators.Add(new LeakyRelu(x, same, 0.25f));
                return same;
            case 5:
                GraphTensor padded = Image("padded", x.Shape[1] + 3, x.Shape[2] + 1, x.Shape[3]);
                graph.Operators.Add(new Pad(x, [0, 1, 0, 0], [0, 2, 1, 0], padded));
                return padded;
            case 6:
                graph.Operators.Add(new Add(x, branch!, same, FusedActivation.None));
                return same;
            default:
                GraphTensor joined = Image("joined", x.Shape[1], x.Shape[2], 2 * x.Shape[3]);
                graph.Operators.Add(new Concatenation([branch!, x], 3, joined, FusedActivation.None));
                return joined;
        }
    }

    private static GraphTensor Convolve(ModelGraph graph, GraphTensor x, int filter, int stride, int channels, Random random)
    {
        Window2D window = new Window2D(stride, stride, x.Shape[1] > 8 ? random.Next(1, 3) : 1).WithSamePadding(x.Shape[1], x.Shape[2], filter, filter);
        GraphTensor y = Image("convolved", window.OutputHeight(x.Shape[1], filter), window.OutputWidth(x.Shape[2], filter), channels);
        graph.Operators.Add(new Conv2D(x, Weights([channels, filter, filter, x.Shape[3]], random, 0), null, y, window, FusedActivation.None));
        return y;
    }

    private static GraphTensor Depthwise(ModelGraph graph, GraphTensor x, int filter, int stride, Random random)
    {
        Window2D window = new Window2D(stride, stride).WithSamePadding(x.Shape[1], x.Shape[2], filter, filter);
        GraphTensor y = Image("filtered", window.OutputHeight(x.Shape[1], filter), window.OutputWidth(x.Shape[2], filter), x.Shape[3]);
        graph.Operators.Add(new DepthwiseConv2D(x, Weights([1, filter, filter, x.Shape[3]], random, 3), null, y, window, FusedActivation.None));
        return y;
    }

    private static GraphTensor Weights(int[] shape, Random random, int axis) =>
        Operands.Weights(shape, Operands.Int8s(shape.Aggregate(1, (a, b) => a * b), Pattern.Random, random), [.. Enumerable.Range(0, shape[axis]).Select(i => 0.01f + (0.0001f * i))], axis);

    private static GraphTensor Image(string name, int rows, int columns, int channels) => Operands.Activation(name, [1, rows, columns, channels], 0.1f, 3);
}
