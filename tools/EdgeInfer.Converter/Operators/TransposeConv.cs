using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// Transposed convolution: every input pixel adds its product with the filter to a window of the output. Input and output NHWC,
/// weights OHWI. It is carried out as ordinary convolutions, one for each position of an output in a stride.
/// </summary>
/// <param name="input">Input, NHWC.</param>
/// <param name="weights">Weights, OHWI, constant.</param>
/// <param name="bias">Bias, or null.</param>
/// <param name="output">Output, NHWC.</param>
/// <param name="window">Strides, and the padding that is cut off the output.</param>
/// <param name="activation">Clamp of the output.</param>
/// <remarks>
/// Output row y takes input row i by filter row f where y + top = i * stride + f. Of the rows y = r + j * stride, all taps f have one rest
/// f0 = (r + top) mod stride, and f = f0 + k * stride meets i = q + j - k with q = (r + top) / stride: a convolution of stride one with the
/// filter's rows f0, f0 + stride, ... in the opposite order, padded by their number less 1 + q. TransposeConv of TensorFlow Lite
/// (kernels/internal/reference/integer_ops/transpose_conv.h) adds the same products.
/// </remarks>
public sealed class TransposeConv(GraphTensor input, GraphTensor weights, GraphTensor? bias, GraphTensor output, Window2D window, FusedActivation activation)
    : Operator([input, weights, bias], [output]), IFusesActivation
{
    /// <summary>Positions of an output in a stride: each takes a convolution of its own.</summary>
    private const int MostPositions = 64;

    /// <summary>Weights, OHWI.</summary>
    public GraphTensor Weights => Inputs[1]!;

    /// <summary>Bias, or null.</summary>
    public GraphTensor? Bias => Inputs[2];

    /// <summary>Strides, and the padding that is cut off.</summary>
    public Window2D Window { get; } = window;

    /// <summary>Clamp of the output; a pass may fold an activation into it.</summary>
    public FusedActivation Activation { get; set; } = activation;

    /// <inheritdoc/>
    public override long Macs => (long)Input.Count * Weights.Shape[0] * Weights.Shape[1] * Weights.Shape[2];

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!WeightedOperator.Check(this, Weights, Bias, problems)) return;
        if (!WeightedOperator.CheckChannels(this, Weights, Bias, problems, dimensions: 4, channelAxis: 0)) return;
        if (!problems.DemandType(this, "weights", Weights, ElementType.Int8)) return;
        int[] x = Input.Shape, w = Weights.Shape, y = Output.Shape;
        if (!problems.Demand(x.Length == 4 && y.Length == 4 && Input.Count > 0 && Output.Count > 0, this, "input and output must have four dimensions, none of them empty")) return;
        problems.Demand(
            (long)Window.StrideHeight * Window.StrideWidth <= MostPositions, this, $"strides of {Window.StrideHeight}x{Window.StrideWidth} are not supported, only up to {MostPositions} positions");
        problems.Demand(
            y[0] == x[0] && x[3] == w[3] && y[3] == w[0] && Fits(x[1], w[1], y[1], Window.StrideHeight, Window.Top) && Fits(x[2], w[2], y[2], Window.StrideWidth, Window.Left),
            this,
            $"the output shape [{string.Join(',', y)}] does not follow from input [{string.Join(',', x)}] and weights [{string.Join(',', w)}]");
        if (Int16Operands.AreOf(this)) Int16Convolution.Check(this, Weights, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        bool single = Window.StrideHeight == 1 && Window.StrideWidth == 1;
        int[] strides = Dimension.DenseStrides(Output.Shape);
        foreach (Phase rows in Phases(Input.Shape[1], Weights.Shape[1], Output.Shape[1], Window.StrideHeight, Window.Top))
        {
            foreach (Phase columns in Phases(Input.Shape[2], Weights.Shape[2], Output.Shape[2], Window.StrideWidth, Window.Left))
            {
                int[] shape = [Output.Shape[0], rows.Outputs, columns.Outputs, Output.Shape[3]];
                GraphTensor part = single ? Output : new(Output.Name, Output.Type, shape) { Quantization = Output.Quantization };
                Window2D placed = new(Top: rows.Before, Bottom: rows.After, Left: columns.Before, Right: columns.After);
                new Conv2D(Input, FilterOf(rows, columns), Bias, part, placed, Activation).Pack(packer);
                if (single) return;

                int[] dense = Dimension.DenseStrides(shape);
                DataMovement.Copy(packer, part, 0, Output, (rows.First * strides[1]) + (columns.First * strides[2]),
                [
                    new(shape[0], dense[0], strides[0]),
                    new(shape[1], dense[1], strides[1] * Window.StrideHeight),
                    new(shape[2], dense[2], strides[2] * Window.StrideWidth),
                    new(shape[3], 1, 1),
                ]);
            }
        }
    }

    /// <summary>The reference adds whatever products fall into the output; more than a stride of rows without any would be a mistake.</summary>
    private static bool Fits(int input, int filter, int output, int stride, int before)
    {
        long whole = ((long)(input - 1) * stride) + filter;
        return before >= 0 && before < filter && output + before < whole + stride;
    }

    /// <summary>The outputs of one rest: the convolution along one dimension that computes them.</summary>
    /// <param name="First">First output.</param>
    /// <param name="Outputs">Their number.</param>
    /// <param name="Taps">Rows of the filter, in the order of the convolution; -1 for zeros.</param>
    /// <param name="Before">Padding before.</param>
    /// <param name="After">Padding behind; negative where the last inputs are not used.</param>
    private sealed record Phase(int First, int Outputs, int[] Taps, int Before, int After);

    private static IEnumerable<Phase> Phases(int input, int filter, int output, int stride, int before)
    {
        for (int first = 0; first < stride && first < output; first++)
        {
            int outputs = (output - first + stride - 1) / stride;
            int rest = (first + before) % stride, start = (first + before) / stride;
            int taps = Math.Max(Math.Max(1, start + 1), (filter - rest + stride - 1) / stride);
            int[] rows = [.. Enumerable.Range(0, taps).Select(t => rest + ((taps - 1 - t) * stride)).Select(f => f < filter ? f : -1)];
            yield return new Phase(first, outputs, rows, taps - 1 - start, outputs + start - input);
        }
    }

    private GraphTensor FilterOf(Phase rows, Phase columns)
    {
        int channels = Weights.Shape[0], height = Weights.Shape[1], width = Weights.Shape[2], depth = Weights.Shape[3];
        byte[] data = new byte[channels * rows.Taps.Length * columns.Taps.Length * depth];
        int position = 0;
        for (int channel = 0; channel < channels; channel++)
        {
            foreach (int row in rows.Taps)
            {
                foreach (int column in columns.Taps)
                {
                    if (row >= 0 && column >= 0) Weights.Data.AsSpan(((((channel * height) + row) * width) + column) * depth, depth).CopyTo(data.AsSpan(position));
                    position += depth;
                }
            }
        }

        return new GraphTensor(Weights.Name, ElementType.Int8, [channels, rows.Taps.Length, columns.Taps.Length, depth]) { Data = data, Quantization = Weights.Quantization };
    }
}
