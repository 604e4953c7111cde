using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>RESHAPE, SQUEEZE and EXPAND_DIMS: the shape of the output says everything.</summary>
internal static class Reshape
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => new Converter.Operators.Reshape(op.Input(0), op.Output(0));
}
