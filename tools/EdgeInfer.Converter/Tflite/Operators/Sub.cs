using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>SUB: two operands; option activation.</summary>
internal static class Sub
{
    private const int Activation = 0;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) =>
        new Converter.Operators.Sub(op.Input(0), op.Input(1), op.Output(0), op.Activation(Activation));
}
