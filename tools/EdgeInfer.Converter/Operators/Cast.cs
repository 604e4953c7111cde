using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using FloatLayout = EdgeInfer.Kernels.Dequantize;
using Layout = EdgeInfer.Kernels.Requantize;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// The same number in another type: to other integers, modulo 2^8 or 2^16 where they are too narrow, from up to 16 bits to float, and from 8 and 32 bits
/// to bool, true where it is not 0. Scales do not matter.
/// </summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
public sealed class Cast(GraphTensor input, GraphTensor output) : Operator([input], [output])
{
    private static readonly ElementType[] Sources = [ElementType.Bool, ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32];

    private static readonly ElementType[] Targets = [ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32, ElementType.Float32, ElementType.Bool];

    private static readonly sbyte[] Truths = [.. Enumerable.Range(sbyte.MinValue, 256).Select(value => (sbyte)(value == 0 ? 0 : 1))];

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        problems.Demand(
            Input.Shape.SequenceEqual(Output.Shape) && Input.Count > 0,
            this,
            $"the output shape [{string.Join(',', Output.Shape)}] does not follow from input [{string.Join(',', Input.Shape)}]");
        if (!problems.Demand(Sources.Contains(Input.Type) && Targets.Contains(Output.Type), this, $"a cast from {Input.Type} to {Output.Type} is not supported")) return;

        problems.Demand(
            (Input.Type, Output.Type) is not ((ElementType.Int32, ElementType.Float32) or (ElementType.Int16, ElementType.Bool)),
            this,
            $"a cast from {Input.Type} to {Output.Type} is not supported",
            "Use DEQUANTIZE or a comparison instead, or leave the cast out of the exported model");
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

        if (Output.Type == ElementType.Bool)
        {
            if (Input.Type == ElementType.Int32) Int32Pair.Pack(packer, new Comparison(Input, Zero(), Output, Relation.NotEqual), Relation.NotEqual);
            else LookupOperator.Pack(packer, Input, Output, Truths);
            return;
        }

        QuantizedMultiplier unit = QuantizedMultiplier.FromReal(1);
        PackedRecord record = packer.Add(OperatorCode.Requantize, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        record[Layout.Count] = Input.Count;
        (record[Layout.Multiplier], record[Layout.Shift]) = (unit.Multiplier, unit.Shift);
        (record[Layout.Min], record[Layout.Max]) = (int.MinValue, int.MaxValue);
        record.SetUnits(1, Input.Count);
        record.AllowInPlace(Layout.Input);
    }

    private GraphTensor Zero() => new(Output.Name + " zero", ElementType.Int32, [1]) { Data = new byte[sizeof(int)] };
}
