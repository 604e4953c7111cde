using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using FloatLayout = EdgeInfer.Kernels.Dequantize;
using Layout = EdgeInfer.Kernels.Requantize;

namespace EdgeInfer.Converter.Operators;

/// <summary>The same number in another type that can hold it: to wider integers, and from up to 16 bits to float. Scales do not matter.</summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
public sealed class Cast(GraphTensor input, GraphTensor output) : Operator([input], [output])
{
    private static readonly ElementType[] Sources = [ElementType.Bool, ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32];

    private static readonly ElementType[] Targets = [ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32, ElementType.Float32];

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        problems.Demand(
            Input.Count == Output.Count && Input.Count > 0,
            this,
            $"the output shape [{string.Join(',', Output.Shape)}] does not follow from input [{string.Join(',', Input.Shape)}]");
        if (!problems.Demand(Sources.Contains(Input.Type) && Targets.Contains(Output.Type), this, $"a cast from {Input.Type} to {Output.Type} is not supported")) return;

        bool holds = Output.Type == ElementType.Float32
            ? Input.Type != ElementType.Int32
            : RangeOf(Input).Min >= RangeOf(Output).Min && RangeOf(Input).Max <= RangeOf(Output).Max;
        problems.Demand(
            holds,
            this,
            $"a cast from {Input.Type} to {Output.Type} can lose what it is given, which is not supported",
            "Use QUANTIZE or DEQUANTIZE instead, or leave the cast out of the exported model");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (Output.Type == ElementType.Float32)
        {
            PackedRecord edge = packer.Add(OperatorCode.Dequantize, FloatLayout.Words, Output);
            edge.SetOperand(FloatLayout.Input, Input);
            edge[FloatLayout.Count] = Input.Count;
            DyadicScale.TryCreate(1, out DyadicScale one);
            (edge[FloatLayout.ScaleMantissa], edge[FloatLayout.ScaleShift]) = (one.Mantissa, one.Shift);
            edge.SetUnits(1, Input.Count);
            return;
        }

        QuantizedMultiplier unit = QuantizedMultiplier.FromReal(1);
        PackedRecord record = packer.Add(OperatorCode.Requantize, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        record[Layout.Count] = Input.Count;
        (record[Layout.Multiplier], record[Layout.Shift]) = (unit.Multiplier, unit.Shift);
        (record[Layout.Min], record[Layout.Max]) = RangeOf(Output);
        record.SetUnits(1, Input.Count);
        record.AllowInPlace(Layout.Input);
    }

    private static (int Min, int Max) RangeOf(GraphTensor tensor) => tensor.Type switch
    {
        ElementType.Bool => (0, 1),
        ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
        ElementType.Int16 => (short.MinValue, short.MaxValue),
        _ => (int.MinValue, int.MaxValue),
    };
}
