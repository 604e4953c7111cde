using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>DepthToSpace and SpaceToDepth; attributes blocksize and, of the first, mode.</summary>
internal static class Blocks
{
    /// <summary>Imports DepthToSpace. In mode DCR the channels of a pixel of the block lie together, in CRD (PyTorch's PixelShuffle) the block of a channel does.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportToSpace(OnnxNode node)
    {
        (GraphTensor input, int block) = Open(node);
        int[] x = input.Shape;
        int channels = x[3] / (block * block);
        if (channels * block * block != x[3]) throw node.Refuse($"{x[3]} channels cannot become blocks of {block}x{block}");

        GraphTensor output = node.NewOutput([x[0], x[1] * block, x[2] * block, channels]);
        switch (node.Text("mode", "DCR"))
        {
            case "DCR":
                node.Add(new DepthToSpace(input, block, output));
                break;
            case "CRD":
                GraphTensor view = node.NewPart("blocks", [x[0] * x[1], x[2], channels, block, block]), moved = node.NewPart("moved", [x[0] * x[1], block, x[2], block, channels]);
                node.Add(new Reshape(input, view));
                node.Add(new Transpose(view, [0, 3, 1, 4, 2], moved));
                node.Add(new Reshape(moved, output));
                break;
            case var mode:
                throw node.Refuse($"mode '{mode}' is not supported");
        }

        Image2D.Return(node, output, 4);
    }

    /// <summary>Imports SpaceToDepth.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportToDepth(OnnxNode node)
    {
        (GraphTensor input, int block) = Open(node);
        int[] x = input.Shape;
        if (x[1] % block != 0 || x[2] % block != 0) throw node.Refuse($"an image of {x[1]}x{x[2]} cannot be cut into blocks of {block}x{block}");
        GraphTensor output = node.NewOutput([x[0], x[1] / block, x[2] / block, x[3] * block * block]);
        node.Add(new SpaceToDepth(input, block, output));
        Image2D.Return(node, output, 4);
    }

    private static (GraphTensor Input, int Block) Open(OnnxNode node)
    {
        int block = node.Int("blocksize");
        return block is >= 1 and <= 1 << 12 ? (Image2D.Input(node, 4), block) : throw node.Refuse($"blocks of {block} are not possible");
    }
}
