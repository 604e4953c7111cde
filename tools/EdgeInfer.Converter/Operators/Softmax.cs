using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Softmax;
using WideLayout = EdgeInfer.Kernels.SoftmaxInt16;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// Normalised exponential over the last dimension, int8 to int8 (scale 1/256, zero point -128) or to int16 (scale 1/65536, zero point -32768),
/// or int16 to int16 (scale 1/32768).
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

    /// <summary>Takes a difference of 16-bit inputs to the table, in which -65535 stands for -10.</summary>
    private double WideFactor => (double)Input.Quantization!.Scale * Beta / (10.0 / ushort.MaxValue);

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (Int16Operands.AreOf(this))
        {
            CheckWide(problems);
            return;
        }

        if (!RowOperator.Check(this, problems, ElementType.Int8, [ElementType.Int8, ElementType.Int16])) return;
        problems.Demand(Depth <= Layout.MaximumDepth, this, $"its rows have {Depth} elements, supported are {Layout.MaximumDepth}");
        problems.Demand(ScaledDifference.Fits((double)Beta * Input.Quantization!.Scale), this, $"beta {Beta} times the input's scale {Input.Quantization!.Scale} is out of range");
        if (Output.Type == ElementType.Int8) UnaryOperator.CheckFixedOutput(this, 1f / 256, sbyte.MinValue, problems);
        else UnaryOperator.CheckFixedOutput(this, 1f / 65536, short.MinValue, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (Int16Operands.AreOf(this))
        {
            PackWide(packer);
            return;
        }

        int[] exponentials = Exponentials();
        PackedRecord record = packer.Add(OperatorCode.Softmax, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        record.SetTable(Layout.Exponentials, exponentials);
        record[Layout.Entries] = exponentials.Length;
        record[Layout.Depth] = Depth;
        record.SetUnits(Input.Count / Depth, Input.Count);
        record.AllowInPlace(Layout.Input);
    }

    private void CheckWide(ProblemList problems)
    {
        if (!Int16Operands.Check(this, problems) || !RowOperator.Check(this, problems, ElementType.Int16, [ElementType.Int16])) return;
        problems.Demand(Depth <= WideLayout.MaximumDepth, this, $"its rows have {Depth} elements, supported are {WideLayout.MaximumDepth}");
        problems.Demand(WideFactor is > 0 and < 1 << 15, this, $"beta {Beta} times the input's scale {Input.Quantization!.Scale} is out of range");
        UnaryOperator.CheckFixedOutput(this, 1f / 32768, 0, problems);
    }

    private void PackWide(Packer packer)
    {
        PackedRecord record = packer.Add(OperatorCode.SoftmaxInt16, WideLayout.Words, Output);
        record.SetOperand(WideLayout.Input, Input);
        record.SetHalves(WideLayout.Exponentials, ChordTable.Exponentials);
        record.SetHalves(WideLayout.Reciprocals, ChordTable.Reciprocals);
        record[WideLayout.Depth] = Depth;
        PairFunction.SetScale(record, WideLayout.Multiplier, QuantizedMultiplier.FromReal(WideFactor));
        record.SetUnits(Input.Count / Depth, Input.Count);
        record.AllowInPlace(WideLayout.Input);
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
