using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>TRANSPOSE_CONV: output shape, which the output says too, weights OHWI, input, and from version 3 on a bias; options padding, strides, activation.</summary>
internal static class TransposeConv
{
    private const int Activation = 3;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor weights = op.Input(1, 4), input = op.Input(2, 4), output = op.Input(0).IsConstant ? op.Output(0, op.ConstantInts(0)) : op.Output(0);
        if (output.Shape.Length != 4) throw op.Refuse($"its output '{output.Name}' has {output.Shape.Length} dimensions, supported is 4");

        // The padding is that of the convolution from the output to the input.
        Window2D window = TfliteWindow.Read(op, output, weights.Shape[1], weights.Shape[2]);
        FusedActivation activation = op.Kind.Version >= 4 ? op.Activation(Activation) : FusedActivation.None;
        return new Converter.Operators.TransposeConv(input, weights, op.OptionalInput(3), output, window, activation);
    }
}
