using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Computes with constants what exporters leave to be computed: shapes, weights that are normalized, the first step of a cell.</summary>
internal static class ConstantArithmetic
{
    /// <summary>A function of every element.</summary>
    /// <param name="function">The function.</param>
    /// <returns>The rule.</returns>
    public static Action<OnnxNode> Function(Func<double, double> function) => node =>
    {
        OnnxConstant constant = node.Constant(0);
        node.Return(new OnnxConstant(constant.Type, constant.Shape, Array.ConvertAll(constant.Values, v => function(v))));
    };

    /// <summary>A comparison of elements, or of truth values.</summary>
    /// <param name="function">The comparison.</param>
    /// <returns>The rule.</returns>
    public static Action<OnnxNode> Comparison(Func<double, double, bool> function) => node =>
    {
        OnnxConstant[] operands = Broadcast(node, 2);
        node.Return(new OnnxConstant(OnnxType.Bool, operands[0].Shape, [.. operands[0].Values.Zip(operands[1].Values, (a, b) => function(a, b) ? 1.0 : 0)]));
    };

    /// <summary>An operation on elements of two constants.</summary>
    /// <param name="function">The operation; its results are cut where elements are integers.</param>
    /// <returns>The rule.</returns>
    public static Action<OnnxNode> Binary(Func<double, double, double> function) => node =>
    {
        OnnxConstant[] operands = Broadcast(node, 2);
        bool isReal = OnnxType.IsReal(operands[0].Type);
        double[] values = new double[operands[0].Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double value = function(operands[0].Values[i], operands[1].Values[i]);
            values[i] = isReal ? value : Math.Truncate(value);
            if (!isReal && !double.IsFinite(values[i])) throw node.Refuse("it divides by zero");
        }

        node.Return(new OnnxConstant(operands[0].Type, operands[0].Shape, values));
    };

    /// <summary>A reduction of dimensions: axes, an attribute or an operand; attributes keepdims, noop_with_empty_axes.</summary>
    /// <param name="function">What becomes of the elements that come together.</param>
    /// <returns>The rule.</returns>
    public static Action<OnnxNode> Reduce(Func<IEnumerable<double>, double> function) => node =>
    {
        OnnxConstant constant = node.Constant(0);
        int[] shape = constant.Shape, axes = Reductions.Axes(node, shape.Length), kept = [.. Enumerable.Range(0, shape.Length).Where(d => !axes.Contains(d))];
        int[] result = [.. node.Int("keepdims", 1) != 0 ? shape.Select((n, d) => axes.Contains(d) ? 1 : n) : kept.Select(d => shape[d])];
        int run = Shapes.Product(axes.Select(a => shape[a]));
        if (run == 0) throw node.Refuse("it reduces no elements");
        node.Return(new OnnxConstant(constant.Type, result, [.. ConstantMovement.Transpose(constant, [.. kept, .. axes]).Values.Chunk(run).Select(function)]));
    };

    /// <summary>Imports MatMul of matrices.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportMatMul(OnnxNode node) => node.Return(Product(node, node.Constant(0), node.Constant(1)));

    /// <summary>Imports Gemm: two matrices, and what is added; attributes alpha, beta, transA, transB.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportGemm(OnnxNode node)
    {
        OnnxConstant Operand(int position, string attribute) => node.Int(attribute) != 0 && node.Constant(position).Shape.Length == 2 ? ConstantMovement.Transpose(node.Constant(position), [1, 0]) : node.Constant(position);
        OnnxConstant product = Product(node, Operand(0, "transA"), Operand(1, "transB"));
        float alpha = node.Float("alpha", 1), beta = node.Float("beta", 1);
        double[]? added = node.HasInput(2) ? ConstantMovement.Expand(node, node.Constant(2), ConstantMovement.Broadcast(node, node.Constant(2).Shape, product.Shape)).Values : null;
        if (added is not null && added.Length != product.Values.Length) throw node.Refuse($"a bias [{string.Join(',', node.Constant(2).Shape)}] does not fit its product [{string.Join(',', product.Shape)}]");
        node.Return(product with { Values = [.. product.Values.Select((v, i) => (alpha * v) + (beta * (added?[i] ?? 0)))] });
    }

    /// <summary>The operands as constants of one shape.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="count">Number of operands.</param>
    /// <returns>The constants.</returns>
    public static OnnxConstant[] Broadcast(OnnxNode node, int count)
    {
        OnnxConstant[] operands = [.. Enumerable.Range(0, count).Select(node.Constant)];
        int[] shape = operands.Select(o => o.Shape).Aggregate((a, b) => ConstantMovement.Broadcast(node, a, b));
        return Array.ConvertAll(operands, o => ConstantMovement.Expand(node, o, shape));
    }

    private static OnnxConstant Product(OnnxNode node, OnnxConstant a, OnnxConstant b)
    {
        if (a.Shape.Length != 2 || b.Shape.Length != 2 || a.Shape[1] != b.Shape[0]) throw node.Refuse($"constants [{string.Join(',', a.Shape)}] and [{string.Join(',', b.Shape)}] cannot be multiplied");
        int rows = a.Shape[0], depth = a.Shape[1], columns = b.Shape[1];
        node.Builder.Charge([rows, depth, columns]);
        double[] values = new double[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            int row = i / columns, column = i % columns;
            for (int k = 0; k < depth; k++) values[i] += a.Values[(row * depth) + k] * b.Values[(k * columns) + column];
        }

        return new OnnxConstant(a.Type, [rows, columns], values);
    }
}
