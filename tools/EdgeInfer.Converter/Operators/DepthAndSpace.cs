using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// An image beside the same image with every block of pixels made one pixel: pixel (y, x), channel c of the first is pixel
/// (y / block, x / block), channel ((y % block) * block + x % block) * channels + c of the second. What SPACE_TO_DEPTH and DEPTH_TO_SPACE share.
/// </summary>
internal static class DepthAndSpace
{
    /// <summary>Demands block and shapes.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="wide">The image with more pixels, NHWC.</param>
    /// <param name="deep">The image with more channels, NHWC.</param>
    /// <param name="block">Rows and columns of a block.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(Operator op, GraphTensor wide, GraphTensor deep, int block, ProblemList problems)
    {
        if (!DataMovement.Check(op, problems)) return;
        int[] x = wide.Shape, y = deep.Shape;
        if (!problems.Demand(x.Length == 4 && y.Length == 4, op, "input and output must have four dimensions")) return;
        bool fits = block > 0 && x[0] == y[0] && x[1] == (long)y[1] * block && x[2] == (long)y[2] * block && y[3] == (long)x[3] * block * block;
        problems.Demand(
            fits, op, $"the output shape [{string.Join(',', op.Output.Shape)}] does not follow from input [{string.Join(',', op.Input.Shape)}] and blocks of {block}");
    }

    /// <summary>Copies from one to the other.</summary>
    /// <param name="packer">Receives the records.</param>
    /// <param name="wide">The image with more pixels.</param>
    /// <param name="deep">The image with more channels.</param>
    /// <param name="block">Rows and columns of a block.</param>
    /// <param name="toDepth">The direction.</param>
    public static void Pack(Packer packer, GraphTensor wide, GraphTensor deep, int block, bool toDepth)
    {
        int rows = deep.Shape[0] * deep.Shape[1], columns = deep.Shape[2], channels = wide.Shape[3];
        int[] x = Dimension.DenseStrides([rows, block, columns, block, channels]), y = Dimension.DenseStrides([rows, columns, block, block, channels]);
        (int Length, int Wide, int Deep)[] box = [(rows, x[0], y[0]), (block, x[1], y[2]), (columns, x[2], y[1]), (block, x[3], y[3]), (channels, 1, 1)];
        if (toDepth) DataMovement.Copy(packer, wide, 0, deep, 0, box.Select(d => new Dimension(d.Length, d.Wide, d.Deep)));
        else DataMovement.Copy(packer, deep, 0, wide, 0, box.Select(d => new Dimension(d.Length, d.Deep, d.Wide)));
    }
}
