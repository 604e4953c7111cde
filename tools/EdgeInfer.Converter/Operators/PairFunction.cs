using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Pairwise;

namespace EdgeInfer.Converter.Operators;

/// <summary>Writes the record of a function of two int8 tensors, whose tables are made here.</summary>
internal static class PairFunction
{
    /// <summary>Adds the record, without the fields of a certain function.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="op">The operator.</param>
    /// <param name="function">The function, as the kernel names it.</param>
    /// <returns>The record.</returns>
    public static PackedRecord Pack(Packer packer, Operator op, int function)
    {
        PackedRecord record = packer.Add(OperatorCode.Pairwise, Layout.Words, op.Output);
        ElementwisePair.Pack(record, op);
        record[Layout.Function] = function;
        record[Layout.Table1] = Record.None;
        record[Layout.Table2] = Record.None;
        SetScale(record, Layout.Multiplier, default);
        SetScale(record, Layout.SlopeMultiplier, default);
        return record;
    }

    /// <summary>Stores what an operand's number stands for, for all 256 of them.</summary>
    /// <param name="record">The record.</param>
    /// <param name="field">The operand's table.</param>
    /// <param name="evaluate">The number of 16 bits for an int8 number.</param>
    public static void SetTable(PackedRecord record, int field, Func<int, int> evaluate) =>
        record.SetHalves(field, [.. Enumerable.Range(sbyte.MinValue, Layout.TableLength).Select(value => checked((short)evaluate(value)))]);

    /// <summary>Sets a multiplier and the shift behind it.</summary>
    /// <param name="record">The record.</param>
    /// <param name="field">The multiplier.</param>
    /// <param name="factor">The factor.</param>
    public static void SetScale(PackedRecord record, int field, QuantizedMultiplier factor) =>
        (record[field], record[field + 1]) = (factor.Multiplier, factor.Shift);
}
