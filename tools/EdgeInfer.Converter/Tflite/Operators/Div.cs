using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>DIV: two operands; option fused activation.</summary>
internal static class Div
{
    private const int Activation = 0;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => new Converter.Operators.Div(op.Input(0), op.Input(1), op.Output(0), op.Activation(Activation));
}
