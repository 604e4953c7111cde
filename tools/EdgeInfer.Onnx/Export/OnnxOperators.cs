using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Schema;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Onnx.Export;

/// <summary>Writes operators of the graph as nodes. Images are transposed to NCHW and back around the operators that need it.</summary>
internal static class OnnxOperators
{
    private static readonly int[] ToChannelsFirst = [0, 3, 1, 2];
    private static readonly int[] ToChannelsLast = [0, 2, 3, 1];

    /// <summary>Writes an operator.</summary>
    /// <param name="writer">Receives nodes.</param>
    /// <param name="tensors">Names of tensors.</param>
    /// <param name="op">The operator.</param>
    /// <exception cref="NotSupportedException">The operator has no counterpart in ONNX.</exception>
    public static void Write(OnnxModelWriter writer, OnnxTensors tensors, Operator op)
    {
        if (op is Split or Unstack)
        {
            WriteParts(writer, tensors, op);
            return;
        }

        string output = tensors.BeforeQuantization(op.Output);
        FusedActivation activation = op is IFusesActivation fusing ? fusing.Activation : FusedActivation.None;
        string result = activation == FusedActivation.None ? output : writer.Unique($"{output} before {activation}");
        string[] inputs = [.. op.Inputs.OfType<GraphTensor>().Where(t => op is not (Conv2D or DepthwiseConv2D or FullyConnected) || t == op.Input).Select(tensors.Read)];
        switch (op)
        {
            case Conv2D conv:
                WriteConvolution(writer, tensors, op, conv.Window, FirstChannels(conv.Weights, out int[] filters), filters, conv.Groups, result);
                break;
            case DepthwiseConv2D depthwise:
                WriteConvolution(writer, tensors, op, depthwise.Window, FirstFilters(depthwise.Weights, out int[] planes), planes, op.Input.Shape[3], result);
                break;
            case FullyConnected dense:
                WriteMatrixProduct(writer, tensors, dense, result);
                break;
            case MaxPool2D pool:
                WritePool(writer, "MaxPool", inputs[0], result, pool.FilterHeight, FilterWidth(op), pool.Window);
                break;
            case AveragePool2D pool:
                WritePool(writer, "AveragePool", inputs[0], result, pool.FilterHeight, FilterWidth(op), pool.Window);
                break;
            case Mean mean:
                writer.Node("ReduceMean", [inputs[0], writer.Longs("axes", mean.Axes)], result, Int("keepdims", op.Output.Shape.Length == op.Input.Shape.Length ? 1 : 0));
                break;
            case Softmax softmax:
                string scaled = softmax.Beta == 1 ? inputs[0] : writer.Node("Mul", [inputs[0], writer.Floats("beta", [softmax.Beta])], writer.Unique($"{output} argument"));
                writer.Node("Softmax", [scaled], result, Int("axis", -1));
                break;
            case Relu relu:
                Clamp(writer, inputs[0], relu.Kind, result);
                break;
            case LeakyRelu leaky:
                writer.Node("LeakyRelu", inputs, result, Float("alpha", leaky.Alpha));
                break;
            case ElementFunction function:
                WriteFunction(writer, function, inputs[0], result);
                break;
            case Concatenation concatenation:
                writer.Node("Concat", inputs, result, Int("axis", concatenation.Axis));
                break;
            case Stack stack:
                string axis = writer.Longs("axis", stack.Axis);
                writer.Node("Concat", [.. inputs.Select(i => writer.Node("Unsqueeze", [i, axis], writer.Unique($"{i} unsqueezed")))], result, Int("axis", stack.Axis));
                break;
            case Slice slice:
                IEnumerable<int> ends = slice.Begin.Select((b, d) => Math.Max(int.MinValue + 1, End(b, slice.Sizes[d], slice.Strides[d])));
                writer.Node("Slice", [inputs[0], writer.Longs("starts", slice.Begin), writer.Longs("ends", ends), writer.Longs("axes", slice.Begin.Select((_, d) => d)), writer.Longs("steps", slice.Strides)], result);
                break;
            case Pad pad:
                writer.Node("Pad", [inputs[0], writer.Longs("pads", pad.Before.Concat(pad.After))], result);
                break;
            case Reshape:
                writer.Node("Reshape", [inputs[0], writer.Longs("shape", op.Output.Shape)], result);
                break;
            case Transpose transpose:
                writer.Node("Transpose", inputs, result, Ints("perm", transpose.Permutation));
                break;
            default:
                writer.Node(PlainName(op), inputs, result);
                break;
        }

        if (activation != FusedActivation.None) Clamp(writer, result, activation, output);
    }

    private static string PlainName(Operator op) => op switch
    {
        Add => "Add",
        Sub => "Sub",
        Mul => "Mul",
        Abs => "Abs",
        HardSwish => "HardSwish",
        Logistic => "Sigmoid",
        Tanh => "Tanh",
        _ => throw new NotSupportedException($"{op.Label}: {op.Name} has no counterpart in ONNX."),
    };

