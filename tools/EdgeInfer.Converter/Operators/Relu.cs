using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>A clamp as an operator of its own, int8 or int16: RELU, RELU6, RELU_N1_TO_1 or RELU_0_TO_1, to the scale and zero point of the output.</summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
/// <param name="kind">The clamp.</param>
/// <remarks>
/// ReluQuantized of tflite-micro (micro/kernels/activations.h) with the ratio of the scales in single precision. RELU6 of tflite-micro
/// takes input and output to have one quantization and only clamps; where they have, the formula gives the same, and where they have
/// not, TensorFlow Lite requantizes as it is done here.
/// </remarks>
public sealed class Relu(GraphTensor input, GraphTensor output, FusedActivation kind) : LookupOperator(input, output)
{
    /// <summary>The clamp.</summary>
    public FusedActivation Kind { get; } = kind;

    private double Ratio => Input.Quantization!.Scale / Output.Quantization!.Scale;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (Int16Operands.AreOf(this))
        {
            if (Int16Operands.CheckUnary(this, problems)) Int16Operands.CheckRatio(this, Ratio, problems);
            return;
        }

        if (!UnaryOperator.Check(this, problems, [ElementType.Int8], [ElementType.Int8])) return;
        UnaryOperator.CheckRatio(this, Ratio, problems);
    }

    /// <inheritdoc/>
    protected override void PackWide(Packer packer) =>
        Quantize.PackInteger(packer, Input, Output, Ratio, ActivationRange.Of(Kind, Output));

    /// <inheritdoc/>
    public override int Evaluate(int value)
    {
        (int min, int max) = ActivationRange.Of(Kind, Output);
        long scaled = QuantizedMultiplier.FromReal(Ratio).Apply(value - Input.Quantization!.ZeroPoint);
        return (int)Math.Min(Math.Max(scaled + Output.Quantization!.ZeroPoint, min), max);
    }
}
