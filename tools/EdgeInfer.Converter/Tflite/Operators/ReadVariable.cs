using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>READ_VARIABLE: the value of a variable.</summary>
internal static class ReadVariable
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) =>
        new Converter.Operators.ReadVariable(op.Model.Variables.Resolve(op, op.Input(0), op.Output(0)), op.Output(0));
}
