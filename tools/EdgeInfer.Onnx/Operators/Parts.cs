using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Operators that join, cut, pad and average along dimensions, whichever place those have in memory.</summary>
internal static class Parts
{
    /// <summary>Imports Concat: attribute axis.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportConcat(OnnxNode node)
    {
        OnnxValue[] inputs = [.. Enumerable.Range(0, node.InputCount).Select(node.Input)];
        OnnxActivation first = node.Shaped(node.Activation(Array.FindIndex(inputs, i => i.Activation is not null)));
        int rank = first.Rank, axis = node.Axis(node.Int("axis"), rank);
        GraphTensor[] tensors = new GraphTensor[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            int[] shape = inputs[i].Activation?.Shape ?? inputs[i].Constant!.Shape;
            bool fits = shape.Length == rank && shape.Where((_, d) => d != axis).SequenceEqual(first.Shape.Where((_, d) => d != axis));
            if (!fits) throw node.Refuse($"[{string.Join(',', shape)}] does not fit [{string.Join(',', first.Shape)}] along dimension {axis}");
            tensors[i] = inputs[i].Constant is { } constant ? Constant(node, constant, first, i) : node.Builder.InOrder(node.Activation(i), first.Order, node.Label);
        }

        int stored = first.Order[axis];
        int[] result = [.. first.Tensor.Shape];
        result[stored] = tensors.Sum(t => t.Shape[stored]);
        GraphTensor output = node.NewOutput(result);
        node.Add(new Concatenation(tensors, stored, output, FusedActivation.None));
        node.Return(new OnnxActivation(output, first.Order));
    }

    /// <summary>Imports Split: input, sizes; attributes axis, split, num_outputs.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportSplit(OnnxNode node)
    {
        OnnxActivation value = node.Shaped(node.Activation(0));
        int axis = node.Axis(node.Int("axis"), value.Rank), length = value.Shape[axis], count = node.OutputCount;
        int even = (length + count - 1) / count;
        int[] sizes = node.Numbers(1, "split") ?? [.. Enumerable.Range(0, count).Select(i => Math.Min(even, length - (i * even)))];
        if (sizes.Length != count || Array.Exists(sizes, s => s < 1) || sizes.Sum(s => (long)s) != length) throw node.Refuse($"parts of [{string.Join(',', sizes)}] do not make {length} elements");

        int stored = value.Order[axis];
        GraphTensor[] outputs = new GraphTensor[count];
        for (int i = 0; i < count; i++)
        {
            int[] shape = [.. value.Tensor.Shape];
            shape[stored] = sizes[i];
            outputs[i] = node.NewOutput(shape, i);
        }

        node.Add(new Split(value.Tensor, stored, outputs));
        for (int i = 0; i < count; i++) node.Return(new OnnxActivation(outputs[i], value.Order), i);
    }

    /// <summary>Imports Slice: starts, ends, axes and steps, attributes before opset 10 and operands since.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportSlice(OnnxNode node)
    {
        OnnxActivation value = node.Shaped(node.Activation(0));
        SliceRange[] ranges = Ranges(node, value.Shape);
        int[] begin = new int[value.Rank], sizes = new int[value.Rank], strides = new int[value.Rank];
        for (int d = 0; d < value.Rank; d++)
        {
            if (ranges[d].Count == 0) throw node.Refuse("it takes no element");
            (begin[value.Order[d]], sizes[value.Order[d]], strides[value.Order[d]]) = (ranges[d].Start, ranges[d].Count, ranges[d].Step);
        }

        GraphTensor output = node.NewOutput(sizes);
        node.Add(new Slice(value.Tensor, begin, sizes, strides, output));
        node.Return(new OnnxActivation(output, value.Order));
    }

    /// <summary>The elements that a Slice takes.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="shape">Dimensions of its input.</param>
    /// <returns>One range a dimension.</returns>
    internal static SliceRange[] Ranges(OnnxNode node, int[] shape)
    {
        int[] starts = node.Numbers(1, "starts") ?? throw node.Refuse("its starts are missing");
        int[] ends = node.Numbers(2, "ends") ?? throw node.Refuse("its ends are missing");
        int[] axes = node.Numbers(3, "axes") ?? [.. Enumerable.Range(0, starts.Length)];
        int[] steps = node.HasInput(4) ? node.Constant(4).Ints : [.. starts.Select(_ => 1)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || steps.Contains(0)) throw node.Refuse("its starts, ends, axes and steps do not belong together");

        SliceRange[] ranges = [.. shape.Select(n => new SliceRange(0, n, 1))];
        for (int i = 0; i < starts.Length; i++)
        {
            int d = node.Axis(axes[i], shape.Length);
            long n = shape[d], step = steps[i];
            long start = starts[i] < 0 ? starts[i] + n : starts[i], end = ends[i] < 0 ? ends[i] + n : ends[i];
            (start, end) = step > 0 ? (Math.Clamp(start, 0, n), Math.Clamp(end, 0, n)) : (Math.Clamp(start, -1, n - 1), ends[i] <= int.MinValue + 1 ? -1 : Math.Clamp(end, -1, n - 1));
            long count = Math.Max(0, step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step);
            ranges[d] = new SliceRange((int)start, (int)count, (int)step);
        }

        return ranges;
    }

