using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>LEAKY_RELU: option alpha.</summary>
internal static class LeakyRelu
{
    private const int Alpha = 0;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => new Converter.Operators.LeakyRelu(op.Input(0), op.Output(0), op.Options.Float(Alpha));
}
