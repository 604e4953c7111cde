using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Conv: input NCHW or NCL, weights OIHW with I = input channels / group, bias; attributes strides, dilations, pads, auto_pad, group.</summary>
internal static class Convolution
{
    /// <summary>Imports the operator.</summary>
    /// <param name="node">The operator.</param>
    public static void Import(OnnxNode node)
    {
        OnnxConstant weights = node.Constant(1);
        int rank = weights.Shape.Length;
        if (rank is not (3 or 4)) throw node.Refuse($"a convolution of {rank - 2} dimensions is not supported, 1 and 2 are");

        GraphTensor input = Image2D.Input(node, rank);
        int[] w = rank == 3 ? [weights.Shape[0], weights.Shape[1], 1, weights.Shape[2]] : weights.Shape;
        int channels = input.Shape[3], groups = node.Int("group", 1);
        if (w.Contains(0) || groups < 1 || w[1] != channels / groups || channels % groups != 0 || w[0] % groups != 0)
        {
            throw node.Refuse($"weights [{string.Join(',', weights.Shape)}] in {groups} groups do not fit {channels} input channels");
        }

        Window2D window = OnnxWindow.Read(node, input, w[2], w[3]);
        GraphTensor? bias = node.HasInput(2) ? Bias(node, w[0]) : null;
        GraphTensor output = node.Builder.NewTensor(node.OutputName(), [input.Shape[0], window.OutputHeight(input.Shape[1], w[2]), window.OutputWidth(input.Shape[2], w[3]), w[0]]);
        if (output.Count == 0) throw node.Refuse($"a filter of {w[2]}x{w[3]} does not fit an image of {input.Shape[1]}x{input.Shape[2]}");

        float[] values = weights.Floats;
        bool isDepthwise = groups == channels && groups > 1;
        string name = $"{output.Name} weights";
        Quantization? quantization = weights.Quantization is { } q ? q with { Axis = isDepthwise ? 3 : 0 } : null;
        if (isDepthwise)
        {
            GraphTensor filters = node.Builder.NewConstant(name, [1, w[2], w[3], w[0]], Permute(values, w, [2, 3, 0]), quantization);
            node.Add(new DepthwiseConv2D(input, filters, bias, output, window, FusedActivation.None));
        }
        else
        {
            GraphTensor filters = node.Builder.NewConstant(name, [w[0], w[2], w[3], w[1]], Permute(values, w, [0, 2, 3, 1]), quantization);
            node.Add(new Conv2D(input, filters, bias, output, window, FusedActivation.None));
        }

        Image2D.Return(node, output, rank);
    }

    /// <summary>Reads a bias.</summary>
    /// <param name="node">The operator; its third operand is the bias.</param>
    /// <param name="channels">Elements that the bias must have.</param>
    /// <returns>The tensor.</returns>
    internal static GraphTensor Bias(OnnxNode node, int channels)
    {
        OnnxConstant bias = node.Constant(2);
        if (bias.Values.Length != channels) throw node.Refuse($"its bias has {bias.Values.Length} elements for {channels} output channels");
        return node.Builder.NewConstant($"{node.OutputName()} bias", [channels], bias.Floats);
    }

    /// <summary>Puts the dimensions of weights into another order; those that are left out have one element.</summary>
    private static float[] Permute(float[] values, int[] shape, int[] order)
    {
        int[] strides = new int[shape.Length];
        for (int d = shape.Length - 1, stride = 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= shape[d];
        }

        float[] result = new float[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            int rest = i, source = 0;
            for (int d = order.Length - 1; d >= 0; d--)
            {
                source += rest % shape[order[d]] * strides[order[d]];
                rest /= shape[order[d]];
            }

            result[i] = values[source];
        }

        return result;
    }
}