    /// <summary>Imports Pad with zeros: pads, value and axes, attributes before opset 11 and operands since.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportPad(OnnxNode node)
    {
        OnnxActivation value = node.Shaped(node.Activation(0));
        if (node.Text("mode", "constant") != "constant") throw node.Refuse($"padding by '{node.Text("mode", "")}' is not supported", "Pad with zeros");
        double fill = node.HasInput(2) ? node.Constant(2).Values.FirstOrDefault() : node.Float("value", 0);
        if (fill != 0) throw node.Refuse($"padding with {fill} is not supported", "Pad with zeros");

        int[] pads = node.Numbers(1, "pads") ?? throw node.Refuse("its pads are missing");
        int[] axes = node.HasInput(3) ? node.Constant(3).Ints : [.. Enumerable.Range(0, value.Rank)];
        if (pads.Length != 2 * axes.Length || Array.Exists(pads, p => p is < 0 or > 1 << 20)) throw node.Refuse($"pads [{string.Join(',', pads)}] are not supported, they must not be negative");

        int[] before = new int[value.Rank], after = new int[value.Rank], shape = [.. value.Tensor.Shape];
        for (int i = 0; i < axes.Length; i++)
        {
            int stored = value.Order[node.Axis(axes[i], value.Rank)];
            before[stored] = pads[i];
            after[stored] = pads[axes.Length + i];
            shape[stored] += before[stored] + after[stored];
        }

        GraphTensor output = node.NewOutput(shape);
        node.Add(new Pad(value.Tensor, before, after, output));
        node.Return(new OnnxActivation(output, value.Order));
    }

    /// <summary>Imports ReduceMean: axes, an attribute before opset 18 and an operand since; attribute keepdims.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportMean(OnnxNode node)
    {
        OnnxActivation value = node.Shaped(node.Activation(0));
        int[]? given = node.Numbers(1, "axes");
        if (given is null or { Length: 0 } && node.Int("noop_with_empty_axes") != 0)
        {
            node.Return(value);
            return;
        }

        int[] axes = [.. (given is { Length: > 0 } ? given : [.. Enumerable.Range(0, value.Rank)]).Select(a => node.Axis(a, value.Rank)).Distinct()];
        int[] stored = [.. axes.Select(a => value.Order[a]).Order()];
        GraphTensor output = node.NewOutput([.. value.Tensor.Shape.Select((n, d) => stored.Contains(d) ? 1 : n)]);
        node.Add(new Mean(value.Tensor, stored, output));
        if (node.Int("keepdims", 1) != 0)
        {
            node.Return(new OnnxActivation(output, value.Order));
            return;
        }

        int[] left = [.. value.Order.Where((_, d) => !axes.Contains(d))];
        GraphTensor reshaped = node.Builder.Reshape(output, [.. output.Shape.Where((_, d) => !stored.Contains(d))], node.Label);
        node.Return(new OnnxActivation(reshaped, [.. left.Select(d => left.Count(other => other < d))]));
    }

    private static GraphTensor Constant(OnnxNode node, OnnxConstant constant, OnnxActivation like, int position)
    {
        int[] source = new int[like.Rank];
        for (int d = 0; d < like.Rank; d++) source[like.Order[d]] = d;
        OnnxConstant ordered = ConstantMovement.Transpose(constant, source);
        return node.Builder.NewConstant($"{node.OutputName()} constant {position}", ordered.Shape, ordered.Floats);
    }

    /// <summary>Elements along a dimension.</summary>
    /// <param name="Start">The first one.</param>
    /// <param name="Count">Number of elements.</param>
    /// <param name="Step">From one to the next, negative to go backwards.</param>
    internal readonly record struct SliceRange(int Start, int Count, int Step);
}
