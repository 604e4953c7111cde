using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Reciprocal of the square root, int8 or int16. At zero, and below, where the reference stops with an error, it is the largest number; of 16 bits what the table makes of it.</summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
/// <remarks>RsqrtEvalQuantized of tflite-micro (micro/kernels/elementwise.cc), the factor 1 / (sqrt(input scale) * output scale) with its product in single precision; for 16 bits, which tflite-micro refuses, RsqrtEvalQuantizedInt16 of TensorFlow Lite (kernels/elementwise.cc).</remarks>
public sealed class Rsqrt(GraphTensor input, GraphTensor output) : LookupOperator(input, output)
{
    /// <summary>Bits by which the reciprocal root is raised between the two multiplications.</summary>
    private const int Raise = 20;

    /// <summary>Below this the shift of the second multiplication, which takes the raise back, would be beyond 62.</summary>
    private const double SmallestFactor = 1.0 / (1 << (32 - Raise));

    private double Factor => 1.0 / (MathF.Sqrt(Input.Quantization!.Scale) * Output.Quantization!.Scale);

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (Int16Operands.AreOf(this))
        {
            Int16Operands.CheckUnary(this, problems);
            return;
        }

        if (!UnaryOperator.Check(this, problems, [ElementType.Int8], [ElementType.Int8])) return;
        if (!UnaryOperator.CheckRatio(this, Factor, problems)) return;
        problems.Demand(
            Factor >= SmallestFactor,
            this,
            $"the scale {Output.Quantization!.Scale} of its output is too large for an input of {Input.Quantization!.Scale}",
            "Calibrate the model with representative data");
    }

    /// <inheritdoc/>
    protected override void PackWide(Packer packer) =>
        Interpolation.PackTable(packer, this, ChordTable.ReciprocalRoots(Input.Quantization!.Scale, Output.Quantization!.Scale));

    /// <inheritdoc/>
    public override int Evaluate(int value)
    {
        int difference = value - Input.Quantization!.ZeroPoint;
        if (difference <= 0) return sbyte.MaxValue;

        (int root, int shift) = FixedPoint.InverseSquareRoot(difference);
        long raised = new QuantizedMultiplier(root, Raise - shift).Apply(1);
        QuantizedMultiplier factor = QuantizedMultiplier.FromReal(Factor);
        long scaled = new QuantizedMultiplier(factor.Multiplier, factor.Exponent - Raise).Apply((int)raised);
        return (int)Math.Clamp(scaled + Output.Quantization!.ZeroPoint, sbyte.MinValue, sbyte.MaxValue);
    }
}
