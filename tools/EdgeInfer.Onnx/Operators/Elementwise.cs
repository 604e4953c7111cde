using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Operators on elements of several tensors, some of which may be constants; each is broadcast where it has one element.</summary>
internal static class Elementwise
{
    /// <summary>Makes an operator of the graph.</summary>
    /// <param name="operands">Operands.</param>
    /// <param name="output">Result.</param>
    /// <returns>The operator.</returns>
    internal delegate Operator Factory(GraphTensor[] operands, GraphTensor output);

    private static Factory Product { get; } = (x, y) => new Mul(x[0], x[1], y, FusedActivation.None);

    /// <summary>Imports Add.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportAdd(OnnxNode node) => Import(node, (x, y) => new Add(x[0], x[1], y, FusedActivation.None));

    /// <summary>Imports Sub.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportSub(OnnxNode node) => Import(node, (x, y) => new Sub(x[0], x[1], y, FusedActivation.None));

    /// <summary>Imports Mul.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportMul(OnnxNode node) => Import(node, Product);

    /// <summary>Imports PRelu: input, slopes. One slope for all makes a LeakyRelu of it.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportPRelu(OnnxNode node)
    {
        double[] slopes = node.Constant(1).Values;
        if (slopes.Length == 0) throw node.Refuse("it has no slopes");
        if (Array.TrueForAll(slopes, s => s.Equals(slopes[0]))) Activations.Import(node, (x, y) => new LeakyRelu(x, y, (float)slopes[0]));
        else Import(node, (x, y) => new Prelu(x[0], x[1], y));
    }

    /// <summary>Imports Max, Min and Sum of any number of operands, two at a time.</summary>
    /// <param name="create">Makes the operator of two.</param>
    /// <returns>The rule.</returns>
    public static Action<OnnxNode> ImportMany(Factory create) => node =>
    {
        OnnxValue value = node.Input(0);
        for (int i = 1; i < node.InputCount; i++)
        {
            bool isLast = i == node.InputCount - 1;
            value = new OnnxValue(null, Combine(node, [value, node.Input(i)], create, shape => isLast ? node.NewOutput(shape) : node.NewPart($"of {i + 1}", shape)));
        }

        node.Return(value.Activation is null ? throw node.Refuse("nothing is computed from it") : value);
    };

    /// <summary>Imports Div. By a constant it is a product; by something that is computed it takes a table for the reciprocal, which is rounded to 8 bits.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportDiv(OnnxNode node)
    {
        OnnxValue divisor = node.Input(1);
        if (divisor.Constant is { } constant)
        {
            if (Array.Exists(constant.Values, v => v == 0)) throw node.Refuse("it divides by zero");
            divisor = new OnnxValue(new OnnxConstant(constant.Type, constant.Shape, Array.ConvertAll(constant.Values, v => 1 / v)), null);
        }
        else
        {
            OnnxActivation value = node.Activation(1);
            GraphTensor reciprocal = node.NewPart("reciprocal", value.Tensor.Shape);
            node.Add(new ElementFunction(value.Tensor, reciprocal, RealFunction.Reciprocal));
            divisor = new OnnxValue(null, value.With(reciprocal));
        }

        node.Return(Combine(node, [node.Input(0), divisor], Product, shape => node.NewOutput(shape)));
    }

    /// <summary>Imports a comparison.</summary>
    /// <param name="relation">The comparison.</param>
    /// <returns>The rule.</returns>
    public static Action<OnnxNode> ImportComparison(Relation relation) => node => node.Return(Combine(
        node, [node.Input(0), node.Input(1)], (x, y) => new Comparison(x[0], x[1], y, relation), shape => node.Builder.NewTensor(node.OutputName(), shape, ElementType.Bool)));

