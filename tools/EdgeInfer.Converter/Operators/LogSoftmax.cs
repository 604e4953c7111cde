using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.LogSoftmax;

namespace EdgeInfer.Converter.Operators;

/// <summary>Logarithm of the normalised exponential over the last dimension, int8 to int8 with scale 1/16 and zero point 127.</summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
/// <remarks>CalculateOpData of tflite-micro (micro/kernels/log_softmax.cc) and LogSoftmax of TensorFlow Lite (kernels/internal/reference/log_softmax.h).</remarks>
public sealed class LogSoftmax(GraphTensor input, GraphTensor output) : Operator([input], [output])
{
    private int Depth => Input.Shape[^1];

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!RowOperator.Check(this, problems)) return;
        problems.Demand(Depth <= Layout.MaximumDepth, this, $"its rows have {Depth} elements, supported are {Layout.MaximumDepth}");
        problems.Demand(ScaledDifference.Fits(Input.Quantization!.Scale), this, $"the input's scale {Input.Quantization!.Scale} is out of range");
        UnaryOperator.CheckFixedOutput(this, 1f / 16, sbyte.MaxValue, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int[] table = Table();
        PackedRecord record = packer.Add(OperatorCode.LogSoftmax, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        record.SetTable(Layout.Table, table);
        record[Layout.Entries] = table.Length / 2;
        record[Layout.Depth] = Depth;
        record.SetUnits(Input.Count / Depth, Input.Count);
        record.AllowInPlace(Layout.Input);
    }

    /// <summary>
    /// Exponential and difference, as long as either matters. The reference leaves differences out whose distance to the logarithm of the sum could
    /// overflow; they are below -16 here, which gives the smallest output all the same.
    /// </summary>
    private int[] Table()
    {
        ScaledDifference scaled = new(Input.Quantization!.Scale);
        List<int> table = [];
        for (int difference = 0; difference <= scaled.Largest; difference++)
        {
            int value = scaled.Of(difference);
            int exponential = FixedPoint.DivideByPowerOfTwo(FixedPoint.ExpOfNegative(value, ScaledDifference.IntegerBits), Kernels.Softmax.SumShift);
            if (exponential == 0 && value <= Layout.LowestDifference) break;
            table.AddRange([exponential, Math.Max(value, Layout.LowestDifference)]);
        }

        return [.. table];
    }
}
