using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.PairwiseInt16;

namespace EdgeInfer.Converter.Operators;

/// <summary>Writes the record of a function of two int16 tensors.</summary>
internal static class Int16Pair
{
    /// <summary>Adds the record, without the scales of a certain function.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="op">The operator.</param>
    /// <param name="function">The function, as the kernel names it.</param>
    /// <param name="activation">Clamp of the output.</param>
    /// <returns>The record.</returns>
    public static PackedRecord Pack(Packer packer, Operator op, int function, FusedActivation activation = FusedActivation.None)
    {
        PackedRecord record = packer.Add(OperatorCode.PairwiseInt16, Layout.Words, op.Output);
        ElementwisePair.Pack(record, op);
        record[Layout.Function] = function;
        PairFunction.SetScale(record, Layout.Multiplier1, default);
        PairFunction.SetScale(record, Layout.Multiplier2, default);
        PairFunction.SetScale(record, Layout.Multiplier, default);
        record[Layout.Sign] = 1;
        (record[Layout.ActivationMin], record[Layout.ActivationMax]) = ActivationRange.Of(activation, op.Output);
        return record;
    }

    /// <summary>Adds the record of a comparison.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="op">The operator.</param>
    /// <param name="relation">The comparison.</param>
    /// <param name="factor1">What the first operand is multiplied by, no more than 1.</param>
    /// <param name="factor2">What the second operand is multiplied by, likewise.</param>
    public static void Pack(Packer packer, Operator op, Relation relation, QuantizedMultiplier factor1, QuantizedMultiplier factor2)
    {
        PackedRecord record = packer.Add(OperatorCode.PairwiseInt16, Layout.Words, op.Output);
        ElementwisePair.Pack(record, op, inPlace: false);
        record[Layout.Function] = Layout.Order;
        PairFunction.SetScale(record, Layout.Multiplier1, factor1);
        PairFunction.SetScale(record, Layout.Multiplier2, factor2);
        PairFunction.SetScale(record, Layout.Multiplier, default);
        record[Layout.ActivationMin] = relation.Below ? 1 : 0;
        record[Layout.ActivationMax] = relation.Above ? 1 : 0;
        record[Layout.Sign] = relation.Same ? 1 : 0;
    }

    /// <summary>Adds the record of a function of one tensor, linear on either side of 0: the second operand is a constant.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="op">The operator.</param>
    /// <param name="ratio">Factor from zero on.</param>
    /// <param name="slope">1 or -1, by which numbers below zero are multiplied before they are scaled.</param>
    /// <param name="slopeRatio">Factor of numbers below zero; where it is negative, their sign changes after they are scaled.</param>
    public static void PackRectifier(Packer packer, Operator op, double ratio, short slope, double slopeRatio)
    {
        GraphTensor constant = new(op.Output.Name + " slope", ElementType.Int16, [1]) { Data = BitConverter.GetBytes(slope), Quantization = new Quantization(1, 0) };
        PackedRecord record = Pack(packer, new Prelu(op.Input, constant, op.Output), Layout.Slope);
        PairFunction.SetScale(record, Layout.Multiplier, QuantizedMultiplier.FromReal(ratio));
        PairFunction.SetScale(record, Layout.Multiplier2, QuantizedMultiplier.FromReal(Math.Abs(slopeRatio)));
        record[Layout.Sign] = slopeRatio < 0 ? -1 : 1;
    }
}