    /// <summary>Imports the conversion of real numbers to truth values.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportIsNotZero(OnnxNode node) => node.Return(Combine(
        node, [node.Input(0), new OnnxValue(new OnnxConstant(OnnxType.Float, [1], [0]), null)], (x, y) => new Comparison(x[0], x[1], y, Relation.NotEqual), shape => node.Builder.NewTensor(node.OutputName(), shape, ElementType.Bool)));

    /// <summary>Imports And or Or of computed truth values.</summary>
    /// <param name="both">True for And.</param>
    /// <returns>The rule.</returns>
    public static Action<OnnxNode> ImportLogical(bool both) => node => node.Return(Combine(
        node,
        [new OnnxValue(null, node.Condition(0)), new OnnxValue(null, node.Condition(1))],
        (x, y) => new Logical(x[0], x[1], y, both),
        shape => node.Builder.NewTensor(node.OutputName(), shape, ElementType.Bool),
        ElementType.Bool));

    /// <summary>Imports Where: condition, what it chooses where it is true, and where it is not.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportWhere(OnnxNode node)
    {
        node.Condition(0);
        node.Return(Combine(node, [node.Input(1), node.Input(2), node.Input(0)], (x, y) => new Select(x[0], x[1], x[2], y), shape => node.NewOutput(shape)));
    }

    /// <summary>Imports Pow with a constant exponent.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportPow(OnnxNode node)
    {
        double[] exponent = node.Constant(1).Values;
        if (exponent.Length != 1) throw node.Refuse($"{exponent.Length} exponents are not supported, one is");
        Activations.Import(node, exponent[0] == 2 ? RealFunction.Square : RealFunction.Power((float)exponent[0]));
    }

    /// <summary>A constant in the order of the tensor that it is combined with.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="constant">The constant.</param>
    /// <param name="like">What it is combined with.</param>
    /// <param name="part">What it is, for its name.</param>
    /// <returns>The constant, with as many dimensions.</returns>
    internal static GraphTensor Constant(OnnxNode node, OnnxConstant constant, OnnxActivation like, string part)
    {
        int rank = like.Rank;
        int[] shape = constant.Shape;
        while (shape.Length > rank && shape[0] == 1) shape = shape[1..];
        if (shape.Length > rank) throw node.Refuse($"a constant [{string.Join(',', constant.Shape)}] does not fit an input [{string.Join(',', like.Shape)}]");

        int[] full = [.. Enumerable.Repeat(1, rank - shape.Length), .. shape], stored = new int[rank], source = new int[rank];
        for (int d = 0; d < rank; d++)
        {
            stored[like.Order[d]] = full[d];
            source[like.Order[d]] = d;
        }

        return node.Builder.NewConstant($"{node.OutputName()} {part}", stored, ConstantMovement.Transpose(new OnnxConstant(constant.Type, full, constant.Values), source).Floats);
    }

    private static void Import(OnnxNode node, Factory create) => node.Return(Combine(node, [node.Input(0), node.Input(1)], create, shape => node.NewOutput(shape)));

    private static OnnxActivation Combine(OnnxNode node, OnnxValue[] operands, Factory create, Func<int[], GraphTensor> result, ElementType type = ElementType.Float32)
    {
        OnnxActivation?[] values = new OnnxActivation?[operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i].Quantization is not null || operands[i].IntegerType != 0) throw node.Refuse("an input of it is quantized, though the operator computes with real numbers", "Export the model with quantize and dequantize pairs (QDQ) around every operator");
            if (operands[i].Activation is not { } value) continue;
            if (value.Tensor.Type != type && i < 2) throw node.Refuse($"an input of it holds {(value.Tensor.Type == ElementType.Bool ? "truth values" : "integers that are computed")}; supported are real numbers", "Use truth values as the condition of a Where, and end the model with integers");
            values[i] = node.Shaped(value);
        }

        // The largest operand stays as it is. Where numbers of dimensions differ, all take the order of ONNX, in which the last ones correspond.
        OnnxActivation[] computed = [.. values.OfType<OnnxActivation>()];
        if (computed.Length == 0) throw node.Refuse("its inputs are constants; nothing is computed from it", "Fold constants when exporting (do_constant_folding=True)");
        int rank = computed.Max(v => v.Rank);
        OnnxActivation leader = computed.Where(v => v.Rank == rank).MaxBy(v => v.Tensor.Count)!;
        if (Array.Exists(computed, v => v.Rank != rank)) leader = new OnnxActivation(node.InOrder(leader));

        GraphTensor[] tensors = new GraphTensor[operands.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = values[i] is not { } value ? Constant(node, operands[i].Constant!, leader, operands.Length == 2 ? "constant" : $"constant {i}")
                : value.Rank == rank ? node.Builder.InOrder(value, leader.Order, node.Label)
                : node.InOrder(value);
        }

        GraphTensor output = result(tensors.Select(t => t.Shape).Aggregate((a, b) => ConstantMovement.Broadcast(node, a, b)));
        node.Add(create(tensors, output));
        return new OnnxActivation(output, leader.Order);
    }
}
