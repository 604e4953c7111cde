using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>ReduceMean and its kin: axes, an attribute before opset 18 (ReduceSum: 13) and an operand since; attributes keepdims, noop_with_empty_axes.</summary>
internal static class Reductions
{
    /// <summary>Imports ReduceMean.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportMean(OnnxNode node) => Import(node, (x, axes, y) => new Mean(x, axes, y));

    /// <summary>Imports ReduceSum.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportSum(OnnxNode node) => Import(node, (x, axes, y) => new Sum(x, axes, y));

    /// <summary>Imports ReduceMax.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportMax(OnnxNode node) => Import(node, (x, axes, y) => new ReduceExtremum(x, axes, y, largest: true));

    /// <summary>Imports ReduceMin.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportMin(OnnxNode node) => Import(node, (x, axes, y) => new ReduceExtremum(x, axes, y, largest: false));

    /// <summary>Imports ReduceL1, the sum of absolute values.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportL1(OnnxNode node) => Import(node, (x, axes, y) => new Sum(x, axes, y), (x, y) => new Abs(x, y));

    /// <summary>Imports ReduceSumSquare, the sum of squares.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportSumSquare(OnnxNode node) => Import(node, (x, axes, y) => new Sum(x, axes, y), (x, y) => new ElementFunction(x, y, RealFunction.Square));

    /// <summary>Imports ReduceL2, the root of the sum of squares.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportL2(OnnxNode node) => Import(
        node, (x, axes, y) => new Sum(x, axes, y), (x, y) => new ElementFunction(x, y, RealFunction.Square), (x, y) => new ElementFunction(x, y, RealFunction.Sqrt with { Rounding = TableRounding.Exact }));

    /// <summary>The dimensions that an operator reduces.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="rank">Number of dimensions of its operand.</param>
    /// <returns>The dimensions, each once; none where nothing is reduced.</returns>
    internal static int[] Axes(OnnxNode node, int rank)
    {
        int[]? given = node.Numbers(1, "axes");
        bool isEmpty = given is not { Length: > 0 };
        return isEmpty && node.Int("noop_with_empty_axes") != 0 ? [] : [.. (isEmpty ? OnnxGraphBuilder.Identity(rank) : given!).Select(a => node.Axis(a, rank)).Distinct()];
    }

    private static void Import(
        OnnxNode node, Func<GraphTensor, int[], GraphTensor, Operator> create, Func<GraphTensor, GraphTensor, Operator>? before = null, Func<GraphTensor, GraphTensor, Operator>? behind = null)
    {
        OnnxActivation value = node.Shaped(node.Activation(0));
        int[] axes = Axes(node, value.Rank);
        GraphTensor input = value.Tensor;
        if (before is not null) node.Add(before(input, input = node.NewPart("terms", input.Shape)));

        int[] stored = [.. axes.Select(a => value.Order[a]).Order()];
        bool isReduced = stored.Length > 0;
        if (isReduced)
        {
            int[] shape = [.. input.Shape.Select((n, d) => stored.Contains(d) ? 1 : n)];
            GraphTensor reduced = behind is null ? node.NewOutput(shape) : node.NewPart("sum", shape);
            node.Add(create(input, stored, reduced));
            input = reduced;
        }

        if (behind is not null) node.Add(behind(input, input = node.NewOutput(input.Shape)));
        if (!isReduced || node.Int("keepdims", 1) != 0)
        {
            node.Return(new OnnxActivation(input, value.Order));
            return;
        }

        GraphTensor reshaped = node.Builder.Reshape(input, [.. input.Shape.Where((_, d) => !stored.Contains(d))], node.Label);
        node.Return(new OnnxActivation(reshaped, OrderWithout(value, axes)));
    }

    /// <summary>Imports ArgMax or ArgMin: attributes axis, keepdims. The indexes have 32 bits.</summary>
    /// <param name="largest">True for ArgMax.</param>
    /// <returns>The rule.</returns>
    public static Action<OnnxNode> ImportIndex(bool largest) => node =>
    {
        OnnxActivation value = node.Shaped(node.Activation(0));
        int axis = node.Axis(node.Int("axis"), value.Rank), stored = value.Order[axis];
        if (node.Int("select_last_index") != 0) throw node.Refuse("the last index of equal numbers is not supported, the first is", "Export it with select_last_index 0");
        bool keeps = node.Int("keepdims", 1) != 0;
        int[] shape = keeps ? [.. value.Tensor.Shape.Select((n, d) => d == stored ? 1 : n)] : [.. value.Tensor.Shape.Where((_, d) => d != stored)];
        GraphTensor output = node.Builder.NewTensor(node.OutputName(), shape, ElementType.Int32);
        node.Add(new ArgMax(value.Tensor, stored, output, largest));
        node.Return(new OnnxActivation(output, keeps ? value.Order : OrderWithout(value, [axis])));
    };

    /// <summary>The order of what is left of a value's dimensions, counted anew.</summary>
    private static int[] OrderWithout(OnnxActivation value, int[] axes)
    {
        int[] left = [.. value.Order.Where((_, d) => !axes.Contains(d))];
        return [.. left.Select(d => left.Count(other => other < d))];
    }
}
