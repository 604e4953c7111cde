using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>What is computed at import: weights that exporters reorder and, above all, the shapes that they compute instead of writing them down.</summary>
internal static class Constants
{
    /// <summary>Rules of operators all of whose operands are known, by their name.</summary>
    public static IReadOnlyDictionary<string, Action<OnnxNode>> Rules { get; } = new Dictionary<string, Action<OnnxNode>>
    {
        ["Abs"] = ConstantArithmetic.Function(Math.Abs),
        ["Add"] = ConstantArithmetic.Binary((a, b) => a + b),
        ["And"] = ConstantArithmetic.Comparison((a, b) => a != 0 && b != 0),
        ["Cast"] = node => node.Return(Cast(node.Constant(0), node.Int("to"))),
        ["Ceil"] = ConstantArithmetic.Function(Math.Ceiling),
        ["Concat"] = ImportConcat,
        ["ConstantOfShape"] = ImportConstantOfShape,
        ["Div"] = ConstantArithmetic.Binary((a, b) => a / b),
        ["Equal"] = ConstantArithmetic.Comparison((a, b) => a == b),
        ["Exp"] = ConstantArithmetic.Function(Math.Exp),
        ["Expand"] = ImportExpand,
        ["Floor"] = ConstantArithmetic.Function(Math.Floor),
        ["Gather"] = ImportGather,
        ["Gemm"] = ConstantArithmetic.ImportGemm,
        ["Greater"] = ConstantArithmetic.Comparison((a, b) => a > b),
        ["GreaterOrEqual"] = ConstantArithmetic.Comparison((a, b) => a >= b),
        ["Identity"] = node => node.Return(node.Constant(0)),
        ["Less"] = ConstantArithmetic.Comparison((a, b) => a < b),
        ["LessOrEqual"] = ConstantArithmetic.Comparison((a, b) => a <= b),
        ["Log"] = ConstantArithmetic.Function(Math.Log),
        ["MatMul"] = ConstantArithmetic.ImportMatMul,
        ["Max"] = ConstantArithmetic.Binary(Math.Max),
        ["Min"] = ConstantArithmetic.Binary(Math.Min),
        ["Mul"] = ConstantArithmetic.Binary((a, b) => a * b),
        ["Neg"] = ConstantArithmetic.Function(v => -v),
        ["Not"] = ConstantArithmetic.Function(v => v == 0 ? 1 : 0),
        ["Or"] = ConstantArithmetic.Comparison((a, b) => a != 0 || b != 0),
        ["Pow"] = ConstantArithmetic.Binary(Math.Pow),
        ["Range"] = ImportRange,
        ["Reciprocal"] = ConstantArithmetic.Function(v => 1 / v),
        ["ReduceL2"] = ConstantArithmetic.Reduce(values => Math.Sqrt(values.Sum(v => v * v))),
        ["ReduceMax"] = ConstantArithmetic.Reduce(values => values.Max()),
        ["ReduceMean"] = ConstantArithmetic.Reduce(values => values.Average()),
        ["ReduceMin"] = ConstantArithmetic.Reduce(values => values.Min()),
        ["ReduceProd"] = ConstantArithmetic.Reduce(values => values.Aggregate(1.0, (a, b) => a * b)),
        ["ReduceSum"] = ConstantArithmetic.Reduce(values => values.Sum()),
        ["Reshape"] = node => node.Return(Shaped(node.Constant(0), Shapes.Resolve(node, node.Constant(1).Ints, node.Constant(0).Shape))),
        ["Sigmoid"] = ConstantArithmetic.Function(v => 1 / (1 + Math.Exp(-v))),
        ["Slice"] = ImportSlice,
        ["Squeeze"] = node => node.Return(Shaped(node.Constant(0), Shapes.Squeezed(node, node.Constant(0).Shape))),
        ["Split"] = ImportSplit,
        ["Sqrt"] = ConstantArithmetic.Function(Math.Sqrt),
        ["Sub"] = ConstantArithmetic.Binary((a, b) => a - b),
        ["Tanh"] = ConstantArithmetic.Function(Math.Tanh),
        ["Tile"] = node => node.Return(ConstantMovement.Tile(node, node.Constant(0), node.Constant(1).Ints)),
        ["Transpose"] = node => node.Return(ConstantMovement.Transpose(node.Constant(0), Shapes.Permutation(node, node.Constant(0).Shape.Length))),
        ["Unsqueeze"] = node => node.Return(Shaped(node.Constant(0), Shapes.Unsqueezed(node, node.Constant(0).Shape))),
        ["Where"] = ImportWhere,
    };

