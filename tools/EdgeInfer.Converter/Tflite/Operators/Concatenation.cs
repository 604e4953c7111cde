using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>CONCATENATION: any number of inputs; options axis, activation.</summary>
internal static class Concatenation
{
    private const int Axis = 0;
    private const int Activation = 1;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor output = op.Output(0);
        return new Converter.Operators.Concatenation(
            op.Operands(),
            TfliteAxis.Resolve(op.Options.Int32(Axis), output.Shape.Length),
            output,
            op.Activation(Activation));
    }
}
