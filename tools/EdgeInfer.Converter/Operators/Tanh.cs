using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Hyperbolic tangent: int8, the output with scale 1/128 and zero point 0, or int16 with scale 1/32768.</summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
/// <remarks>TanhPrepare of tflite-micro (micro/kernels/tanh.cc) and Tanh of TensorFlow Lite (kernels/internal/reference/integer_ops/tanh.h).</remarks>
public sealed class Tanh(GraphTensor input, GraphTensor output) : LookupOperator(input, output)
{
    private readonly ScaledArgument _argument = new(input);

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (Int16Operands.AreOf(this))
        {
            Interpolation.Check(this, problems);
            return;
        }

        if (!UnaryOperator.Check(this, problems, [ElementType.Int8], [ElementType.Int8])) return;
        UnaryOperator.CheckFixedOutput(this, 1f / 128, 0, problems);
    }

    /// <inheritdoc/>
    protected override void PackWide(Packer packer) => Interpolation.PackTangent(packer, this);

    /// <inheritdoc/>
    public override int Evaluate(int value)
    {
        if (_argument.IsBelow(value)) return sbyte.MinValue;
        if (_argument.IsAbove(value)) return sbyte.MaxValue;

        int result = FixedPoint.Tanh(_argument.Scale(value), ScaledArgument.IntegerBits);
        return Math.Clamp(FixedPoint.DivideByPowerOfTwo(result, 31 - 7), sbyte.MinValue, sbyte.MaxValue);
    }
}
