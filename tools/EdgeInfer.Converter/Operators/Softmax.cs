using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Softmax;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// Normalised exponential over the last dimension, int8 to int8 (scale 1/256, zero point -128) or to int16 (scale 1/65536, zero point -32768).
/// </summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
/// <param name="beta">What the input is multiplied with before the exponential.</param>
/// <remarks>CalculateSoftmaxParams of tflite-micro (micro/kernels/softmax_common.cc) and Softmax of TensorFlow Lite (kernels/internal/reference/softmax.h).</remarks>
public sealed class Softmax(GraphTensor input, GraphTensor output, float beta) : Operator([input], [output])
{
    /// <summary>Integer bits of a scaled difference.</summary>
    private const int IntegerBits = 5;

    /// <summary>What the input is multiplied with before the exponential.</summary>
    public float Beta { get; } = beta;

    private int Depth => Input.Shape[^1];

    /// <summary>What a difference of 1 is as fixed point, capped where it makes every difference insignificant.</summary>
    private double Unit => Math.Min(Math.ScaleB((double)Beta * Input.Quantization!.Scale, 31 - IntegerBits), (1L << 31) - 1.0);

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!UnaryOperator.Check(this, problems, [ElementType.Int8], [ElementType.Int8, ElementType.Int16])) return;
        if (!problems.Demand(Input.Shape.Length >= 1, this, "its input has no dimensions")) return;
        problems.Demand(
            Output.Shape.Length >= 1 && Output.Shape[^1] == Depth,
            this,
            $"the output shape [{string.Join(',', Output.Shape)}] does not follow from input [{string.Join(',', Input.Shape)}]");
        problems.Demand(Depth <= Layout.MaximumDepth, this, $"its rows have {Depth} elements, supported are {Layout.MaximumDepth}");
        problems.Demand(Unit > 1, this, $"beta {Beta} times the input's scale {Input.Quantization!.Scale} is out of range");
        if (Output.Type == ElementType.Int8) UnaryOperator.CheckFixedOutput(this, 1f / 256, sbyte.MinValue, problems);
        else UnaryOperator.CheckFixedOutput(this, 1f / 65536, short.MinValue, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int[] exponentials = Exponentials();
        PackedRecord record = packer.Add(OperatorCode.Softmax, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        record.SetTable(Layout.Exponentials, exponentials);
        record[Layout.Entries] = exponentials.Length;
        record[Layout.Depth] = Depth;
        record.SetUnits(Input.Count / Depth, Input.Count);
        record.AllowInPlace(Layout.Input);
    }

    /// <summary>exp(-d * beta * scale) for the differences d that contribute to the sum or to an output.</summary>
    private int[] Exponentials()
    {
        // The multiplier may reach 2^31, beyond what requantization takes: no rounding shift is behind it here.
        int exponent = Math.ILogB(Unit) + 1;
        long multiplier = (long)Math.Round(Math.ScaleB(Unit, 31 - exponent), MidpointRounding.AwayFromZero);
        if (multiplier == 1L << 31)
        {
            multiplier /= 2;
            exponent++;
        }

        double radius = Math.Floor(Math.ScaleB((1 << IntegerBits) - 1, 31 - IntegerBits - exponent));
        List<int> exponentials = [];
        for (int difference = 0; difference <= Math.Min(radius, 255); difference++)
        {
            int scaled = FixedPoint.Multiply((int)(-(long)difference << exponent), (int)multiplier);
            int exponential = FixedPoint.ExpOfNegative(scaled, IntegerBits);
            if (FixedPoint.DivideByPowerOfTwo(exponential, Layout.SumShift) == 0) break;
            exponentials.Add(exponential);
        }

        return [.. exponentials];
    }
}
