using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Makes every block of pixels one pixel with more channels. Input and output NHWC.</summary>
/// <param name="input">Input.</param>
/// <param name="block">Rows and columns of a block.</param>
/// <param name="output">Output.</param>
public sealed class SpaceToDepth(GraphTensor input, int block, GraphTensor output) : Operator([input], [output])
{
    /// <summary>Rows and columns of a block.</summary>
    public int Block { get; } = block;

    /// <inheritdoc/>
    public override void Check(ProblemList problems) => DepthAndSpace.Check(this, Input, Output, Block, problems);

    /// <inheritdoc/>
    public override void Pack(Packer packer) => DepthAndSpace.Pack(packer, Input, Output, Block, toDepth: true);
}
