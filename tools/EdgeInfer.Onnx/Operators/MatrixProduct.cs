using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Gemm and MatMul with constant weights. Where the input was an image before, its order goes into the weights.</summary>
internal static class MatrixProduct
{
    /// <summary>Imports Gemm: input, weights, bias; attributes alpha, beta, transA, transB.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportGemm(OnnxNode node)
    {
        if (node.Int("transA") != 0) throw node.Refuse("a transposed first operand is not supported", "Export the layer as Linear or Dense");
        OnnxActivation input = node.Activation(0);
        if (input.Rank != 2) throw node.Refuse($"its input has {input.Rank} dimensions, supported is 2");
        float alpha = node.Float("alpha", 1), beta = node.Float("beta", 1);
        OnnxConstant weights = Scaled(node.Constant(1), alpha);
        bool areTransposed = node.Int("transB") != 0;
        int channels = Channels(node, weights, areTransposed);
        OnnxConstant? bias = node.HasInput(2) ? Scaled(node.Constant(2), beta) : null;
        if (bias is not null && bias.Values.Length != channels && bias.Values.Length != 1) throw node.Refuse($"its bias has {bias.Values.Length} elements for {channels} output channels");

        float[]? biases = bias?.Values.Length == 1 ? [.. Enumerable.Repeat((float)bias.Values[0], channels)] : bias?.Floats;
        Add(node, input, weights, areTransposed, biases);
    }

    /// <summary>Imports MatMul: input, weights. An Add behind it becomes its bias when graphs are simplified.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportMatMul(OnnxNode node)
    {
        if (node.Input(1).Constant is not { Shape.Length: 2 } weights)
        {
            ImportProduct(node);
            return;
        }

        Channels(node, weights, areTransposed: false);
        Add(node, node.Activation(0), weights, areTransposed: false, null);
    }

    /// <summary>A product of matrices that are computed, or of which there are several.</summary>
    private static void ImportProduct(OnnxNode node)
    {
        (GraphTensor first, bool transposes1) = Operand(node, 0);
        (GraphTensor second, bool transposes2) = Operand(node, 1);
        int[] a = first.Shape, b = second.Shape;
        if (a[transposes1 ? ^2 : ^1] != b[transposes2 ? ^1 : ^2]) throw node.Refuse($"[{string.Join(',', a)}] and [{string.Join(',', b)}] do not fit each other");
        int[] batches = ConstantMovement.Broadcast(node, a[..^2], b[..^2]);
        GraphTensor output = node.NewOutput([.. batches, a[transposes1 ? ^1 : ^2], b[transposes2 ? ^2 : ^1]]);
        node.Add(new BatchMatMul(first, second, transposes1, transposes2, output));
        node.Return(new OnnxActivation(output));
    }

    /// <summary>A matrix whose dimensions lie the other way round need not be moved.</summary>
    private static (GraphTensor Tensor, bool Transposes) Operand(OnnxNode node, int position)
    {
        if (node.Input(position).Constant is { } constant)
        {
            if (constant.Shape.Length < 2 || constant.Values.Length == 0) throw node.Refuse($"an operand [{string.Join(',', constant.Shape)}] is not supported, it must have two dimensions or more");
            return (node.Builder.NewConstant(node.NameOf($"operand {position}"), constant.Shape, constant.Floats), false);
        }

        OnnxActivation value = node.Shaped(node.Activation(position));
        if (value.Rank < 2) throw node.Refuse($"an operand of {value.Rank} dimensions is not supported, it must have two or more");
        int[] swapped = OnnxGraphBuilder.Identity(value.Rank);
        (swapped[^1], swapped[^2]) = (swapped[^2], swapped[^1]);
        return value.Order.SequenceEqual(swapped) ? (value.Tensor, true) : (node.InOrder(value), false);
    }

    private static int Channels(OnnxNode node, OnnxConstant weights, bool areTransposed)
    {
        if (weights.Shape.Length != 2 || weights.Values.Length == 0) throw node.Refuse($"weights [{string.Join(',', weights.Shape)}] are not supported, they must have two dimensions");
        return weights.Shape[areTransposed ? 0 : 1];
    }

    private static void Add(OnnxNode node, OnnxActivation input, OnnxConstant weights, bool areTransposed, float[]? bias)
    {
        int channels = weights.Shape[areTransposed ? 0 : 1], depth = weights.Shape[areTransposed ? 1 : 0];
        if (input.Rank == 0 || input.Shape[^1] != depth) throw node.Refuse($"weights [{string.Join(',', weights.Shape)}] do not fit an input [{string.Join(',', input.Shape)}]");

        int[]? positions = input.IsReshaped && input.Rank == 2 && input.Shape[0] == input.ImageShape[0] ? input.PositionsInBatch() : null;
        GraphTensor tensor = positions is null ? node.InOrder(input) : node.Builder.Reshape(input.Tensor, input.Shape, node.Label);
        float[] values = new float[channels * depth];
        for (int o = 0; o < channels; o++)
        {
            for (int i = 0; i < depth; i++)
            {
                values[(o * depth) + (positions is null ? i : positions[i])] = (float)weights.Values[areTransposed ? (o * depth) + i : (i * channels) + o];
            }
        }

        string name = node.OutputName();
        GraphTensor output = node.NewOutput([.. tensor.Shape.SkipLast(1), channels]);
        Quantization? quantization = weights.Quantization is { } q ? q with { Axis = 0 } : null;
        GraphTensor filters = node.Builder.NewConstant($"{name} weights", [channels, depth], values, quantization);
        GraphTensor? biases = bias is null ? null : node.Builder.NewConstant($"{name} bias", [channels], bias);
        node.Add(new FullyConnected(tensor, filters, biases, output, FusedActivation.None));
        node.Return(new OnnxActivation(output));
    }

    private static OnnxConstant Scaled(OnnxConstant constant, float factor) =>
        factor == 1 ? constant : new OnnxConstant(constant.Type, constant.Shape, Array.ConvertAll(constant.Values, v => v * factor));
}
