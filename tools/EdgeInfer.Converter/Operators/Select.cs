using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Select;

namespace EdgeInfer.Converter.Operators;

/// <summary>Elements of one tensor where a condition is true, of another where it is not; all are broadcast to the output. They are int8, int16, int32 or bool.</summary>
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
        bool types = CheckChoice("first input", Input, problems)
            & CheckChoice("second input", Inputs[1]!, problems)
            & CheckChoice("output", Output, problems)
            & problems.DemandType(this, "condition", Inputs[2]!, ElementType.Bool);
        if (types & ElementwisePair.CheckShapes(this, problems) && HasScale) Int8Operands.CheckSameScale(this, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        PackedRecord record = packer.Add(OperatorCode.Select, Layout.Words, Output);
        ElementwisePair.Pack(record, this, Layout.ConditionStrides);
        record.SetOperand(Layout.Condition, Inputs[2]!);
    }

    /// <summary>Truth values and integers of 32 bits stand for themselves.</summary>
    private bool HasScale => Input.Type is not (ElementType.Int32 or ElementType.Bool);

    private bool CheckChoice(string role, GraphTensor tensor, ProblemList problems) => Input.Type switch
    {
        ElementType.Int16 => Int16Operands.Check(this, role, tensor, problems),
        ElementType.Int32 => problems.DemandType(this, role, tensor, ElementType.Int32) & Int32Pair.CheckUnscaled(this, tensor, problems),
        ElementType.Bool => problems.DemandType(this, role, tensor, ElementType.Bool),
        _ => Int8Operands.Check(this, role, tensor, problems),
    };
}
