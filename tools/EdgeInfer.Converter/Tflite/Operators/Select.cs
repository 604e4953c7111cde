using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>SELECT and SELECT_V2: condition, what it chooses where it is true, and where it is not.</summary>
internal static class Select
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => new Converter.Operators.Select(op.Input(1), op.Input(2), op.Input(0), op.Output(0));
}
