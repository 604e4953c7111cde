using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Functions of every element, and softmax.</summary>
internal static class Activations
{
    /// <summary>Imports Clip, whose limits are attributes before opset 11 and operands since.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportClip(OnnxNode node)
    {
        float min = Limit(node, 1, "min", float.NegativeInfinity), max = Limit(node, 2, "max", float.PositiveInfinity);
        if (!(min < max)) throw node.Refuse($"its limits {min} and {max} leave nothing");
        FusedActivation? kind = (min, max) switch
        {
            (0, 6) => FusedActivation.Relu6,
            (0, >= 3e38f) => FusedActivation.Relu,
            (-1, 1) => FusedActivation.ReluN1To1,
            (0, 1) => FusedActivation.Relu0To1,
            _ => null,
        };
        Import(node, (x, y) => kind is { } known ? new Relu(x, y, known) : new ElementFunction(x, y, RealFunction.Clip(min, max)));
    }

    /// <summary>Imports LeakyRelu.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportLeakyRelu(OnnxNode node)
    {
        float alpha = node.Float("alpha", 0.01f);
        Import(node, (x, y) => new LeakyRelu(x, y, alpha));
    }

    /// <summary>Imports a function of one real number.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="function">The function.</param>
    public static void Import(OnnxNode node, RealFunction function) => Import(node, (x, y) => new ElementFunction(x, y, function with { Rounding = TableRounding.Exact }));

    /// <summary>Imports a function of every element; the order of dimensions does not matter to it.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="create">Makes the graph's operator from input and output.</param>
    public static void Import(OnnxNode node, Func<GraphTensor, GraphTensor, Operator> create)
    {
        OnnxActivation value = node.Activation(0);
        GraphTensor output = node.NewOutput(value.Tensor.Shape);
        node.Add(create(value.Tensor, output));
        node.Return(value.With(output));
    }

    /// <summary>Imports Softmax.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportSoftmax(OnnxNode node) => ImportRows(node, node.Builder.Opset < 13, (x, y) => new Softmax(x, y, 1));

    /// <summary>Imports LogSoftmax.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportLogSoftmax(OnnxNode node) => ImportRows(node, node.Builder.Opset < 13, (x, y) => new LogSoftmax(x, y));

    /// <summary>Imports LpNormalization of order 2.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportNormalization(OnnxNode node)
    {
        if (node.Int("p", 2) != 2) throw node.Refuse($"a norm of order {node.Int("p", 2)} is not supported, order 2 is");
        ImportRows(node, flattens: false, (x, y) => new L2Normalization(x, y));
    }

    /// <summary>Imports an operator on rows along a dimension, which becomes the last as it lies in memory.</summary>
    private static void ImportRows(OnnxNode node, bool flattens, Func<GraphTensor, GraphTensor, Operator> create)
    {
        OnnxActivation value = node.Shaped(node.Activation(0));
        int rank = value.Rank, axis = node.Axis(node.Int("axis", flattens ? 1 : -1), rank);
        if (flattens && value.Shape.Skip(axis + 1).Any(d => d != 1)) throw node.Refuse("a softmax over several dimensions is not supported", "Export the model with opset 13 or later");

        if (value.Order[axis] != rank - 1)
        {
            // Only the last dimension can be normalised: bring the other one there, and remember where it went.
            int[] order = [.. Enumerable.Range(0, rank).Select(d => d == axis ? rank - 1 : d < axis ? d : d - 1)];
            value = new OnnxActivation(node.Builder.InOrder(value, order, node.Label), order);
        }

        GraphTensor output = node.NewOutput(value.Tensor.Shape);
        node.Add(create(value.Tensor, output));
        node.Return(value.With(output));
    }

    /// <summary>Imports what leaves every element as it is at inference: Identity and Dropout.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportNothing(OnnxNode node) => node.Return(node.Moved(0));

    /// <summary>
    /// Imports Cast. To real numbers, of real numbers it is nothing, of truth values a choice between 1 and 0; to truth values, of real numbers a comparison with 0; to integers it is 1 or 0
    /// of truth values. Indexes have 32 bits, whatever the file has.
    /// </summary>
    /// <param name="node">The operator.</param>
    public static void ImportCast(OnnxNode node)
    {
        int to = node.Int("to");
        if (node.Input(0) is { QuantizedType: not 0 } quantized && quantized.QuantizedType == to)
        {
            // PyTorch writes one behind every QuantizeLinear.
            node.Return(quantized);
            return;
        }

        ElementType from = node.Input(0).Activation?.Tensor.Type ?? ElementType.Float32;
        bool toInteger = to is OnnxType.Int32 or OnnxType.Int64;
        if ((from == ElementType.Float32 && OnnxType.IsReal(to)) || (from == ElementType.Bool && to == OnnxType.Bool) || (from == ElementType.Int32 && toInteger)) ImportNothing(node);
        else if (from == ElementType.Bool && OnnxType.IsReal(to)) ImportChoice(node);
        else if (from == ElementType.Float32 && to == OnnxType.Bool) Elementwise.ImportIsNotZero(node);
        else if (from == ElementType.Bool && toInteger) ImportNumber(node);
        else throw node.Refuse($"a conversion {(from == ElementType.Int32 ? "of integers that are computed " : string.Empty)}to {OnnxType.NameOf(to)} is not supported");
    }

    private static void ImportNumber(OnnxNode node)
    {
        OnnxActivation value = node.Shaped(node.Condition(0));
        GraphTensor output = node.Builder.NewTensor(node.OutputName(), value.Tensor.Shape, ElementType.Int32);
        node.Add(new Cast(value.Tensor, output));
        node.Return(value.With(output));
    }

    /// <summary>Imports Not.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportNot(OnnxNode node)
    {
        OnnxActivation value = node.Shaped(node.Condition(0));
        GraphTensor output = node.Builder.NewTensor(node.OutputName(), value.Tensor.Shape, ElementType.Bool);
        node.Add(new LogicalNot(value.Tensor, output));
        node.Return(value.With(output));
    }

    private static void ImportChoice(OnnxNode node)
    {
        OnnxActivation value = node.Shaped(node.Condition(0));
        GraphTensor output = node.NewOutput(value.Tensor.Shape);
        node.Add(new Select(node.Builder.NewConstant($"{output.Name} true", [1], [1]), node.Builder.NewConstant($"{output.Name} false", [1], [0]), value.Tensor, output));
        node.Return(value.With(output));
    }

    private static float Limit(OnnxNode node, int position, string attribute, float absent)
    {
        if (!node.HasInput(position)) return node.Float(attribute, absent);
        double[] values = node.Constant(position).Values;
        return values.Length == 1 ? (float)values[0] : throw node.Refuse($"its limit {attribute} has {values.Length} elements");
    }
}
