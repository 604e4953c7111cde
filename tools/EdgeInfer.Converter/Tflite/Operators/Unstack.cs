using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>UNPACK: input; options number of outputs, axis.</summary>
internal static class Unstack
{
    private const int Axis = 1;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor input = op.Input(0);
        return new Converter.Operators.Unstack(input, TfliteAxis.Resolve(op.Options.Int32(Axis), input.Shape.Length), [.. op.Outputs]);
    }
}
