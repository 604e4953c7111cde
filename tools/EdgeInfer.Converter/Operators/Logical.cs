using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Pairwise;

namespace EdgeInfer.Converter.Operators;

/// <summary>Whether both or either of two truth values hold, either of which may be broadcast: the smaller or the larger of 0 and 1.</summary>
/// <param name="input1">First operand, bool.</param>
/// <param name="input2">Second operand, bool.</param>
/// <param name="output">Output, bool.</param>
/// <param name="both">True for LOGICAL_AND, false for LOGICAL_OR.</param>
public sealed class Logical(GraphTensor input1, GraphTensor input2, GraphTensor output, bool both) : Operator([input1, input2], [output])
{
    /// <inheritdoc/>
    public override string Name => Both ? "LogicalAnd" : "LogicalOr";

    /// <summary>True where both must hold.</summary>
    public bool Both { get; } = both;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        _ = problems.DemandType(this, "input 0", Input, ElementType.Bool)
            & problems.DemandType(this, "input 1", Inputs[1]!, ElementType.Bool)
            & problems.DemandType(this, "output", Output, ElementType.Bool)
            & ElementwisePair.CheckShapes(this, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer) => PairFunction.Pack(packer, this, Both ? Layout.Smaller : Layout.Larger);
}
