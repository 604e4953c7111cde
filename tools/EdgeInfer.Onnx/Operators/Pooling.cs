using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Pools over windows and over whole images; attributes kernel_shape, strides, pads, auto_pad, ceil_mode, count_include_pad.</summary>
internal static class Pooling
{
    /// <summary>Imports MaxPool.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportMax(OnnxNode node)
    {
        if (node.OutputName(1).Length > 0) throw node.Refuse("the indices of its maxima are not supported");
        (GraphTensor input, GraphTensor output, int height, int width, Window2D window) = Open(node);
        node.Add(new MaxPool2D(input, output, height, width, window, FusedActivation.None));
        Image2D.Return(node, output, node.Activation(0).Rank);
    }

    /// <summary>Imports AveragePool. Padding that counts becomes a Pad before the pool, whose own padding never counts.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportAverage(OnnxNode node)
    {
        (GraphTensor input, GraphTensor output, int height, int width, Window2D window) = Open(node);
        if (node.Int("count_include_pad") != 0 && window != new Window2D(window.StrideHeight, window.StrideWidth))
        {
            if (node.Int("ceil_mode") != 0) throw node.Refuse("ceil_mode with count_include_pad is not supported", "Export the pool without one of them");
            int[] x = input.Shape;
            GraphTensor padded = node.Builder.NewTensor($"{output.Name} padded", [x[0], x[1] + window.Top + window.Bottom, x[2] + window.Left + window.Right, x[3]]);
            node.Add(new Converter.Operators.Pad(input, [0, window.Top, window.Left, 0], [0, window.Bottom, window.Right, 0], padded));
            input = padded;
            window = new Window2D(window.StrideHeight, window.StrideWidth);
        }

        node.Add(new AveragePool2D(input, output, height, width, window, FusedActivation.None));
        Image2D.Return(node, output, node.Activation(0).Rank);
    }

    /// <summary>Imports GlobalAveragePool: the mean over all positions.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportGlobalAverage(OnnxNode node)
    {
        OnnxActivation value = node.Activation(0);
        if (value.Rank < 3) throw node.Refuse($"its input has {value.Rank} dimensions, it must have a batch, channels and positions", code: ErrorCode.Demand);
        GraphTensor input = node.Image(value, value.Rank);
        int[] axes = [.. Enumerable.Range(1, value.Rank - 2)];
        GraphTensor output = node.NewOutput([input.Shape[0], .. axes.Select(_ => 1), input.Shape[^1]]);
        node.Add(new Mean(input, axes, output));
        node.Return(new OnnxActivation(output, OnnxActivation.ChannelsLast(value.Rank)));
    }

    /// <summary>Imports GlobalMaxPool.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportGlobalMax(OnnxNode node)
    {
        int rank = node.Activation(0).Rank;
        GraphTensor input = Image2D.Input(node, rank);
        GraphTensor output = node.NewOutput([input.Shape[0], 1, 1, input.Shape[3]]);
        node.Add(new MaxPool2D(input, output, input.Shape[1], input.Shape[2], new Window2D(), FusedActivation.None));
        Image2D.Return(node, output, rank);
    }

    private static (GraphTensor Input, GraphTensor Output, int Height, int Width, Window2D Window) Open(OnnxNode node)
    {
        GraphTensor input = Image2D.Input(node, node.Activation(0).Rank);
        (int height, int width) = OnnxWindow.Kernel(node);
        Window2D window = OnnxWindow.Read(node, input, height, width);
        if (window.DilationHeight != 1 || window.DilationWidth != 1) throw node.Refuse("dilations of a pool are not supported", "Leave dilations out, or take a larger window");
        int[] x = input.Shape;
        int[] shape = [x[0], window.OutputHeight(x[1], height), window.OutputWidth(x[2], width), x[3]];
        if (shape.Contains(0)) throw node.Refuse($"a window of {height}x{width} does not fit an image of {x[1]}x{x[2]}");
        return (input, node.NewOutput(shape), height, width, window);
    }
}
