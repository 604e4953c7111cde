using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>LOG_SOFTMAX: no options.</summary>
internal static class LogSoftmax
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => new Converter.Operators.LogSoftmax(op.Input(0), op.Output(0));
}
