using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>REVERSE_V2: input, dimensions.</summary>
internal static class Reverse
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor input = op.Input(0);
        int rank = input.Shape.Length;
        return new Converter.Operators.Reverse(input, [.. op.ConstantInts(1).Select(axis => TfliteAxis.Resolve(axis, rank))], op.Output(0));
    }
}
