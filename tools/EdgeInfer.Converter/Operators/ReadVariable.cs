using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// The value that a variable has when this operator runs. It becomes a view of the variable where the variable does not
/// change before the value is last used; otherwise it is copied.
/// </summary>
/// <param name="variable">The variable.</param>
/// <param name="output">Its value.</param>
public sealed class ReadVariable(GraphTensor variable, GraphTensor output)
    : Operator([variable], [output])
{
    /// <inheritdoc/>
    public override void Check(ProblemList problems) => WholeCopy.Check(this, Input, Output, problems);

    /// <inheritdoc/>
    public override void Pack(Packer packer) => WholeCopy.Pack(packer, Input, Output);
}
