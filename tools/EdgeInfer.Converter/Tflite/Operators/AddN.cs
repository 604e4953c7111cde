using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>ADD_N: operands, no options.</summary>
internal static class AddN
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => op.InputCount == 0 ? throw op.Refuse("it has no input") : new Converter.Operators.AddN([.. op.Inputs], op.Output(0));
}
