using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>
/// DEPTHWISE_CONV_2D: input, weights 1HWO, bias; options padding, strides, depth multiplier, activation, dilations. The depth
/// multiplier follows from the shapes and is not read.
/// </summary>
internal static class DepthwiseConv2D
{
    private const int Activation = 4;
    private const int Dilation = 5;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor input = op.Input(0, 4), weights = op.Input(1, 4);
        return new Converter.Operators.DepthwiseConv2D(
            input,
            weights,
            op.OptionalInput(2),
            op.Output(0),
            TfliteWindow.Read(op, input, weights.Shape[1], weights.Shape[2], Dilation),
            op.Activation(Activation));
    }
}
