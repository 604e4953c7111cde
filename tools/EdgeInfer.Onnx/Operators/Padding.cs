using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Pad: pads, value and axes, attributes before opset 11 and operands since; attribute mode. Where a pad is negative, elements are cut off.</summary>
internal static class Padding
{
    private const int Longest = 1 << 20;

    /// <summary>Imports the operator.</summary>
    /// <param name="node">The operator.</param>
    public static void Import(OnnxNode node)
    {
        OnnxActivation value = node.Shaped(node.Activation(0));
        int[] pads = node.Numbers(1, "pads") ?? throw node.Refuse("its pads are missing");
        int[] axes = node.HasInput(3) ? node.Constant(3).Ints : OnnxGraphBuilder.Identity(value.Rank);
        if (pads.Length != 2 * axes.Length || Array.Exists(pads, p => p is < -Longest or > Longest)) throw node.Refuse($"pads [{string.Join(',', pads)}] are not supported, two a dimension are");

        int[] before = new int[value.Rank], after = new int[value.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = node.Axis(axes[i], value.Rank);
            before[axis] = pads[i];
            after[axis] = pads[axes.Length + i];
            if (value.Shape[axis] + Math.Min(before[axis], 0) + Math.Min(after[axis], 0) < 1) throw node.Refuse($"nothing is left of dimension {axis}");
        }

        string mode = node.Text("mode", "constant");
        if (mode == "constant") Constant(node, value, before, after);
        else Selected(node, value, before, after, mode);
    }

    private static void Constant(OnnxNode node, OnnxActivation value, int[] before, int[] after)
    {
        float fill = node.HasInput(2) ? (float)node.Constant(2).Values.FirstOrDefault() : node.Float("value", 0);
        if (!float.IsFinite(fill)) throw node.Refuse($"padding with {fill} is not supported", "Pad with a number that occurs");
        if (before.Concat(after).Any(p => p < 0))
        {
            value = Selection.Take(node, value, [.. value.Shape.Select((n, d) => Enumerable.Range(Math.Max(0, -before[d]), n + Math.Min(0, before[d]) + Math.Min(0, after[d])).ToArray())]);
            (before, after) = (Array.ConvertAll(before, p => Math.Max(p, 0)), Array.ConvertAll(after, p => Math.Max(p, 0)));
            if (before.Concat(after).All(p => p == 0))
            {
                node.Return(value);
                return;
            }
        }

        int[] head = new int[value.Rank], tail = new int[value.Rank], shape = [.. value.Tensor.Shape];
        for (int d = 0; d < value.Rank; d++)
        {
            int stored = value.Order[d];
            (head[stored], tail[stored]) = (before[d], after[d]);
            shape[stored] += before[d] + after[d];
        }

        GraphTensor output = node.NewOutput(shape);
        node.Add(new Pad(value.Tensor, head, tail, output, fill == 0 ? null : BitConverter.SingleToInt32Bits(fill)));
        node.Return(new OnnxActivation(output, value.Order));
    }

    /// <summary>What the border shows is an element of the image.</summary>
    private static void Selected(OnnxNode node, OnnxActivation value, int[] before, int[] after, string mode)
    {
        Func<int, int, int> index = mode switch
        {
            "reflect" => Reflected,
            "edge" => (i, n) => Math.Clamp(i, 0, n - 1),
            "wrap" => (i, n) => ((i % n) + n) % n,
            _ => throw node.Refuse($"padding by '{mode}' is not supported", "Pad by constant, reflect, edge or wrap"),
        };
        node.Return(Selection.Take(node, value, [.. value.Shape.Select((n, d) => Enumerable.Range(-before[d], before[d] + n + after[d]).Select(i => index(i, n)).ToArray())]));
    }

    private static int Reflected(int index, int length)
    {
        if (length == 1) return 0;
        int period = 2 * (length - 1), place = ((index % period) + period) % period;
        return place < length ? place : period - place;
    }
}
