using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// An image beside the same image in blocks, whose positions within the block have become batches: element (n, p * block + s) of the
/// image is element (s * batches + n, p) of the other, p and s having as many dimensions as the block. Channels go along.
/// </summary>
/// <param name="image">The image: batches, as many dimensions as the block has, then any.</param>
/// <param name="blocks">The same in blocks.</param>
/// <param name="block">Length of a block along every dimension.</param>
/// <param name="border">Elements of the blocks that lie before the image along every dimension.</param>
internal sealed class BlockedImage(GraphTensor image, GraphTensor blocks, IReadOnlyList<int> block, IReadOnlyList<int> border)
{
    /// <summary>Positions of a block: each takes a move of its own.</summary>
    private const int MostPositions = 256;

    /// <summary>Demands block, borders and shapes.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="behind">Elements of the blocks that lie behind the image along every dimension.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public void Check(Operator op, IReadOnlyList<int> behind, ProblemList problems)
    {
        int dimensions = block.Count, rank = image.Shape.Length;
        if (!problems.Demand(border.Count == dimensions && behind.Count == dimensions && rank == blocks.Shape.Length && rank > dimensions, op, $"a block of {dimensions} dimensions does not fit a tensor of {rank}")) return;
        if (!problems.Demand(block.All(n => n > 0) && border.Concat(behind).All(n => n >= 0), op, "a block or a border of it is negative")) return;
        long positions = block.Aggregate(1L, (product, n) => Math.Min(product * n, int.MaxValue));
        if (!problems.Demand(positions <= MostPositions, op, $"a block has {positions} positions, supported are {MostPositions}")) return;

        bool fits = blocks.Shape[0] == image.Shape[0] * positions
            && blocks.Shape.Skip(dimensions + 1).SequenceEqual(image.Shape.Skip(dimensions + 1))
            && Enumerable.Range(0, dimensions).All(d => (long)blocks.Shape[d + 1] * block[d] == (long)border[d] + image.Shape[d + 1] + behind[d]);
        problems.Demand(
            fits,
            op,
            $"[{string.Join(',', image.Shape)}] in blocks of [{string.Join(',', block)}] with borders [{string.Join(',', border)}] and [{string.Join(',', behind)}] is not [{string.Join(',', blocks.Shape)}]");
    }

    /// <summary>Copies every position of the block.</summary>
    /// <param name="packer">Receives the records.</param>
    /// <param name="toBlocks">True from the image to the blocks, false the other way.</param>
    public void Pack(Packer packer, bool toBlocks)
    {
        int[] imageStrides = Dimension.DenseStrides(image.Shape), blockStrides = Dimension.DenseStrides(blocks.Shape);
        int positions = block.Aggregate(1, (a, b) => a * b);
        int inner = image.Shape.Skip(block.Count + 1).Aggregate(1, (a, b) => a * b);
        for (int position = 0; position < positions; position++)
        {
            int imageStart = 0, blocksStart = position * image.Shape[0] * blockStrides[0];
            List<(int Length, int Image, int Blocks)> box = [(image.Shape[0], imageStrides[0], blockStrides[0])];
            int rest = position;
            for (int d = block.Count; d >= 1; d--)
            {
                int shift = rest % block[d - 1];
                rest /= block[d - 1];

                // Of the indexes p along the blocks those with p * block + shift - border inside the image.
                int first = Math.Max(0, (border[d - 1] - shift + block[d - 1] - 1) / block[d - 1]);
                int end = Math.Min(blocks.Shape[d], (border[d - 1] + image.Shape[d] - shift + block[d - 1] - 1) / block[d - 1]);
                box.Insert(1, (end - first, block[d - 1] * imageStrides[d], blockStrides[d]));
                imageStart += ((first * block[d - 1]) + shift - border[d - 1]) * imageStrides[d];
                blocksStart += first * blockStrides[d];
            }

            if (box.Exists(d => d.Length <= 0)) continue;
            box.Add((inner, 1, 1));
            if (toBlocks) DataMovement.Copy(packer, image, imageStart, blocks, blocksStart, box.Select(d => new Dimension(d.Length, d.Image, d.Blocks)));
            else DataMovement.Copy(packer, blocks, blocksStart, image, imageStart, box.Select(d => new Dimension(d.Length, d.Blocks, d.Image)));
        }
    }
}
