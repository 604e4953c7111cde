using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.PairwiseInt32;

namespace EdgeInfer.Converter.Operators;

/// <summary>Functions of two int32 tensors, whose numbers stand for themselves: what computes indexes and sizes between operators.</summary>
internal static class Int32Pair
{
    /// <summary>Tells by its first input whether an operator computes with 32 bits.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>True for int32.</returns>
    public static bool AreOf(Operator op) => op.Input.Type == ElementType.Int32;

    /// <summary>Checks types, quantization and shapes.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="output">The output's type.</param>
    public static void Check(Operator op, ProblemList problems, ElementType output = ElementType.Int32)
    {
        _ = problems.DemandType(op, "input 1", op.Inputs[1]!, ElementType.Int32)
            & problems.DemandType(op, "output", op.Output, output)
            & ElementwisePair.CheckShapes(op, problems);
        foreach (GraphTensor tensor in op.Inputs.Concat(op.Outputs).OfType<GraphTensor>()) CheckUnscaled(op, tensor, problems);
    }

    /// <summary>Demands that a tensor's numbers stand for themselves.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="tensor">The tensor, of 32 bits.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where it has no scale.</returns>
    public static bool CheckUnscaled(Operator op, GraphTensor tensor, ProblemList problems) => problems.Demand(
        tensor.Quantization is null,
        op,
        $"'{tensor.Name}' of 32 bits has a scale; operators on 32-bit integers take them as they are",
        "Quantize the operator's tensors to int8",
        ErrorCode.Quantization);

    /// <summary>Adds the record.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="op">The operator.</param>
    /// <param name="function">The function, as the kernel names it.</param>
    /// <param name="activation">Clamp of the output.</param>
    public static void Pack(Packer packer, Operator op, int function, FusedActivation activation = FusedActivation.None)
    {
        PackedRecord record = packer.Add(OperatorCode.PairwiseInt32, Layout.Words, op.Output);
        ElementwisePair.Pack(record, op);
        record[Layout.Function] = function;
        (float min, float max) = ActivationRange.LimitsOf(activation);
        record[Layout.Min] = float.IsFinite(min) ? (int)min : int.MinValue;
        record[Layout.Max] = float.IsFinite(max) ? (int)max : int.MaxValue;
    }

    /// <summary>Adds the record of a comparison.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="op">The operator.</param>
    /// <param name="relation">The comparison.</param>
    public static void Pack(Packer packer, Operator op, Relation relation)
    {
        PackedRecord record = packer.Add(OperatorCode.PairwiseInt32, Layout.Words, op.Output);
        ElementwisePair.Pack(record, op, inPlace: false);
        record[Layout.Function] = Layout.Order;
        record[Layout.Min] = relation.Below ? 1 : 0;
        record[Layout.Max] = relation.Above ? 1 : 0;
        record[Layout.Same] = relation.Same ? 1 : 0;
    }
}
