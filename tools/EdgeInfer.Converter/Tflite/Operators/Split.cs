using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>SPLIT: axis, input; option the number of parts. SPLIT_V: input, sizes, axis.</summary>
internal static class Split
{
    private const int NumberOfParts = 0;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor input = op.Input(1);
        int axis = Axis(op, 0, input);
        int parts = op.Options.Int32(NumberOfParts);
        if (parts != op.OutputCount || parts < 1) throw op.Refuse($"it has {op.OutputCount} outputs for {parts} parts", code: ErrorCode.Demand);
        return Import(op, input, axis, Enumerable.Repeat(input.Shape[axis] / parts, parts));
    }

    /// <summary>Imports SPLIT_V.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportSizes(TfliteOperator op)
    {
        GraphTensor input = op.Input(0);
        int axis = Axis(op, 2, input);
        int[] sizes = op.ConstantInts(1);
        if (sizes.Length != op.OutputCount) throw op.Refuse($"it has {op.OutputCount} outputs for {sizes.Length} sizes", code: ErrorCode.Demand);
        if (sizes.Count(n => n == -1) > 1) throw op.Refuse($"its sizes [{string.Join(',', sizes)}] leave more than one open", code: ErrorCode.Demand);

        long rest = input.Shape[axis] - sizes.Where(n => n != -1).Sum(n => (long)n);
        return Import(op, input, axis, sizes.Select(n => n == -1 ? (int)Math.Clamp(rest, -1, int.MaxValue) : n));
    }

    private static int Axis(TfliteOperator op, int position, GraphTensor input)
    {
        int rank = input.Shape.Length, axis = TfliteAxis.Read(op, position, rank);
        return axis >= 0 && axis < rank ? axis : throw op.Refuse($"there is no dimension {axis} in a tensor of {rank}", code: ErrorCode.Demand);
    }

    private static Converter.Operators.Split Import(TfliteOperator op, GraphTensor input, int axis, IEnumerable<int> lengths) =>
        new(input, axis, [.. lengths.Select((length, i) => op.Output(i, input.Shape.Select((n, d) => d == axis ? length : n)))]);
}
