using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>SOFTMAX: option beta.</summary>
internal static class Softmax
{
    private const int Beta = 0;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => new Converter.Operators.Softmax(op.Input(0), op.Output(0), op.Options.Float(Beta));
}
