using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>What is computed at import: weights that exporters reorder and, above all, the shapes that they compute instead of writing them down.</summary>
internal static class Constants
{
    /// <summary>Rules of operators all of whose operands are known, by their name.</summary>
    public static IReadOnlyDictionary<string, Action<OnnxNode>> Rules { get; } = new Dictionary<string, Action<OnnxNode>>
    {
        ["Add"] = Arithmetic((a, b) => a + b),
        ["Cast"] = node => node.Return(Cast(node.Constant(0), node.Int("to"))),
        ["Concat"] = ImportConcat,
        ["ConstantOfShape"] = ImportConstantOfShape,
        ["Div"] = Arithmetic((a, b) => a / b),
        ["Gather"] = ImportGather,
        ["Identity"] = node => node.Return(node.Constant(0)),
        ["Mul"] = Arithmetic((a, b) => a * b),
        ["Reshape"] = node => node.Return(Shaped(node.Constant(0), Shapes.Resolve(node, node.Constant(1).Ints, node.Constant(0).Shape))),
        ["Slice"] = ImportSlice,
        ["Squeeze"] = node => node.Return(Shaped(node.Constant(0), Shapes.Squeezed(node, node.Constant(0).Shape))),
        ["Sub"] = Arithmetic((a, b) => a - b),
        ["Transpose"] = node => node.Return(ConstantMovement.Transpose(node.Constant(0), Shapes.Permutation(node, node.Constant(0).Shape.Length))),
        ["Unsqueeze"] = node => node.Return(Shaped(node.Constant(0), Shapes.Unsqueezed(node, node.Constant(0).Shape))),
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

    private static void ImportSlice(OnnxNode node)
    {
        OnnxConstant data = node.Constant(0);
        Parts.SliceRange[] ranges = Parts.Ranges(node, data.Shape);
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

        node.Return(new OnnxConstant(data.Type, shape, values));
    }

    private static Action<OnnxNode> Arithmetic(Func<double, double, double> function) => node =>
    {
        OnnxConstant a = node.Constant(0), b = node.Constant(1);
        bool isReal = OnnxType.IsReal(a.Type);
        if (a.Values.Length != 1 && b.Values.Length != 1 && !a.Shape.SequenceEqual(b.Shape)) throw node.Refuse("constants of different shapes are not supported here", "Fold constants when exporting (do_constant_folding=True)");

        OnnxConstant larger = a.Values.Length > b.Values.Length || (a.Values.Length == b.Values.Length && a.Shape.Length >= b.Shape.Length) ? a : b;
        double[] values = new double[larger.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double value = function(a.Values[a.Values.Length == 1 ? 0 : i], b.Values[b.Values.Length == 1 ? 0 : i]);
            values[i] = isReal ? value : Math.Truncate(value);
            if (!isReal && !double.IsFinite(values[i])) throw node.Refuse("it divides by zero");
        }

        node.Return(new OnnxConstant(a.Type, larger.Shape, values));
    };
}
