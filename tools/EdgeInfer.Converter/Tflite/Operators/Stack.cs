using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>PACK: inputs of one shape; options number of inputs, axis.</summary>
internal static class Stack
{
    private const int Axis = 1;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor output = op.Output(0);
        return new Converter.Operators.Stack(
            op.Operands(),
            TfliteAxis.Resolve(op.Options.Int32(Axis), output.Shape.Length),
            output);
    }
}
