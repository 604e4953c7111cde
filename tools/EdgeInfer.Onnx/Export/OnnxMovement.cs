using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Onnx.Export;

/// <summary>Writes operators that only move elements.</summary>
internal static class OnnxMovement
{
    /// <summary>Writes an operator, if it is one of these.</summary>
    /// <param name="writer">Receives nodes.</param>
    /// <param name="op">The operator.</param>
    /// <param name="inputs">Names of its operands.</param>
    /// <param name="results">Names of its results.</param>
    /// <returns>Whether it was written.</returns>
    public static bool TryWrite(OnnxModelWriter writer, Operator op, string[] inputs, string[] results)
    {
        string input = inputs[0], result = results[0];
        switch (op)
        {
            case Split split:
                writer.Node("Split", [input, writer.Longs("split", op.Outputs.Select(o => o.Shape[split.Axis]))], results, Int("axis", split.Axis));
                return true;
            case Unstack unstack:
                string[] parts = [.. results.Select(o => writer.Unique($"{o} part"))];
                writer.Node("Split", [input, writer.Longs("split", op.Outputs.Select(_ => 1))], parts, Int("axis", unstack.Axis));
                for (int i = 0; i < parts.Length; i++) writer.Node("Squeeze", [parts[i], writer.Longs("axes", unstack.Axis)], results[i]);
                return true;
            case Concatenation concatenation:
                writer.Node("Concat", inputs, result, Int("axis", concatenation.Axis));
                return true;
            case Stack stack:
                string axis = writer.Longs("axis", stack.Axis);
                writer.Node("Concat", [.. inputs.Select(i => writer.Node("Unsqueeze", [i, axis], writer.Unique($"{i} unsqueezed")))], result, Int("axis", stack.Axis));
                return true;
            case Slice slice:
                WriteSlice(writer, slice, input, result);
                return true;
            case Pad pad:
                string fill = writer.Floats("fill", [BitConverter.Int32BitsToSingle(pad.Value)]);
                writer.Node("Pad", [input, writer.Longs("pads", pad.Before.Concat(pad.After)), fill], result);
                return true;
            case Reshape:
                View(writer, input, op.Output.Shape, result);
                return true;
            case Transpose transpose:
                writer.Node("Transpose", inputs, result, Ints("perm", transpose.Permutation));
                return true;
            case Rearrangement rearrangement:
                WriteRearrangement(writer, rearrangement, input, result);
                return true;
            case DepthToSpace or SpaceToDepth:
                WriteBlocks(writer, op, input, result);
                return true;
            case SpaceToBatch blocks:
                WriteToBatch(writer, blocks, input, result);
                return true;
            case BatchToSpace blocks:
                WriteFromBatch(writer, blocks, input, result);
                return true;
            default:
                return false;
        }
    }

    private static void WriteSlice(OnnxModelWriter writer, Slice slice, string input, string result)
    {
        string sliced = slice.Output.Shape.Length == slice.Sizes.Count ? result : writer.Unique($"{result} slice");
        IEnumerable<int> ends = slice.Begin.Select((b, d) => Math.Max(int.MinValue + 1, End(b, slice.Sizes[d], slice.Strides[d])));
        writer.Node(
            "Slice", [input, writer.Longs("starts", slice.Begin), writer.Longs("ends", ends), writer.Longs("axes", slice.Begin.Select((_, d) => d)), writer.Longs("steps", slice.Strides)], sliced);
        if (sliced != result) View(writer, sliced, slice.Output.Shape, result);
    }

    private static int End(int begin, int size, int stride)
    {
        int end = begin + (size * stride);
        return stride < 0 && end < 0 ? int.MinValue + 1 : end;
    }

    /// <summary>One Gather a dimension says exactly which element goes where, whatever the formula was from which that follows.</summary>
    private static void WriteRearrangement(OnnxModelWriter writer, Rearrangement op, string input, string result)
    {
        string current = View(writer, input, op.SourceShape, writer.Unique($"{input} viewed"));
        for (int d = 0; d < op.Maps.Count; d++)
        {
            int[] map = op.Maps[d];
            if (map.Length == op.SourceShape[d] && map.SequenceEqual(Enumerable.Range(0, map.Length))) continue;
            current = writer.Node("Gather", [current, writer.Longs("indices", map)], writer.Unique($"{result} dimension {d}"), Int("axis", d));
        }

        View(writer, current, op.Output.Shape, result);
    }

    private static void WriteBlocks(OnnxModelWriter writer, Operator op, string input, string result)
    {
        bool toDepth = op is SpaceToDepth;
        int block = op is SpaceToDepth deep ? deep.Block : ((DepthToSpace)op).Block;
        int[] wide = toDepth ? op.Input.Shape : op.Output.Shape;
        int rows = wide[1] / block, columns = wide[2] / block;
        int[] shape = toDepth ? [wide[0], rows, block, columns, block, wide[3]] : [wide[0], rows, columns, block, block, wide[3]];
        Permute(writer, input, shape, [0, 1, 3, 2, 4, 5], op.Output.Shape, result);
    }

    private static void WriteToBatch(OnnxModelWriter writer, SpaceToBatch op, string input, string result)
    {
        int[] x = op.Input.Shape;
        int n = op.Block.Count;
        IEnumerable<int> rest = Enumerable.Repeat(0, x.Length - n - 1);
        string padded = writer.Node("Pad", [input, writer.Longs("pads", (IEnumerable<int>)[0, .. op.Before, .. rest, 0, .. op.After, .. rest])], writer.Unique($"{result} padded"));
        int[] shape = [x[0], .. op.Block.SelectMany((b, d) => (int[])[(x[d + 1] + op.Before[d] + op.After[d]) / b, b]), .. x.Skip(n + 1)];
        int[] order = [.. op.Block.Select((_, d) => (2 * d) + 2), 0, .. op.Block.Select((_, d) => (2 * d) + 1), .. rest.Select((_, d) => (2 * n) + 1 + d)];
        Permute(writer, padded, shape, order, op.Output.Shape, result);
    }

    private static void WriteFromBatch(OnnxModelWriter writer, BatchToSpace op, string input, string result)
    {
        int[] x = op.Input.Shape, y = op.Output.Shape;
        int n = op.Block.Count;
        int[] shape = [.. op.Block, y[0], .. x.Skip(1)];
        int[] order = [n, .. op.Block.SelectMany((_, d) => (int[])[n + 1 + d, d]), .. x.Skip(n + 1).Select((_, d) => (2 * n) + 1 + d)];
        string whole = Permute(writer, input, shape, order, [y[0], .. op.Block.Select((b, d) => b * x[d + 1]), .. x.Skip(n + 1)], writer.Unique($"{result} whole"));
        int[] axes = [.. op.Block.Select((_, d) => d + 1)];
        writer.Node("Slice", [whole, writer.Longs("starts", op.Before), writer.Longs("ends", axes.Select((a, d) => op.Before[d] + y[a])), writer.Longs("axes", axes)], result);
    }

    private static string Permute(OnnxModelWriter writer, string input, int[] shape, int[] order, int[] target, string result)
    {
        string view = View(writer, input, shape, writer.Unique($"{input} viewed"));
        string moved = writer.Node("Transpose", [view], writer.Unique($"{result} moved"), Ints("perm", order));
        return View(writer, moved, target, result);
    }

    private static string View(OnnxModelWriter writer, string input, IEnumerable<int> shape, string result) =>
        writer.Node("Reshape", [input, writer.Longs("shape", shape)], result);
}
