using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Add, Sub, Mul and Div of two tensors, either of which may be broadcast, and one of which may be constant.</summary>
internal static class Elementwise
{
    /// <summary>Imports Add.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportAdd(OnnxNode node) => Import(node, (a, b, y) => new Add(a, b, y, FusedActivation.None));

    /// <summary>Imports Sub.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportSub(OnnxNode node) => Import(node, (a, b, y) => new Sub(a, b, y, FusedActivation.None));

    /// <summary>Imports Mul.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportMul(OnnxNode node) => Import(node, (a, b, y) => new Mul(a, b, y, FusedActivation.None));

    /// <summary>Imports Div by a constant: a product with its inverse.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportDiv(OnnxNode node)
    {
        OnnxConstant divisor = node.Input(1).Constant
            ?? throw node.Refuse("a division by something that is computed is not supported", "Divide by a constant, or leave the division to the program that reads the output");
        if (Array.Exists(divisor.Values, v => v == 0)) throw node.Refuse("it divides by zero");
        OnnxConstant inverse = new(divisor.Type, divisor.Shape, Array.ConvertAll(divisor.Values, v => 1 / v));
        Import(node, node.Activation(0), inverse, (a, b, y) => new Mul(a, b, y, FusedActivation.None), isFirst: false);
    }

    private static void Import(OnnxNode node, Func<GraphTensor, GraphTensor, GraphTensor, Operator> create)
    {
        if (node.Input(0).Constant is { } first) Import(node, node.Activation(1), first, create, isFirst: true);
        else if (node.Input(1).Constant is { } second) Import(node, node.Activation(0), second, create, isFirst: false);
        else Import(node, node.Activation(0), node.Activation(1), create);
    }

    private static void Import(OnnxNode node, OnnxActivation value, OnnxConstant constant, Func<GraphTensor, GraphTensor, GraphTensor, Operator> create, bool isFirst)
    {
        value = node.Shaped(value);
        int rank = value.Rank;
        int[] shape = constant.Shape;
        while (shape.Length > rank && shape[0] == 1) shape = shape[1..];
        if (shape.Length > rank) throw node.Refuse($"a constant [{string.Join(',', constant.Shape)}] does not fit an input [{string.Join(',', value.Shape)}]");

        // The constant takes the order of the tensor that it is combined with.
        int[] full = [.. Enumerable.Repeat(1, rank - shape.Length), .. shape], stored = new int[rank], source = new int[rank];
        for (int d = 0; d < rank; d++)
        {
            stored[value.Order[d]] = full[d];
            source[value.Order[d]] = d;
        }

        float[] elements = ConstantMovement.Transpose(new OnnxConstant(constant.Type, full, constant.Values), source).Floats;
        GraphTensor operand = node.Builder.NewConstant($"{node.OutputName()} constant", stored, elements);
        GraphTensor output = node.NewOutput(Broadcast(node, value.Tensor.Shape, stored));
        node.Add(isFirst ? create(operand, value.Tensor, output) : create(value.Tensor, operand, output));
        node.Return(new OnnxActivation(output, value.Order));
    }

    private static void Import(OnnxNode node, OnnxActivation first, OnnxActivation second, Func<GraphTensor, GraphTensor, GraphTensor, Operator> create)
    {
        first = node.Shaped(first);
        second = node.Shaped(second);
        if (first.Rank == second.Rank)
        {
            int[] order = first.Tensor.Count >= second.Tensor.Count ? first.Order : second.Order;
            GraphTensor a = node.Builder.InOrder(first, order, node.Label), b = node.Builder.InOrder(second, order, node.Label);
            GraphTensor output = node.NewOutput(Broadcast(node, a.Shape, b.Shape));
            node.Add(create(a, b, output));
            node.Return(new OnnxActivation(output, order));
        }
        else
        {
            GraphTensor a = node.InOrder(first), b = node.InOrder(second);
            GraphTensor output = node.NewOutput(Broadcast(node, a.Shape, b.Shape));
            node.Add(create(a, b, output));
            node.Return(new OnnxActivation(output));
        }
    }

    private static int[] Broadcast(OnnxNode node, int[] a, int[] b)
    {
        int[] shape = new int[Math.Max(a.Length, b.Length)];
        for (int d = 1; d <= shape.Length; d++)
        {
            int x = d <= a.Length ? a[^d] : 1, y = d <= b.Length ? b[^d] : 1;
            if (x != y && x != 1 && y != 1) throw node.Refuse($"[{string.Join(',', a)}] and [{string.Join(',', b)}] cannot be broadcast to each other");
            shape[^d] = x == 1 ? y : x;
        }

        return shape;
    }
}
