using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;

namespace EdgeInfer.Converter.Operators;

/// <summary>Hard swish, int8: x * clamp(x + 3, 0, 6) / 6, in the 16-bit fixed point of the reference.</summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
/// <remarks>
/// HardSwishPrepare of tflite-micro (micro/kernels/hard_swish_common.cc), ratios in single precision, and HardSwish of TensorFlow Lite
/// (kernels/internal/reference/hard_swish.h).
/// </remarks>
public sealed class HardSwish(GraphTensor input, GraphTensor output) : LookupOperator(input, output)
{
    /// <summary>Bits by which the input is raised, so that 16 bits are used well.</summary>
    private const int Raise = 7;

    /// <summary>The number that stands for 3.0 where the input is compared with it, 2^15.</summary>
    private const float UnitOfThree = 3.0f / 32768;

    /// <summary>Shifts of 16-bit numbers.</summary>
    private const int LargestShift = 15;

    private float RaisedScale => 1.0f / (1 << Raise) * Input.Quantization!.Scale;

    private double OutputRatio => RaisedScale / Output.Quantization!.Scale;

    private double SlopeRatio => RaisedScale / UnitOfThree;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!UnaryOperator.Check(this, problems, [ElementType.Int8], [ElementType.Int8])) return;
        if (!UnaryOperator.CheckRatio(this, OutputRatio, problems) || !UnaryOperator.CheckRatio(this, SlopeRatio, problems)) return;
        int output = QuantizedMultiplier.FromReal(OutputRatio).Exponent, slope = QuantizedMultiplier.FromReal(SlopeRatio).Exponent;
        problems.Demand(
            output is <= 0 and >= -LargestShift && slope is >= -LargestShift and <= LargestShift,
            this,
            $"its scales {Input.Quantization!.Scale} and {Output.Quantization!.Scale} are too far apart, or too far from 1, for 16 bits",
            "Calibrate the model with representative data");
    }

    /// <inheritdoc/>
    public override int Evaluate(int value)
    {
        QuantizedMultiplier output = QuantizedMultiplier.FromReal(OutputRatio), slope = QuantizedMultiplier.FromReal(SlopeRatio);
        int raised = (value - Input.Quantization!.ZeroPoint) << Raise;
        int whole = FixedPoint.Multiply16(raised, FixedPoint.Upper16(output.Multiplier));

        // x / 3 from -1 to 1, the last doubling after the product: what saturates before it saturates there again.
        int third = slope.Exponent > 0 ? Saturate((long)raised << (slope.Exponent - 1)) : raised;
        third = FixedPoint.Multiply16(third, FixedPoint.Upper16(slope.Multiplier));
        if (slope.Exponent > 0) third = Saturate((long)third << 1);
        if (slope.Exponent < 0) third = FixedPoint.DivideByPowerOfTwo(third, -slope.Exponent);

        int share = (third + (1 << 15)) >> 1;
        int product = share * whole / (1 << 15);
        int result = FixedPoint.DivideByPowerOfTwo(product, -output.Exponent) + Output.Quantization!.ZeroPoint;
        return Math.Clamp(result, sbyte.MinValue, sbyte.MaxValue);
    }

    private static int Saturate(long value) => (int)Math.Clamp(value, short.MinValue, short.MaxValue);
}
