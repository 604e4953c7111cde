using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>ASSIGN_VARIABLE: gives a variable a value.</summary>
internal static class AssignVariable
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) =>
        new Converter.Operators.AssignVariable(op.Input(1), op.Model.Variables.Resolve(op, op.Input(0), op.Input(1)));
}
