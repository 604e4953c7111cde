using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.InterpolateInt16;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// Functions of 16-bit numbers that interpolate tables: sigmoid and hyperbolic tangent, which share one and whose output has the scale 2^-15, and
/// the reciprocal root.
/// </summary>
/// <remarks>
/// LogisticPrepare and TanhPrepare of tflite-micro (micro/kernels/logistic_common.cc, tanh.cc), and Logistic and Tanh for 16 bits of TensorFlow Lite
/// (kernels/internal/reference/integer_ops).
/// </remarks>
internal static class Interpolation
{
    /// <summary>Steps of the table for an argument of 1, times 512: an argument counts 3 * 4096.</summary>
    private const double ArgumentUnit = 4096.0 * 3.0;

    /// <summary>Fractional bits of an argument whose scale is a power of two.</summary>
    private const int FractionalBits = 12;

    /// <summary>The table, up to where both functions saturate.</summary>
    public static short[] Table { get; } =
        SigmoidTable.Entries[((SigmoidTable.Entries.Length / 2) - Layout.TableReach)..((SigmoidTable.Entries.Length / 2) + Layout.TableReach + 1)];

    /// <summary>Checks types and scales.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(Operator op, ProblemList problems)
    {
        if (!Int16Operands.CheckUnary(op, problems)) return;
        UnaryOperator.CheckFixedOutput(op, 1f / 32768, 0, problems);
        problems.Demand(
            ArgumentOf(op.Input.Quantization!.Scale, 0).Multiplier is >= 1 and <= short.MaxValue,
            op,
            $"the scale {op.Input.Quantization.Scale} of its input is out of range",
            "Calibrate the model with representative data");
    }

    /// <summary>Writes the record of a sigmoid.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="op">The operator.</param>
    public static void PackSigmoid(Packer packer, Operator op)
    {
        // 1/2, which the table leaves out, with 25 fractional bits; the function never becomes 0.
        PackedRecord record = Pack(packer, op, Table, ArgumentOf(op.Input.Quantization!.Scale, 0), stepBits: 9, outputShift: 10, offset: 1 << 24);
        record[Layout.Min] = 1;
    }

    /// <summary>Writes the record of a tangent: 2 * sigmoid(2 * x) - 1.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="op">The operator.</param>
    public static void PackTangent(Packer packer, Operator op) =>
        Pack(packer, op, Table, ArgumentOf(op.Input.Quantization!.Scale, 1), stepBits: 8, outputShift: 8, offset: 0);

    /// <summary>Writes the record of a function whose table goes by the inputs themselves, an entry for every 128 of them, as LUTLookup of TensorFlow Lite reads it.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="op">The operator; inputs below zero are none of its domain, for there halves are rounded down.</param>
    /// <param name="table">The table.</param>
    public static void PackTable(Packer packer, Operator op, short[] table) => Pack(packer, op, table, (1, 0), stepBits: 7, outputShift: 7, offset: 0);

    private static PackedRecord Pack(Packer packer, Operator op, short[] table, (int Multiplier, int Shift) argument, int stepBits, int outputShift, int offset)
    {
        PackedRecord record = packer.Add(OperatorCode.InterpolateInt16, Layout.Words, op.Output);
        record.SetOperand(Layout.Input, op.Input);
        record.SetHalves(Layout.Table, table);
        record[Layout.Count] = op.Input.Count;
        (record[Layout.Multiplier], record[Layout.ArgumentShift]) = argument;
        record[Layout.StepBits] = stepBits;
        record[Layout.OutputShift] = outputShift;
        record[Layout.Rounding] = offset + (1 << (outputShift - 1));
        (record[Layout.Min], record[Layout.Max]) = (short.MinValue, short.MaxValue);
        record.SetUnits(1, op.Input.Count);
        record.AllowInPlace(Layout.Input);
        return record;
    }

    /// <summary>What takes an input to the argument of the table: exact for certain powers of two, else a multiplier of 15 bits, truncated.</summary>
    private static (int Multiplier, int Shift) ArgumentOf(float scale, int largestPower)
    {
        float logarithm = MathF.Log(scale) * (1.0f / MathF.Log(2.0f)), rounded = MathF.Round(logarithm, MidpointRounding.AwayFromZero);
        int power = FractionalBits + (int)rounded;
        if (MathF.Abs(logarithm - rounded) < 1e-3f && power >= 0 && power <= largestPower) return (3 << power, 0);

        double multiplier = scale * ArgumentUnit;
        int shift = 0;
        for (; multiplier <= 32767.0 / 2.0 && shift <= 30; shift++) multiplier *= 2;
        return ((int)Math.Min(multiplier, int.MaxValue), shift);
    }
}
