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
