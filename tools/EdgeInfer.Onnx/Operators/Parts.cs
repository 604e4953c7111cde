using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Operators that join and cut along dimensions, whichever place those have in memory.</summary>
internal static class Parts
{
    /// <summary>Imports Concat: attribute axis.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportConcat(OnnxNode node)
    {
        OnnxValue[] inputs = [.. Enumerable.Range(0, node.InputCount).Select(node.Input)];
        OnnxActivation first = node.Shaped(node.Activation(Math.Max(0, Array.FindIndex(inputs, i => i.Activation is not null))));
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
        int axis = node.Axis(node.Int("axis"), value.Rank);
        int[] sizes = Sizes(node, value.Shape[axis]);
        int stored = value.Order[axis];
        GraphTensor[] outputs = new GraphTensor[sizes.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            int[] shape = [.. value.Tensor.Shape];
            shape[stored] = sizes[i];
            outputs[i] = node.NewOutput(shape, i);
        }

        node.Add(new Split(value.Tensor, stored, outputs));
        for (int i = 0; i < outputs.Length; i++) node.Return(new OnnxActivation(outputs[i], value.Order), i);
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

    /// <summary>How many elements every result of a Split takes.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="length">Elements of its input along the dimension.</param>
    /// <returns>One size a result.</returns>
    internal static int[] Sizes(OnnxNode node, int length)
    {
        int count = node.OutputCount, even = (length + count - 1) / count;
        int[] sizes = node.Numbers(1, "split") ?? [.. Enumerable.Range(0, count).Select(i => Math.Min(even, length - (i * even)))];
        return sizes.Length == count && Array.TrueForAll(sizes, s => s >= 1) && sizes.Sum(s => (long)s) == length ? sizes : throw node.Refuse($"parts of [{string.Join(',', sizes)}] do not make {length} elements");
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