    /// <summary>Imports Constant: attribute value, value_float, value_floats, value_int or value_ints.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportConstant(OnnxNode node)
    {
        if (node.Find("value")?.T is { } tensor) node.Return(OnnxConstant.Read(tensor, node.Builder.File));
        else if (node.Find("value_float") is { } single) node.Return(new OnnxConstant(OnnxType.Float, [], [single.F]));
        else if (node.Find("value_floats") is { } floats) node.Return(new OnnxConstant(OnnxType.Float, [floats.Floats.Count], [.. floats.Floats.Select(f => (double)f)]));
        else if (node.Find("value_int") is { } integer) node.Return(new OnnxConstant(OnnxType.Int64, [], [integer.I]));
        else if (node.Find("value_ints") is { } integers) node.Return(new OnnxConstant(OnnxType.Int64, [integers.Ints.Count], [.. integers.Ints.Select(i => (double)i)]));
        else throw node.Refuse("a constant of this kind is not supported");
    }

    /// <summary>Imports Shape, which is known for everything that is computed: attributes start and end.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportShape(OnnxNode node)
    {
        OnnxValue value = node.Input(0);
        int[] shape = value.Activation?.Shape ?? value.Constant!.Shape;
        int start = node.Int("start"), end = node.Int("end", shape.Length);
        start = Math.Clamp(start < 0 ? start + shape.Length : start, 0, shape.Length);
        end = Math.Clamp(end < 0 ? end + shape.Length : end, start, shape.Length);
        node.Return(OnnxConstant.OfInts(shape[start..end]));
    }

    private static OnnxConstant Shaped(OnnxConstant constant, int[] shape) =>
        constant with { Shape = shape, Quantization = constant.Quantization is { IsPerChannel: false } ? constant.Quantization : null };

    private static OnnxConstant Cast(OnnxConstant constant, int type) =>
        OnnxType.IsReal(type) ? constant with { Type = type } : new OnnxConstant(type, constant.Shape, Array.ConvertAll(constant.Values, Math.Truncate));

    private static void ImportConstantOfShape(OnnxNode node)
    {
        int[] shape = OnnxConstant.ShapeOf([.. node.Constant(0).Ints.Select(i => (long)i)], node.Builder.File, node.Where);
        OnnxConstant? value = node.Find("value")?.T is { } tensor ? OnnxConstant.Read(tensor, node.Builder.File) : null;
        node.Builder.Charge(shape);
        double[] values = new double[Shapes.Product(shape)];
        Array.Fill(values, value?.Values.FirstOrDefault() ?? 0);
        node.Return(new OnnxConstant(value?.Type ?? OnnxType.Float, shape, values));
    }

    private static void ImportGather(OnnxNode node)
    {
        OnnxConstant data = node.Constant(0), indices = node.Constant(1);
        int axis = node.Axis(node.Int("axis"), data.Shape.Length), length = data.Shape[axis];
        int inner = Shapes.Product(data.Shape.Skip(axis + 1)), outer = Shapes.Product(data.Shape.Take(axis));
        node.Builder.Charge([outer, indices.Values.Length, inner]);
        double[] values = new double[outer * indices.Values.Length * inner];
        for (int i = 0; i < values.Length; i++)
        {
            int place = i / inner % indices.Values.Length, from = node.Axis(indices.Ints[place], length);
            values[i] = data.Values[(((i / inner / indices.Values.Length * length) + from) * inner) + (i % inner)];
        }

        node.Return(new OnnxConstant(data.Type, [.. data.Shape.Take(axis), .. indices.Shape, .. data.Shape.Skip(axis + 1)], values));
    }

