using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>SLICE: input, first indexes, sizes (-1: to the end).</summary>
internal static class Slice
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor input = op.Input(0);
        int[] begin = op.ConstantInts(1), sizes = op.ConstantInts(2);
        int rank = input.Shape.Length;
        if (begin.Length != rank || sizes.Length != rank) throw op.Refuse($"it has {begin.Length} first indexes and {sizes.Length} sizes for {rank} dimensions");

        int[] lengths = [.. sizes.Select((size, d) => size == -1 ? input.Shape[d] - begin[d] : size)];
        return new Converter.Operators.Slice(input, begin, lengths, [.. sizes.Select(_ => 1)], op.Output(0, lengths));
    }
}
