using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Operators that give elements other dimensions: no element moves in memory, and often none has to.</summary>
internal static class Shapes
{
    /// <summary>Imports Reshape: input, shape, in which 0 keeps a dimension and -1 is what is left.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportReshape(OnnxNode node)
    {
        OnnxActivation value = node.Moved(0);
        node.Return(Apply(node, value, Resolve(node, node.Numbers(1, "shape") ?? throw node.Refuse("its shape is missing"), value.Shape)));
    }

    /// <summary>Imports Flatten: attribute axis.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportFlatten(OnnxNode node)
    {
        OnnxActivation value = node.Moved(0);
        int axis = node.Int("axis", 1);
        if (axis != value.Rank) axis = node.Axis(axis, value.Rank);
        node.Return(Apply(node, value, [Product(value.Shape.Take(axis)), Product(value.Shape.Skip(axis))]));
    }

    /// <summary>Imports Squeeze: axes, an attribute before opset 13 and an operand since; without any, all dimensions of one element go.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportSqueeze(OnnxNode node)
    {
        OnnxActivation value = node.Moved(0);
        node.Return(Apply(node, value, Squeezed(node, value.Shape)));
    }

    /// <summary>Imports Unsqueeze.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportUnsqueeze(OnnxNode node)
    {
        OnnxActivation value = node.Moved(0);
        node.Return(Apply(node, value, Unsqueezed(node, value.Shape)));
    }

    /// <summary>Imports Transpose: only the order changes that the value knows.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportTranspose(OnnxNode node)
    {
        OnnxActivation value = node.Shaped(node.Moved(0));
        int[] permutation = Permutation(node, value.Rank);
        node.Return(new OnnxActivation(value.Tensor, [.. permutation.Select(d => value.Order[d])]));
    }

    /// <summary>The permutation of a Transpose.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="rank">Number of dimensions.</param>
    /// <returns>For every dimension of the result, the input's dimension that it is.</returns>
    internal static int[] Permutation(OnnxNode node, int rank)
    {
        int[] permutation = node.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse()];
        return permutation.Order().SequenceEqual(Enumerable.Range(0, rank)) ? permutation : throw node.Refuse($"[{string.Join(',', permutation)}] is not a permutation of {rank} dimensions");
    }

    /// <summary>Dimensions of what Squeeze makes.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="shape">Dimensions of its input.</param>
    /// <returns>The dimensions.</returns>
    internal static int[] Squeezed(OnnxNode node, int[] shape)
    {
        int[] axes = node.Numbers(1, "axes") is { } given ? [.. given.Select(a => node.Axis(a, shape.Length))] : [.. Enumerable.Range(0, shape.Length).Where(d => shape[d] == 1)];
        if (Array.Exists(axes, a => shape[a] != 1)) throw node.Refuse($"[{string.Join(',', shape)}] has more than one element along [{string.Join(',', axes)}]");
        return [.. shape.Where((_, d) => !axes.Contains(d))];
    }

    /// <summary>Dimensions of what Unsqueeze makes.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="shape">Dimensions of its input.</param>
    /// <returns>The dimensions.</returns>
    internal static int[] Unsqueezed(OnnxNode node, int[] shape)
    {
        int[] given = node.Numbers(1, "axes") ?? throw node.Refuse("its axes are missing");
        int rank = shape.Length + given.Length;
        if (rank > 8) throw node.Refuse($"a result of {rank} dimensions is not supported");
        int[] axes = [.. given.Select(a => node.Axis(a, rank))];
        if (axes.Distinct().Count() != axes.Length) throw node.Refuse($"[{string.Join(',', given)}] names a dimension twice");
        Queue<int> rest = new(shape);
        return [.. Enumerable.Range(0, rank).Select(d => axes.Contains(d) ? 1 : rest.Dequeue())];
    }

    /// <summary>Dimensions of what Reshape makes.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="wanted">The shape as the file has it.</param>
    /// <param name="shape">Dimensions of its input.</param>
    /// <returns>The dimensions.</returns>
    internal static int[] Resolve(OnnxNode node, int[] wanted, int[] shape)
    {
        bool keepsZero = node.Int("allowzero") != 0;
        int[] result = [.. wanted.Select((n, d) => n != 0 || keepsZero ? n : d < shape.Length ? shape[d] : throw node.Refuse($"[{string.Join(',', wanted)}] keeps a dimension that the input does not have"))];
        if (result.Length > 8) throw node.Refuse($"a result of {result.Length} dimensions is not supported");
        long count = Product(shape), known = result.Where(n => n != -1).Aggregate(1L, (a, b) => Math.Min(a * Math.Clamp(b, -1L, int.MaxValue), 1L << 40));
        int open = Array.IndexOf(result, -1);
        if (open >= 0 && known > 0) result[open] = (int)(count / known);
        bool fits = known > 0 && !Array.Exists(result, n => n < 0) && known * (open >= 0 ? result[open] : 1) == count;
        return fits || (known == 0 && count == 0) ? result : throw node.Refuse($"[{string.Join(',', shape)}] cannot become [{string.Join(',', wanted)}]");
    }

    /// <summary>Product of dimensions.</summary>
    /// <param name="shape">The dimensions.</param>
    /// <returns>The number of elements.</returns>
    internal static int Product(IEnumerable<int> shape) => shape.Aggregate(1, (a, b) => a * b);

    /// <summary>Gives a value other dimensions; where its tensor has another order, that waits until an operator needs them.</summary>
    private static OnnxActivation Apply(OnnxNode node, OnnxActivation value, int[] shape)
    {
        if (shape.SequenceEqual(value.Shape) || value.IsReshaped || !value.IsInOrder) return value with { Shape = shape };
        return new OnnxActivation(node.Builder.Reshape(value.Tensor, shape, node.Label, node.OutputName()));
    }
}
