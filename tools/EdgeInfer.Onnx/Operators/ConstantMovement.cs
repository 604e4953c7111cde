using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Moves elements of constants.</summary>
internal static class ConstantMovement
{
    /// <summary>Puts dimensions into another order.</summary>
    /// <param name="constant">The constant.</param>
    /// <param name="permutation">For every dimension of the result, the constant's dimension that it is.</param>
    /// <returns>The result.</returns>
    public static OnnxConstant Transpose(OnnxConstant constant, int[] permutation)
    {
        int[] shape = [.. permutation.Select(d => constant.Shape[d])];
        int[] strides = Strides(constant.Shape);
        double[] values = new double[constant.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int rest = i, source = 0;
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                source += rest % shape[d] * strides[permutation[d]];
                rest /= shape[d];
            }

            values[i] = constant.Values[source];
        }

        return constant with { Shape = shape, Values = values, Quantization = constant.Quantization is { IsPerChannel: true } q ? q with { Axis = Array.IndexOf(permutation, q.Axis) } : constant.Quantization };
    }

    /// <summary>Repeats a constant along its dimensions of one element.</summary>
    /// <param name="node">The operator that asks for it.</param>
    /// <param name="constant">The constant.</param>
    /// <param name="shape">Dimensions of the result, to which the constant's can be broadcast.</param>
    /// <returns>The result.</returns>
    public static OnnxConstant Expand(OnnxNode node, OnnxConstant constant, int[] shape)
    {
        if (constant.Shape.SequenceEqual(shape)) return constant;

        node.Builder.Charge(shape);
        int[] strides = Strides(constant.Shape);
        double[] values = new double[Shapes.Product(shape)];
        for (int i = 0; i < values.Length; i++)
        {
            int rest = i, source = 0;
            for (int d = shape.Length - 1, s = constant.Shape.Length - 1; d >= 0; d--, s--)
            {
                if (s >= 0 && constant.Shape[s] != 1) source += rest % shape[d] * strides[s];
                rest /= shape[d];
            }

            values[i] = constant.Values[source];
        }

        return new OnnxConstant(constant.Type, shape, values);
    }

    /// <summary>Repeats a constant as a whole along its dimensions.</summary>
    /// <param name="node">The operator that asks for it.</param>
    /// <param name="constant">The constant.</param>
    /// <param name="repeats">How often along every dimension.</param>
    /// <returns>The result.</returns>
    public static OnnxConstant Tile(OnnxNode node, OnnxConstant constant, int[] repeats)
    {
        int rank = constant.Shape.Length;
        if (repeats.Length != rank || Array.Exists(repeats, r => r is < 1 or > OnnxConstant.MaximumElements)) throw node.Refuse($"repetitions [{string.Join(',', repeats)}] of [{string.Join(',', constant.Shape)}] are not possible");

        // [a, b] repeated [m, n] times is [1, a, 1, b] expanded to [m, a, n, b].
        int[] apart = [.. constant.Shape.SelectMany(n => new[] { 1, n })], whole = [.. constant.Shape.SelectMany((n, d) => new[] { repeats[d], n })];
        OnnxConstant expanded = Expand(node, new OnnxConstant(constant.Type, apart, constant.Values), whole);
        return expanded with { Shape = [.. constant.Shape.Select((n, d) => n * repeats[d])] };
    }

    /// <summary>The shape to which two shapes are broadcast.</summary>
    /// <param name="node">The operator that asks for it.</param>
    /// <param name="a">A shape.</param>
    /// <param name="b">Another one.</param>
    /// <returns>The larger of each pair of dimensions, counted from the last.</returns>
    public static int[] Broadcast(OnnxNode node, int[] a, int[] b)
    {
        int[] shape = new int[Math.Max(a.Length, b.Length)];
        for (int d = 1; d <= shape.Length; d++)
        {
            int x = d <= a.Length ? a[^d] : 1, y = d <= b.Length ? b[^d] : 1;
            if ((x != y && x != 1 && y != 1) || x < 0 || y < 0) throw node.Refuse($"[{string.Join(',', a)}] and [{string.Join(',', b)}] cannot be broadcast to each other");
            shape[^d] = x == 1 ? y : x;
        }

        return shape;
    }

    /// <summary>Elements from one index to the next along every dimension.</summary>
    /// <param name="shape">The dimensions.</param>
    /// <returns>One stride a dimension.</returns>
    public static int[] Strides(int[] shape)
    {
        int[] strides = new int[shape.Length];
        for (int d = shape.Length - 1, stride = 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= shape[d];
        }

        return strides;
    }
}
