using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.GatherRows;

namespace EdgeInfer.Converter.Operators;

/// <summary>What operators share that take slices of a tensor by indexes which the graph computes.</summary>
internal static class ComputedIndexes
{
    private static readonly ElementType[] Types =
        [ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32, ElementType.Float32, ElementType.Bool];

    /// <summary>Checks types and quantization.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="indexes">Its indexes.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where shapes can be looked at.</returns>
    public static bool Check(Operator op, GraphTensor indexes, ProblemList problems) =>
        problems.DemandType(op, "input", op.Input, Types)
        & problems.DemandType(op, "indexes", indexes, ElementType.Int32)
        & problems.Demand(op.Output.Type == op.Input.Type, op, $"its output '{op.Output.Name}' is {op.Output.Type}, but '{op.Input.Name}' is {op.Input.Type}", code: ErrorCode.ElementType)
        && problems.Demand(
            DataMovement.HaveSameScale(op.Input, op.Output),
            op,
            $"'{op.Output.Name}' and '{op.Input.Name}' have different scales or zero points, though the operator only moves elements",
            "Quantize the model so that both share them, as the TFLite converter does",
            ErrorCode.Quantization)
        && problems.Demand(op.Input.Count > 0 && op.Output.Count > 0, op, "its input or output is empty");

    /// <summary>Adds the record, without the lengths.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="op">The operator; an int8 constant stays in the blob.</param>
    /// <param name="indexes">Its indexes.</param>
    /// <param name="strides">For every index of a tuple, the slices by which it counts.</param>
    /// <returns>The record.</returns>
    public static PackedRecord Pack(Packer packer, Operator op, GraphTensor indexes, int[] strides)
    {
        PackedRecord record = packer.Add(OperatorCode.GatherRows, Layout.Words, op.Output);
        record[Layout.Input] = Record.None;
        record[Layout.Table] = Record.None;
        if (op.Input.IsConstant && op.Input.Type == ElementType.Int8) record.SetBytes(Layout.Table, op.Input.Int8s());
        else record.SetOperand(Layout.Input, op.Input);
        record.SetOperand(Layout.Indexes, indexes);
        record[Layout.Depth] = strides.Length;
        record.SetTable(Layout.Strides, strides);
        return record;
    }
}