    private static void ImportConcat(OnnxNode node)
    {
        OnnxConstant[] parts = [.. Enumerable.Range(0, node.InputCount).Select(node.Constant)];
        int axis = node.Axis(node.Int("axis"), parts[0].Shape.Length);
        int outer = Shapes.Product(parts[0].Shape.Take(axis));
        if (Array.Exists(parts, p => p.Shape.Length != parts[0].Shape.Length || !p.Shape.Where((_, d) => d != axis).SequenceEqual(parts[0].Shape.Where((_, d) => d != axis))))
        {
            throw node.Refuse("the shapes of its constants do not fit each other");
        }

        int[] shape = [.. parts[0].Shape];
        shape[axis] = parts.Sum(p => p.Shape[axis]);
        node.Builder.Charge(shape);
        List<double> values = [];
        for (int i = 0; i < outer; i++)
        {
            foreach (OnnxConstant part in parts)
            {
                int run = part.Values.Length / outer;
                values.AddRange(part.Values.AsSpan(i * run, run));
            }
        }

        node.Return(new OnnxConstant(parts[0].Type, shape, [.. values]));
    }

    private static void ImportSlice(OnnxNode node) => node.Return(Part(node.Constant(0), Parts.Ranges(node, node.Constant(0).Shape)));

    private static void ImportSplit(OnnxNode node)
    {
        OnnxConstant data = node.Constant(0);
        int axis = node.Axis(node.Int("axis"), data.Shape.Length), start = 0;
        int[] sizes = Parts.Sizes(node, data.Shape[axis]);
        for (int i = 0; i < sizes.Length; start += sizes[i++]) node.Return(Part(data, [.. data.Shape.Select((n, d) => d == axis ? new Parts.SliceRange(start, sizes[i], 1) : new Parts.SliceRange(0, n, 1))]), i);
    }

    private static OnnxConstant Part(OnnxConstant data, Parts.SliceRange[] ranges)
    {
        int[] strides = ConstantMovement.Strides(data.Shape), shape = [.. ranges.Select(r => r.Count)];
        double[] values = new double[Shapes.Product(shape)];
        for (int i = 0; i < values.Length; i++)
        {
            int rest = i, source = 0;
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                source += (ranges[d].Start + (rest % shape[d] * ranges[d].Step)) * strides[d];
                rest /= shape[d];
            }

            values[i] = data.Values[source];
        }

        return new OnnxConstant(data.Type, shape, values);
    }

    private static void ImportExpand(OnnxNode node)
    {
        OnnxConstant data = node.Constant(0);
        node.Return(ConstantMovement.Expand(node, data, ConstantMovement.Broadcast(node, data.Shape, node.Constant(1).Ints)));
    }

    private static void ImportRange(OnnxNode node)
    {
        double start = Number(node, 0), limit = Number(node, 1), step = Number(node, 2), count = Math.Max(0, Math.Ceiling((limit - start) / step));
        if (!(count <= OnnxConstant.MaximumElements)) throw node.Refuse($"a range from {start} to {limit} in steps of {step} is not possible");
        node.Return(new OnnxConstant(node.Constant(0).Type, [(int)count], [.. Enumerable.Range(0, (int)count).Select(i => start + (i * step))]));
    }

    private static double Number(OnnxNode node, int position) => node.Constant(position).Values is [var number] ? number : throw node.Refuse($"its input {position} is not one number");

    private static void ImportWhere(OnnxNode node)
    {
        OnnxConstant[] operands = ConstantArithmetic.Broadcast(node, 3);
        node.Return(operands[1] with { Values = [.. operands[0].Values.Select((c, i) => operands[c != 0 ? 1 : 2].Values[i])], Quantization = null });
    }
}
