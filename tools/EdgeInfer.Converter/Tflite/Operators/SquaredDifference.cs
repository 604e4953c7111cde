using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>SQUARED_DIFFERENCE: two operands, no options.</summary>
internal static class SquaredDifference
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => new Converter.Operators.SquaredDifference(op.Input(0), op.Input(1), op.Output(0));
}
