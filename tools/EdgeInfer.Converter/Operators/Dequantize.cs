using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Dequantize;

namespace EdgeInfer.Converter.Operators;

/// <summary>Integer to float: scale * (x - zero point).</summary>
/// <param name="input">Input, int8, uint8 or int16.</param>
/// <param name="output">Output, float.</param>
public sealed class Dequantize(GraphTensor input, GraphTensor output) : Operator([input], [output])
{
    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!UnaryOperator.Check(this, problems, [ElementType.Int8, ElementType.UInt8, ElementType.Int16], [ElementType.Float32])) return;
        UnaryOperator.CheckEdgeScale(this, Input, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        DyadicScale.TryCreate(Input.Quantization!.Scale, out DyadicScale scale);
        PackedRecord record = packer.Add(OperatorCode.Dequantize, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        record[Layout.Count] = Input.Count;
        record[Layout.ScaleMantissa] = scale.Mantissa;
        record[Layout.ScaleShift] = scale.Shift;
        record[Layout.ZeroPoint] = Input.Quantization.ZeroPoint;
        record.SetUnits(1, Input.Count);
    }
}
