using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Onnx.Export;

/// <summary>Writes convolutions and matrix products.</summary>
internal static class OnnxWeighted
{
    /// <summary>Writes an operator without its activation, if it is one of these.</summary>
    /// <param name="writer">Receives nodes.</param>
    /// <param name="tensors">Names of tensors.</param>
    /// <param name="op">The operator.</param>
    /// <param name="result">Name of the result.</param>
    /// <returns>Whether it was written.</returns>
    public static bool TryWrite(OnnxModelWriter writer, OnnxTensors tensors, Operator op, string result)
    {
        switch (op)
        {
            case Conv2D conv:
                WriteConvolution(writer, tensors, op, conv.Window, FirstChannels(conv.Weights, out int[] filters), filters, conv.Groups, result);
                return true;
            case DepthwiseConv2D depthwise:
                WriteConvolution(writer, tensors, op, depthwise.Window, FirstFilters(depthwise.Weights, out int[] planes), planes, op.Input.Shape[3], result);
                return true;
            case TransposeConv transposed:
                WriteTransposed(writer, tensors, transposed, result);
                return true;
            case FullyConnected dense:
                WriteMatrixProduct(writer, tensors, dense, result);
                return true;
            default:
                return false;
        }
    }

    private static void WriteConvolution(OnnxModelWriter writer, OnnxTensors tensors, Operator op, Window2D window, float[] values, int[] shape, int groups, string result)
    {
        GraphTensor weights = op.Inputs[1]!;
        List<string> inputs = [OnnxImages.First(writer, tensors.Read(op.Input)), tensors.Constant(weights, shape, values, 0)];
        if (op.Inputs[2] is { } bias) inputs.Add(tensors.Bias(bias, op));
        string image = writer.Node(
            "Conv",
            [.. inputs],
            writer.Unique($"{result} NCHW"),
            Ints("kernel_shape", shape[2], shape[3]),
            Ints("strides", window.StrideHeight, window.StrideWidth),
            Ints("dilations", window.DilationHeight, window.DilationWidth),
            Ints("pads", window.Top, window.Left, window.Bottom, window.Right),
            Int("group", groups));
        OnnxImages.Last(writer, image, result);
    }

    /// <summary>The graph has the padding that is cut off before; what is cut off, or missing, behind follows from the shape of the output.</summary>
    private static void WriteTransposed(OnnxModelWriter writer, OnnxTensors tensors, TransposeConv op, string result)
    {
        float[] values = FirstInputs(op.Weights, out int[] shape);
        List<string> inputs = [OnnxImages.First(writer, tensors.Read(op.Input)), tensors.Constant(op.Weights, shape, values, 1)];
        if (op.Bias is { } bias) inputs.Add(tensors.Bias(bias, op));
        int bottom = Behind(op, 1, op.Window.StrideHeight, op.Window.Top), right = Behind(op, 2, op.Window.StrideWidth, op.Window.Left);
        string image = writer.Node(
            "ConvTranspose",
            [.. inputs],
            writer.Unique($"{result} NCHW"),
            Ints("kernel_shape", shape[2], shape[3]),
            Ints("strides", op.Window.StrideHeight, op.Window.StrideWidth),
            Ints("pads", op.Window.Top, op.Window.Left, Math.Max(bottom, 0), Math.Max(right, 0)),
            Ints("output_padding", Math.Max(-bottom, 0), Math.Max(-right, 0)));
        OnnxImages.Last(writer, image, result);
    }

    private static int Behind(TransposeConv op, int axis, int stride, int before) =>
        ((op.Input.Shape[axis] - 1) * stride) + op.Weights.Shape[axis] - before - op.Output.Shape[axis];

    private static void WriteMatrixProduct(OnnxModelWriter writer, OnnxTensors tensors, FullyConnected op, string result)
    {
        int channels = op.Weights.Shape[0], depth = op.Weights.Shape[1];
        bool isMatrix = op.Input.Shape.Length == 2 && op.Output.Shape.Length == 2;
        string input = tensors.Read(op.Input);
        if (!isMatrix) input = writer.Node("Reshape", [input, writer.Longs("shape", op.Input.Count / depth, depth)], writer.Unique($"{input} rows"));
        List<string> inputs = [input, tensors.Constant(op.Weights, [channels, depth], op.Weights.Floats().ToArray(), 0)];
        if (op.Bias is { } bias) inputs.Add(tensors.Bias(bias, op));
        string product = writer.Node("Gemm", [.. inputs], isMatrix ? result : writer.Unique($"{result} rows"), Int("transB", 1));
        if (!isMatrix) writer.Node("Reshape", [product, writer.Longs("shape", op.Output.Shape)], result);
    }

    /// <summary>OHWI to OIHW.</summary>
    private static float[] FirstChannels(GraphTensor weights, out int[] shape)
    {
        int[] w = weights.Shape;
        shape = [w[0], w[3], w[1], w[2]];
        ReadOnlySpan<float> source = weights.Floats();
        float[] values = new float[source.Length];
        int taps = w[1] * w[2];
        for (int i = 0; i < values.Length; i++)
        {
            int tap = i % taps, channel = i / taps % w[3], filter = i / taps / w[3];
            values[i] = source[(((filter * taps) + tap) * w[3]) + channel];
        }

        return values;
    }

    /// <summary>1HWO to O1HW.</summary>
    private static float[] FirstFilters(GraphTensor weights, out int[] shape)
    {
        int[] w = weights.Shape;
        shape = [w[3], 1, w[1], w[2]];
        ReadOnlySpan<float> source = weights.Floats();
        float[] values = new float[source.Length];
        int taps = w[1] * w[2];
        for (int i = 0; i < values.Length; i++) values[i] = source[(i % taps * w[3]) + (i / taps)];
        return values;
    }

    /// <summary>OHWI to IOHW.</summary>
    private static float[] FirstInputs(GraphTensor weights, out int[] shape)
    {
        int[] w = weights.Shape;
        shape = [w[3], w[0], w[1], w[2]];
        ReadOnlySpan<float> source = weights.Floats();
        float[] values = new float[source.Length];
        int taps = w[1] * w[2];
        for (int i = 0; i < values.Length; i++)
        {
            int tap = i % taps, filter = i / taps % w[0], channel = i / taps / w[0];
            values[i] = source[(((filter * taps) + tap) * w[3]) + channel];
        }

        return values;
    }
}
