using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Absolute value, int8 or int16, to the scale and zero point of the output.</summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
/// <remarks>
/// AbsEvalQuantized of tflite-micro (micro/kernels/elementwise.cc), with the ratio of the scales in single precision. Where the scales
/// are equal the reference leaves the multiplication out, which gives the same.
/// </remarks>
public sealed class Abs(GraphTensor input, GraphTensor output) : LookupOperator(input, output)
{
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
    protected override void PackWide(Packer packer) => Int16Pair.PackRectifier(packer, this, Ratio, -1, Ratio);

    /// <inheritdoc/>
    public override int Evaluate(int value)
    {
        long scaled = QuantizedMultiplier.FromReal(Ratio).Apply(Math.Abs(value - Input.Quantization!.ZeroPoint));
        return (int)Math.Clamp(scaled + Output.Quantization!.ZeroPoint, sbyte.MinValue, sbyte.MaxValue);
    }
}
