using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Operators whose every element is one of the input, each dimension for itself, by indexes that are known at import.</summary>
internal static class Selection
{
    /// <summary>Imports Gather: data, constant indexes; attribute axis.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportGather(OnnxNode node)
    {
        if (node.Input(0).Activation is null) throw node.Refuse("it looks up rows of constants, as an embedding does, by indexes that are computed", "Look the rows up before the model, and let it begin with what they hold");
        OnnxActivation value = node.Shaped(node.Activation(0));
        OnnxConstant constant = node.Constant(1);
        int axis = node.Axis(node.Int("axis"), value.Rank), length = value.Shape[axis];
        int[] indices = Array.ConvertAll(constant.Ints, i => i < 0 ? i + length : i);
        if (indices.Length == 0 || Array.Exists(indices, i => i < 0 || i >= length)) throw node.Refuse($"indexes [{string.Join(',', constant.Ints)}] are not in the {length} elements of dimension {axis}");
        if (constant.Shape.Length <= 1)
        {
            int[]?[] maps = new int[]?[value.Rank];
            maps[axis] = indices;
            OnnxActivation taken = Take(node, value, maps);
            node.Return(constant.Shape.Length == 1 ? taken : taken with { Shape = [.. value.Shape.Where((_, d) => d != axis)] });
            return;
        }

        // The axis becomes several.
        GraphTensor input = node.InOrder(value);
        int[] shape = [.. value.Shape.Take(axis), .. constant.Shape, .. value.Shape.Skip(axis + 1)];
        if (shape.Length > 8) throw node.Refuse($"a result of {shape.Length} dimensions is not supported");
        GraphTensor output = node.NewOutput(shape);
        node.Add(new Gather(input, axis, 1, indices, output));
        node.Return(new OnnxActivation(output));
    }

    /// <summary>Imports Expand: data, constant shape.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportExpand(OnnxNode node)
    {
        OnnxActivation value = node.Shaped(node.Activation(0));
        int[] wanted = node.Constant(1).Ints;
        int rank = Math.Max(wanted.Length, value.Rank);
        if (rank > 8) throw node.Refuse($"a result of {rank} dimensions is not supported");
        int[] target = ConstantMovement.Broadcast(node, value.Shape, wanted);
        int[] order = rank == value.Rank ? value.Order : OnnxGraphBuilder.Identity(rank), stored = new int[rank];
        for (int d = 0; d < rank; d++) stored[order[d]] = target[d];
        GraphTensor input = rank == value.Rank ? value.Tensor : node.InOrder(value), output = node.NewOutput(stored);
        node.Add(new BroadcastTo(input, output));
        node.Return(new OnnxActivation(output, order));
    }

    /// <summary>Imports Tile: data, constant repetitions.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportTile(OnnxNode node)
    {
        OnnxActivation value = node.Shaped(node.Activation(0));
        int[] repeats = node.Constant(1).Ints, multiples = new int[value.Rank];
        if (repeats.Length != value.Rank || Array.Exists(repeats, r => r is < 1 or > 1 << 20)) throw node.Refuse($"repetitions [{string.Join(',', repeats)}] of [{string.Join(',', value.Shape)}] are not possible");
        for (int d = 0; d < value.Rank; d++) multiples[value.Order[d]] = repeats[d];
        GraphTensor output = node.NewOutput(Multiplied(node, value.Tensor.Shape, multiples));
        node.Add(new Tile(value.Tensor, multiples, output));
        node.Return(new OnnxActivation(output, value.Order));
    }

    /// <summary>Takes elements along dimensions, one after the other.</summary>
    /// <param name="node">The operator that asks for it.</param>
    /// <param name="value">The input.</param>
    /// <param name="maps">For every dimension in the order of ONNX, the index that each of the result is; null for all.</param>
    /// <returns>The result, which has the operator's name.</returns>
    public static OnnxActivation Take(OnnxNode node, OnnxActivation value, int[]?[] maps)
    {
        int[] moved = [.. Enumerable.Range(0, value.Rank).Where(d => maps[d] is { } map && !map.SequenceEqual(Enumerable.Range(0, value.Shape[d])))];
        GraphTensor tensor = value.Tensor;
        for (int i = 0; i < moved.Length; i++)
        {
            int stored = value.Order[moved[i]];
            int[] map = maps[moved[i]]!, shape = [.. tensor.Shape];
            shape[stored] = map.Length;
            GraphTensor output = i == moved.Length - 1 ? node.NewOutput(shape) : node.NewPart($"dimension {moved[i]}", shape);
            node.Add(Step(map) is { } step ? SliceOf(tensor, stored, map, step, output) : new Gather(tensor, stored, 1, map, output));
            tensor = output;
        }

        return new OnnxActivation(tensor, value.Order);
    }

    /// <summary>Equal steps make a slice of it, which may lie where its input lies.</summary>
    private static int? Step(int[] map)
    {
        int step = map.Length > 1 ? map[1] - map[0] : 1;
        return step != 0 && map.Select((index, i) => index == map[0] + (i * step)).All(same => same) ? step : null;
    }

    private static Slice SliceOf(GraphTensor input, int axis, int[] map, int step, GraphTensor output) => new(
        input, [.. input.Shape.Select((_, d) => d == axis ? map[0] : 0)], output.Shape, [.. input.Shape.Select((_, d) => d == axis ? step : 1)], output);

    private static int[] Multiplied(OnnxNode node, int[] shape, int[] multiples)
    {
        long[] result = [.. shape.Select((n, d) => (long)n * multiples[d])];
        return Array.TrueForAll(result, n => n <= OnnxConstant.MaximumElements) ? Array.ConvertAll(result, n => (int)n) : throw node.Refuse("its result has more elements than any device could hold");
    }
}
