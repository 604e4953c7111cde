using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>
/// Normalizations whose mean and variance are computed from the sample: means, differences, squares and a table for the reciprocal root, each
/// rounded to 8 bits.
/// </summary>
internal static class Normalization
{
    /// <summary>Imports LayerNormalization: input, scale, offset; attributes axis, epsilon.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportLayer(OnnxNode node)
    {
        if (node.OutputName(1).Length > 0 || node.OutputName(2).Length > 0) throw node.Refuse("its mean and deviation as outputs are not supported");
        OnnxActivation value = node.Shaped(node.Activation(0));
        int first = node.Axis(node.Int("axis", -1), value.Rank);
        node.Return(Normalize(node, value, [.. Enumerable.Range(first, value.Rank - first)], node.Constant(1), node.HasInput(2) ? node.Constant(2) : null));
    }

    /// <summary>Imports InstanceNormalization: input, scale and offset, one a channel each; attribute epsilon.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportInstance(OnnxNode node)
    {
        OnnxActivation value = node.Activation(0);
        if (value.Rank < 3) throw node.Refuse($"its input has {value.Rank} dimensions, it must have a batch, channels and positions");

        // Groups of channels are divided from an image for this and joined again behind it: where mean and variance are taken, elements may lie in any order.
        (value, IReadOnlyList<int> wholes) = value.IsReshaped && node.Builder.Divided(value, node.Label) is { } divided && divided.Wholes.Count(w => w == 1) <= 1 && divided.Wholes.Any(w => w > 1)
            ? divided
            : (node.Shaped(value), OnnxGraphBuilder.Identity(value.Rank));
        int[] Axes(Func<int, bool> which) => [.. Enumerable.Range(0, wholes.Count).Where(d => which(wholes[d]))];
        OnnxConstant Channels(int position)
        {
            OnnxConstant constant = node.Constant(position);
            return constant with { Shape = [constant.Values.Length, .. Axes(w => w > 1).Select(_ => 1)] };
        }

        OnnxActivation image = value with { Shape = value.ImageShape };
        node.Return(Normalize(node, image, Axes(w => w > 1), Channels(1), Channels(2)) with { Shape = value.Shape });
    }

    private static OnnxActivation Normalize(OnnxNode node, OnnxActivation value, int[] axes, OnnxConstant scale, OnnxConstant? offset)
    {
        float epsilon = node.Float("epsilon", 1e-5f);
        if (!(epsilon > 0)) throw node.Refuse($"epsilon {epsilon} is not above zero");
        int[] stored = [.. axes.Select(a => value.Order[a]).Order()], shape = value.Tensor.Shape, small = [.. shape.Select((n, d) => stored.Contains(d) ? 1 : n)];
        GraphTensor mean = node.NewPart("mean", small), difference = node.NewPart("difference", shape), square = node.NewPart("square", shape);
        GraphTensor variance = node.NewPart("variance", small), factor = node.NewPart("factor", small), normal = node.NewPart("normalized", shape);
        node.Add(new Mean(value.Tensor, stored, mean));
        node.Add(new Sub(value.Tensor, mean, difference, FusedActivation.None));
        node.Add(new ElementFunction(difference, square, RealFunction.Square));
        node.Add(new Mean(square, stored, variance));
        node.Add(new ElementFunction(variance, factor, RealFunction.InverseRoot(epsilon)));
        node.Add(new Mul(difference, factor, normal, FusedActivation.None));

        GraphTensor scaled = offset is null ? node.NewOutput(shape) : node.NewPart("scaled", shape);
        node.Add(new Mul(normal, Elementwise.Constant(node, scale, value, "scale"), scaled, FusedActivation.None));
        GraphTensor result = scaled;
        if (offset is not null) node.Add(new Add(scaled, Elementwise.Constant(node, offset, value, "offset"), result = node.NewOutput(shape), FusedActivation.None));
        return new OnnxActivation(result, value.Order);
    }
}
