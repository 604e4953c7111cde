using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// Another shape for the same elements, in the same order. Most become views of their input and vanish; what is left
/// is copied.
/// </summary>
/// <param name="input">Input, of any shape.</param>
/// <param name="output">Output, of another shape with as many elements.</param>
public sealed class Reshape(GraphTensor input, GraphTensor output)
    : Operator([input], [output])
{
    /// <inheritdoc/>
    public override void Check(ProblemList problems) => WholeCopy.Check(this, Input, Output, problems);

    /// <inheritdoc/>
    public override void Pack(Packer packer) => WholeCopy.Pack(packer, Input, Output);
}
