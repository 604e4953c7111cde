using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Leaky rectifier, int8 or int16: x where x is not negative, alpha * x where it is.</summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
/// <param name="alpha">Slope of the negative side; it may be negative itself.</param>
/// <remarks>
/// CalculateOpDataLeakyRelu of tflite-micro (micro/kernels/leaky_relu_common.cc), ratios in single precision, and QuantizeLeakyRelu
/// of TensorFlow Lite (kernels/internal/reference/leaky_relu.h).
/// </remarks>
public sealed class LeakyRelu(GraphTensor input, GraphTensor output, float alpha) : LookupOperator(input, output)
{
    /// <summary>Slope of the negative side.</summary>
    public float Alpha { get; } = alpha;

    private double Ratio => Input.Quantization!.Scale / Output.Quantization!.Scale;

    private double AlphaRatio => Input.Quantization!.Scale * Alpha / Output.Quantization!.Scale;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (Int16Operands.AreOf(this))
        {
            if (Int16Operands.CheckUnary(this, problems)) Int16Operands.CheckRatio(this, Math.Max(Ratio, Math.Abs(AlphaRatio)), problems);
            return;
        }

        if (!UnaryOperator.Check(this, problems, [ElementType.Int8], [ElementType.Int8])) return;
        if (UnaryOperator.CheckRatio(this, Ratio, problems)) UnaryOperator.CheckRatio(this, Math.Abs(AlphaRatio), problems);
    }

    /// <inheritdoc/>
    protected override void PackWide(Packer packer) => Int16Pair.PackRectifier(packer, this, Ratio, 1, AlphaRatio);

    /// <inheritdoc/>
    public override int Evaluate(int value)
    {
        int difference = value - Input.Quantization!.ZeroPoint;
        long scaled = difference >= 0
            ? QuantizedMultiplier.FromReal(Ratio).Apply(difference)
            : Math.Sign(AlphaRatio) * QuantizedMultiplier.FromReal(Math.Abs(AlphaRatio)).Apply(difference);
        return (int)Math.Clamp(scaled + Output.Quantization!.ZeroPoint, sbyte.MinValue, sbyte.MaxValue);
    }
}