    private static void WriteConvolution(OnnxModelWriter writer, OnnxTensors tensors, Operator op, Window2D window, float[] values, int[] shape, int groups, string result)
    {
        GraphTensor weights = op.Inputs[1]!;
        List<string> inputs = [Transposed(writer, tensors.Read(op.Input), ToChannelsFirst), tensors.Constant(weights, shape, values, 0)];
        if (op.Inputs[2] is { } bias) inputs.Add(tensors.Bias(bias, op.Input, weights));
        string image = writer.Node(
            "Conv",
            [.. inputs],
            writer.Unique($"{result} NCHW"),
            Ints("kernel_shape", shape[2], shape[3]),
            Ints("strides", window.StrideHeight, window.StrideWidth),
            Ints("dilations", window.DilationHeight, window.DilationWidth),
            Ints("pads", window.Top, window.Left, window.Bottom, window.Right),
            Int("group", groups));
        writer.Node("Transpose", [image], result, Ints("perm", ToChannelsLast));
    }

    private static void WriteMatrixProduct(OnnxModelWriter writer, OnnxTensors tensors, FullyConnected op, string result)
    {
        int channels = op.Weights.Shape[0], depth = op.Weights.Shape[1];
        bool isMatrix = op.Input.Shape.Length == 2 && op.Output.Shape.Length == 2;
        string input = tensors.Read(op.Input);
        if (!isMatrix) input = writer.Node("Reshape", [input, writer.Longs("shape", op.Input.Count / depth, depth)], writer.Unique($"{input} rows"));
        List<string> inputs = [input, tensors.Constant(op.Weights, [channels, depth], op.Weights.Floats().ToArray(), 0)];
        if (op.Bias is { } bias) inputs.Add(tensors.Bias(bias, op.Input, op.Weights));
        string product = writer.Node("Gemm", [.. inputs], isMatrix ? result : writer.Unique($"{result} rows"), Int("transB", 1));
        if (!isMatrix) writer.Node("Reshape", [product, writer.Longs("shape", op.Output.Shape)], result);
    }

    private static void WritePool(OnnxModelWriter writer, string type, string input, string result, int height, int width, Window2D window)
    {
        List<AttributeProto> attributes =
        [
            Ints("kernel_shape", height, width),
            Ints("strides", window.StrideHeight, window.StrideWidth),
            Ints("pads", window.Top, window.Left, window.Bottom, window.Right),
        ];
        string image = writer.Node(type, [Transposed(writer, input, ToChannelsFirst)], writer.Unique($"{result} NCHW"), [.. attributes]);
        writer.Node("Transpose", [image], result, Ints("perm", ToChannelsLast));
    }

    private static void WriteParts(OnnxModelWriter writer, OnnxTensors tensors, Operator op)
    {
        int axis = op is Split split ? split.Axis : ((Unstack)op).Axis;
        string[] outputs = [.. op.Outputs.Select(tensors.BeforeQuantization)];
        string[] parts = op is Split ? outputs : [.. outputs.Select(o => writer.Unique($"{o} part"))];
        IEnumerable<int> sizes = op is Split ? op.Outputs.Select(o => o.Shape[axis]) : op.Outputs.Select(_ => 1);
        writer.Node("Split", [tensors.Read(op.Input), writer.Longs("split", sizes)], parts, Int("axis", axis));
        if (op is Split) return;

        for (int i = 0; i < parts.Length; i++) writer.Node("Squeeze", [parts[i], writer.Longs("axes", axis)], outputs[i]);
    }

    private static void WriteFunction(OnnxModelWriter writer, ElementFunction op, string input, string result)
    {
        RealFunction function = op.Function;
        switch (function.Name)
        {
            case "Clip":
                writer.Node("Clip", [input, writer.Floats("min", [function.Parameters[0]]), writer.Floats("max", [function.Parameters[1]])], result);
                break;
            case "Square":
                writer.Node("Mul", [input, input], result);
                break;
            case "Elu":
                writer.Node("Elu", [input], result, Float("alpha", function.Parameters.FirstOrDefault(1)));
                break;
            case "HardSigmoid":
                writer.Node("HardSigmoid", [input], result, Float("alpha", function.Parameters[0]), Float("beta", function.Parameters[1]));
                break;
            case "Gelu":
                writer.Node("Gelu", [input], result, Text("approximate", function.Evaluate == RealFunction.ApproximateGelu.Evaluate ? "tanh" : "none"));
                break;
            default:
                writer.Node(function.Name, [input], result);
                break;
        }
    }

    private static void Clamp(OnnxModelWriter writer, string input, FusedActivation activation, string output)
    {
        (float min, float max) = ActivationRange.LimitsOf(activation);
        if (activation == FusedActivation.Relu) writer.Node("Relu", [input], output);
        else writer.Node("Clip", [input, writer.Floats("min", [min]), writer.Floats("max", [max])], output);
    }

    private static string Transposed(OnnxModelWriter writer, string input, int[] permutation) =>
        writer.Node("Transpose", [input], writer.Unique($"{input} NCHW"), Ints("perm", permutation));

    private static int End(int begin, int size, int stride)
    {
        int end = begin + (size * stride);
        return stride < 0 && end < 0 ? int.MinValue + 1 : end;
    }

    private static int FilterWidth(Operator op) => op is MaxPool2D max ? max.FilterWidth : ((AveragePool2D)op).FilterWidth;

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
}
