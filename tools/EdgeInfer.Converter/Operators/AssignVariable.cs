using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// Gives a variable a value. The operator that computes the value writes into the variable itself where nothing needs the
/// old value any more; otherwise it is copied.
/// </summary>
/// <param name="value">The value.</param>
/// <param name="variable">The variable.</param>
public sealed class AssignVariable(GraphTensor value, GraphTensor variable)
    : Operator([value], [variable])
{
    /// <inheritdoc/>
    public override void Check(ProblemList problems) => WholeCopy.Check(this, Input, Output, problems);

    /// <inheritdoc/>
    public override void Pack(Packer packer) => WholeCopy.Pack(packer, Input, Output);
}
