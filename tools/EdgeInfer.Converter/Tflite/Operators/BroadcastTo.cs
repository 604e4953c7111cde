using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>BROADCAST_TO: input, shape. FILL: shape, value, which is broadcast from a scalar.</summary>
internal static class BroadcastTo
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => new Converter.Operators.BroadcastTo(op.Input(0), op.Output(0, op.ConstantInts(1)));

    /// <summary>Imports FILL.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportFill(TfliteOperator op) => new Converter.Operators.BroadcastTo(op.Input(1), op.Output(0, op.ConstantInts(0)));
}
