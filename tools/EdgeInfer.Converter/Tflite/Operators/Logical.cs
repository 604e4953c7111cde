using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>LOGICAL_AND, LOGICAL_OR: two operands, no options. LOGICAL_NOT: one.</summary>
internal static class Logical
{
    /// <summary>Imports LOGICAL_AND.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportAnd(TfliteOperator op) => new Converter.Operators.Logical(op.Input(0), op.Input(1), op.Output(0), both: true);

    /// <summary>Imports LOGICAL_OR.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportOr(TfliteOperator op) => new Converter.Operators.Logical(op.Input(0), op.Input(1), op.Output(0), both: false);

    /// <summary>Imports LOGICAL_NOT.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportNot(TfliteOperator op) => new LogicalNot(op.Input(0), op.Output(0));
}
