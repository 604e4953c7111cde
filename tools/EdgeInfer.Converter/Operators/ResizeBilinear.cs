using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.ResizeBilinear;

namespace EdgeInfer.Converter.Operators;

/// <summary>An int8 image of another size, each pixel interpolated between its four neighbours. Input and output NHWC, with one quantization.</summary>
/// <param name="input">Input, NHWC.</param>
/// <param name="alignCorners">True where the corner pixels of both images lie upon each other.</param>
/// <param name="halfPixelCenters">True where pixels count as squares, false where they count as points; not together with the other.</param>
/// <param name="output">Output, NHWC.</param>
/// <remarks>ResizeBilinearInteger of TensorFlow Lite (kernels/internal/reference/resize_bilinear.h): positions have 10 fractional bits.</remarks>
public sealed class ResizeBilinear(GraphTensor input, bool alignCorners, bool halfPixelCenters, GraphTensor output) : Operator([input], [output])
{
    /// <summary>Longest side of an image, which the device's verifier demands.</summary>
    private const int Longest = 1 << 14;

    /// <summary>Products of weights and elements.</summary>
    private const int Products = 4;

    /// <summary>True where the corner pixels lie upon each other.</summary>
    public bool AlignCorners { get; } = alignCorners;

    /// <summary>True where pixels count as squares.</summary>
    public bool HalfPixelCenters { get; } = halfPixelCenters;

    /// <inheritdoc/>
    public override long Macs => (long)Products * Output.Count;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!Int8Operands.Check(this, problems)) return;
        Int8Operands.CheckSameScale(this, problems);
        int[] x = Input.Shape, y = Output.Shape;
        if (!problems.Demand(x.Length == 4 && y.Length == 4, this, "input and output must have four dimensions")) return;
        problems.Demand(Input.Count > 0 && Output.Count > 0, this, "its input or output is empty");
        problems.Demand(y[0] == x[0] && y[3] == x[3], this, $"the output [{string.Join(',', y)}] has other batches or channels than the input [{string.Join(',', x)}]");
        problems.Demand(x.Concat(y).All(n => n <= Longest), this, $"sides of more than {Longest} pixels are not supported");
        problems.Demand(!AlignCorners || !HalfPixelCenters, this, "align_corners and half_pixel_centers exclude each other");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        PackedRecord record = packer.Add(OperatorCode.ResizeBilinear, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        record[Layout.Height] = Input.Shape[1];
        record[Layout.Width] = Input.Shape[2];
        record[Layout.Channels] = Input.Shape[3];
        record[Layout.OutputHeight] = Output.Shape[1];
        record[Layout.OutputWidth] = Output.Shape[2];
        record.SetTable(Layout.Rows, Neighbours(Input.Shape[1], Output.Shape[1]));
        record.SetTable(Layout.Columns, Neighbours(Input.Shape[2], Output.Shape[2]));
        record.SetUnits(Output.Shape[0] * Output.Shape[1], Output.Count);
    }

    /// <summary>
    /// For every index of the output the first of two neighbours in the input and the weight of the second. Beyond either end of the input, where the
    /// reference takes the same pixel twice or, its steps being rounded, one that is not there, both are the last.
    /// </summary>
    private int[] Neighbours(int length, int target)
    {
        int divisor = AlignCorners && target > 1 ? target - 1 : target;
        int step = ((Layout.One * (AlignCorners && target > 1 ? length - 1 : length)) + (divisor / 2)) / divisor;
        int[] table = new int[2 * target];
        for (int i = 0; i < target; i++)
        {
            int position = (i * step) + (HalfPixelCenters ? (step / 2) - (Layout.One / 2) : 0);
            int first = Math.Clamp(position / Layout.One, 0, length - 1);
            table[2 * i] = first;
            table[(2 * i) + 1] = position > 0 && first < length - 1 ? position % Layout.One : 0;
        }

        return table;
    }
}
