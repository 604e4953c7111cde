using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Integers = EdgeInfer.Kernels.PairwiseInt32;
using Layout = EdgeInfer.Kernels.Add;
using WideLayout = EdgeInfer.Kernels.PairwiseInt16;

namespace EdgeInfer.Converter.Operators;

/// <summary>What sum and difference share: everything but a sign and the precision in which their scales are computed.</summary>
internal static class Addition
{
    /// <summary>The three factors of a sum: of its operands, before they are added, and of the result.</summary>
    /// <param name="First">Factor of the first operand, at most one half.</param>
    /// <param name="Second">Factor of the second operand, at most one half.</param>
    /// <param name="Result">Factor of the sum, below one.</param>
    internal readonly record struct Factors(double First, double Second, double Result);

    /// <summary>Bits that operands gain before they are scaled.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>As many as 32 bits have room for.</returns>
    public static int LeftShift(Operator op) => Int16Operands.AreOf(op) ? WideLayout.LeftShift : Layout.LeftShift;

    /// <summary>Checks types, shapes and scales.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="factors">Its factors, from the scales of its tensors.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(Operator op, Func<Factors> factors, ProblemList problems)
    {
        if (Int32Pair.AreOf(op))
        {
            Int32Pair.Check(op, problems);
            return;
        }

        if (!ElementwisePair.Check(op, problems)) return;
        problems.Demand(
            factors().Result < 1 && QuantizedMultiplier.FromReal(factors().Result).Exponent <= 0,
            op,
            $"the scale {op.Output.Quantization!.Scale} of its output is too small for inputs of {op.Input.Quantization!.Scale} and {op.Inputs[1]!.Quantization!.Scale}",
            "Calibrate the model with representative data");
    }

    /// <summary>Writes the record.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="op">The operator.</param>
    /// <param name="sign">1 for a sum, -1 for a difference.</param>
    /// <param name="factorsOf">Its factors, where its tensors have scales.</param>
    /// <param name="activation">Clamp of the output.</param>
    public static void Pack(Packer packer, Operator op, int sign, Func<Factors> factorsOf, FusedActivation activation)
    {
        if (Int32Pair.AreOf(op))
        {
            Int32Pair.Pack(packer, op, sign > 0 ? Integers.Sum : Integers.Difference, activation);
            return;
        }

        Factors factors = factorsOf();
        if (Int16Operands.AreOf(op))
        {
            PackedRecord wide = Int16Pair.Pack(packer, op, sign > 0 ? WideLayout.Sum : WideLayout.Difference, activation);
            (wide[WideLayout.Multiplier1], wide[WideLayout.Shift1]) = Fields(factors.First);
            (wide[WideLayout.Multiplier2], wide[WideLayout.Shift2]) = Fields(factors.Second);
            (wide[WideLayout.Multiplier], wide[WideLayout.Shift]) = Fields(factors.Result);
            return;
        }

        PackedRecord record = packer.Add(OperatorCode.Add, Layout.Words, op.Output);
        ElementwisePair.Pack(record, op);
        record[Layout.Sign] = sign;
        record[Layout.ZeroPoint1] = op.Input.Quantization!.ZeroPoint;
        record[Layout.ZeroPoint2] = op.Inputs[1]!.Quantization!.ZeroPoint;
        record[Layout.OutputZeroPoint] = op.Output.Quantization!.ZeroPoint;
        (record[Layout.Multiplier1], record[Layout.Shift1]) = Fields(factors.First);
        (record[Layout.Multiplier2], record[Layout.Shift2]) = Fields(factors.Second);
        (record[Layout.OutputMultiplier], record[Layout.OutputShift]) = Fields(factors.Result);
        (record[Layout.ActivationMin], record[Layout.ActivationMax]) = ActivationRange.Of(activation, op.Output);
    }

    private static (int Multiplier, int Shift) Fields(double factor)
    {
        QuantizedMultiplier multiplier = QuantizedMultiplier.FromReal(factor);
        return (multiplier.Multiplier, multiplier.Shift);
    }
}
