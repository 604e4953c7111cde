using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Puts an image together from blocks whose positions are batches, and cuts its border off.</summary>
/// <param name="input">The blocks.</param>
/// <param name="block">Length of a block along every dimension behind the first.</param>
/// <param name="before">Elements cut off before, one number a dimension of the block.</param>
/// <param name="after">Elements cut off behind, one number a dimension of the block.</param>
/// <param name="output">The image.</param>
/// <remarks>BatchToSpaceND of TensorFlow Lite (kernels/internal/reference/batch_to_space_nd.h).</remarks>
public sealed class BatchToSpace(GraphTensor input, int[] block, int[] before, int[] after, GraphTensor output) : Operator([input], [output])
{
    /// <summary>Length of a block along every dimension behind the first.</summary>
    public IReadOnlyList<int> Block { get; } = block;

    /// <summary>Elements cut off before, one number a dimension of the block.</summary>
    public IReadOnlyList<int> Before { get; } = before;

    /// <summary>Elements cut off behind, one number a dimension of the block.</summary>
    public IReadOnlyList<int> After { get; } = after;

    private BlockedImage Geometry => new(Output, Input, Block, Before);

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (DataMovement.Check(this, problems)) Geometry.Check(this, After, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer) => Geometry.Pack(packer, toBlocks: false);
}
