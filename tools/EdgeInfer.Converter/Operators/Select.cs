using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Select;

namespace EdgeInfer.Converter.Operators;

/// <summary>Elements of one int8 tensor where a condition is true, of another where it is not; all are broadcast to the output.</summary>
/// <param name="whenTrue">What is taken where the condition is true.</param>
/// <param name="whenFalse">What is taken where it is not.</param>
/// <param name="condition">Truth values.</param>
/// <param name="output">Output.</param>
public sealed class Select(GraphTensor whenTrue, GraphTensor whenFalse, GraphTensor condition, GraphTensor output)
    : Operator([whenTrue, whenFalse, condition], [output])
{
    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        bool types = Int8Operands.Check(this, "first input", Input, problems)
            & Int8Operands.Check(this, "second input", Inputs[1]!, problems)
            & Int8Operands.Check(this, "output", Output, problems)
            & problems.DemandType(this, "condition", Inputs[2]!, ElementType.Bool);
        if (types & ElementwisePair.CheckShapes(this, problems)) Int8Operands.CheckSameScale(this, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        PackedRecord record = packer.Add(OperatorCode.Select, Layout.Words, Output);
        ElementwisePair.Pack(record, this, Layout.ConditionStrides);
        record.SetOperand(Layout.Condition, Inputs[2]!);
    }
}
