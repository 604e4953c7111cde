using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Logistic function, 1 / (1 + exp(-x)): int8, the output with scale 1/256 and zero point -128, or int16, the output with scale 1/32768.</summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
/// <remarks>LogisticPrepare of tflite-micro (micro/kernels/logistic_common.cc) and Logistic of TensorFlow Lite (kernels/internal/reference/integer_ops/logistic.h).</remarks>
public sealed class Logistic(GraphTensor input, GraphTensor output) : LookupOperator(input, output)
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
        UnaryOperator.CheckFixedOutput(this, 1f / 256, sbyte.MinValue, problems);
    }

    /// <inheritdoc/>
    protected override void PackWide(Packer packer) => Interpolation.PackSigmoid(packer, this);

    /// <inheritdoc/>
    public override int Evaluate(int value)
    {
        if (_argument.IsBelow(value)) return sbyte.MinValue;
        if (_argument.IsAbove(value)) return sbyte.MaxValue;

        int result = FixedPoint.Logistic(_argument.Scale(value), ScaledArgument.IntegerBits);
        return Math.Min(FixedPoint.DivideByPowerOfTwo(result, 31 - 8) + sbyte.MinValue, sbyte.MaxValue);
    }
}
