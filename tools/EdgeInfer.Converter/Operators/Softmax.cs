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
    /// <summary>What the input is multiplied with before the exponential.</summary>
    public float Beta { get; } = beta;

    private int Depth => Input.Shape[^1];

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!RowOperator.Check(this, problems, [ElementType.Int8, ElementType.Int16])) return;
        problems.Demand(Depth <= Layout.MaximumDepth, this, $"its rows have {Depth} elements, supported are {Layout.MaximumDepth}");
        problems.Demand(ScaledDifference.Fits((double)Beta * Input.Quantization!.Scale), this, $"beta {Beta} times the input's scale {Input.Quantization!.Scale} is out of range");
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
        ScaledDifference scaled = new((double)Beta * Input.Quantization!.Scale);
        List<int> exponentials = [];
        for (int difference = 0; difference <= scaled.Largest; difference++)
        {
            int exponential = FixedPoint.ExpOfNegative(scaled.Of(difference), ScaledDifference.IntegerBits);
            if (FixedPoint.DivideByPowerOfTwo(exponential, Layout.SumShift) == 0) break;
            exponentials.Add(exponential);
        }

        return [.. exponentials];
    }
}
