using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Takes an image apart into blocks, after a border of zeros; positions in the block become batches.</summary>
/// <param name="input">The image.</param>
/// <param name="block">Length of a block along every dimension behind the first.</param>
/// <param name="before">Border before, one number a dimension of the block.</param>
/// <param name="after">Border behind, one number a dimension of the block.</param>
/// <param name="output">The blocks.</param>
/// <remarks>SpaceToBatchND of TensorFlow Lite (kernels/internal/reference/space_to_batch_nd.h).</remarks>
public sealed class SpaceToBatch(GraphTensor input, int[] block, int[] before, int[] after, GraphTensor output) : Operator([input], [output])
{
    /// <summary>Length of a block along every dimension behind the first.</summary>
    public IReadOnlyList<int> Block { get; } = block;

    /// <summary>Border before, one number a dimension of the block.</summary>
    public IReadOnlyList<int> Before { get; } = before;

    /// <summary>Border behind, one number a dimension of the block.</summary>
    public IReadOnlyList<int> After { get; } = after;

    private BlockedImage Geometry => new(Input, Output, Block, Before);

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (DataMovement.Check(this, problems)) Geometry.Check(this, After, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (Output.Count > Input.Count) DataMovement.Fill(packer, Output, DataMovement.ZeroOf(Output));
        Geometry.Pack(packer, toBlocks: true);
    }
}
