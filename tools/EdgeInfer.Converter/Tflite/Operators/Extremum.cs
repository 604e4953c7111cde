using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>MAXIMUM and MINIMUM: two operands, no options.</summary>
internal static class Extremum
{
    /// <summary>Imports MAXIMUM.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportMaximum(TfliteOperator op) => new Converter.Operators.Extremum(op.Input(0), op.Input(1), op.Output(0), largest: true);

    /// <summary>Imports MINIMUM.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportMinimum(TfliteOperator op) => new Converter.Operators.Extremum(op.Input(0), op.Input(1), op.Output(0), largest: false);
}
