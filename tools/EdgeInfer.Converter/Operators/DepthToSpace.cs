using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Makes every pixel a block of pixels with fewer channels. Input and output NHWC.</summary>
/// <param name="input">Input.</param>
/// <param name="block">Rows and columns of a block.</param>
/// <param name="output">Output.</param>
public sealed class DepthToSpace(GraphTensor input, int block, GraphTensor output) : Operator([input], [output])
{
    /// <summary>Rows and columns of a block.</summary>
    public int Block { get; } = block;

    /// <inheritdoc/>
    public override void Check(ProblemList problems) => DepthAndSpace.Check(this, Output, Input, Block, problems);

    /// <inheritdoc/>
    public override void Pack(Packer packer) => DepthAndSpace.Pack(packer, Output, Input, Block, toDepth: false);
}
