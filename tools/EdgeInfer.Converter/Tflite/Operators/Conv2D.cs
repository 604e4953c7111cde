using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>CONV_2D: input, weights OHWI, bias; options padding, strides, activation, dilations.</summary>
internal static class Conv2D
{
    private const int Activation = 3;
    private const int Dilation = 4;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor input = op.Input(0, 4), weights = op.Input(1, 4);
        return new Converter.Operators.Conv2D(
            input,
            weights,
            op.OptionalInput(2),
            op.Output(0),
            TfliteWindow.Read(op, input, weights.Shape[1], weights.Shape[2], Dilation),
            op.Activation(Activation));
    }
}
