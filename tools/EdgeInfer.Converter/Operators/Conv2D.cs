using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Conv2D;

namespace EdgeInfer.Converter.Operators;

/// <summary>Two-dimensional convolution. Input NHWC, weights OHWI with I = input channels / groups, bias one an output channel or absent.</summary>
/// <param name="input">Input, NHWC.</param>
/// <param name="weights">Weights, OHWI, constant.</param>
/// <param name="bias">Bias, or null.</param>
/// <param name="output">Output, NHWC.</param>
/// <param name="window">Strides, dilations and padding.</param>
/// <param name="activation">Clamp of the output.</param>
public sealed class Conv2D(GraphTensor input, GraphTensor weights, GraphTensor? bias, GraphTensor output, Window2D window, FusedActivation activation)
    : Operator([input, weights, bias], [output]), IFusesActivation, IFoldsPadding
{
    /// <summary>Weights, OHWI.</summary>
    public GraphTensor Weights => Inputs[1]!;

    /// <summary>Bias, or null.</summary>
    public GraphTensor? Bias => Inputs[2];

    /// <inheritdoc/>
    public int FilterHeight => Weights.Shape[1];

    /// <inheritdoc/>
    public int FilterWidth => Weights.Shape[2];

    /// <summary>Strides, dilations and padding; a pass may fold a PAD into it.</summary>
    public Window2D Window { get; set; } = window;

    /// <summary>Clamp of the output; a pass may fold an activation into it.</summary>
    public FusedActivation Activation { get; set; } = activation;

    /// <summary>Number of groups.</summary>
    public int Groups => Input.Shape[3] / Weights.Shape[3];

    /// <inheritdoc/>
    public override long Macs => (long)Output.Count * Weights.Shape[1] * Weights.Shape[2] * Weights.Shape[3];

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!WeightedOperator.Check(this, Weights, Bias, problems)) return;
        if (!WeightedOperator.CheckChannels(this, Weights, Bias, problems, dimensions: 4, channelAxis: 0)) return;
        int[] x = Input.Shape, w = Weights.Shape, y = Output.Shape;
        if (!problems.Demand(x.Length == 4 && y.Length == 4, this, "input and output must have four dimensions")) return;
        if (!problems.Demand(x[3] % w[3] == 0 && w[0] % (x[3] / w[3]) == 0, this, $"{x[3]} input channels do not fit weights of {w[3]} in {w[0]} filters")) return;
        problems.Demand(
            y[0] == x[0] && y[1] == Window.OutputHeight(x[1], w[1]) && y[2] == Window.OutputWidth(x[2], w[2]) && y[3] == w[0],
            this,
            $"the output shape [{string.Join(',', y)}] does not follow from input [{string.Join(',', x)}] and weights [{string.Join(',', w)}]");
        if (Input.Type == ElementType.Int16) Int16Convolution.Check(this, Weights, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int[] x = Input.Shape, w = Weights.Shape, y = Output.Shape;
        QuantizedMultiplier[] scales = ChannelTable.ConvolutionScales(Input, Weights, Output, w[0]);
        if (Input.Type == ElementType.Int16)
        {
            Int16Convolution.Pack(packer, this, Weights.Int8s(), Bias, scales, new(x[0], x[1..], y[1..], w[1..3], Groups, Window), Activation);
            return;
        }

        bool onePosition = y[1] * y[2] == 1 && w[1] == x[1] && w[2] == x[2] && Groups == 1;
        if (onePosition && Window is { Top: 0, Left: 0, DilationHeight: 1, DilationWidth: 1 })
        {
            // A filter as large as the image makes a matrix product of it.
            FullyConnected.Pack(packer, Input, Weights, Bias, Output, scales, Activation);
            return;
        }

        if (Weights.Type == ElementType.Int4)
        {
            Conv2DInt4.Pack(packer, this, scales);
            return;
        }

        (int min, _) = ActivationRange.Of(Activation, Output);
        int zeroPoint = Output.Quantization!.ZeroPoint;
        long[] biases = ChannelTable.WholeBiases(Weights.Int8s(), w[0], Bias is null ? [] : Bias.Int32s(), Input.Quantization!.ZeroPoint);
        LaneFit fit = LaneFit.Of(Weights.Int8s(), biases, scales, zeroPoint, min);
        ConvolutionBlock block = ConvolutionBlock.Choose(Window, w, Groups, y, fit.Finish, packer.ScratchBytes);
        PackedRecord record = packer.Add(OperatorCode.Conv2D, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        record.SetScratch(Layout.Tiles, TensorType.Tile, block.Tiles);
        if (block.Packing == Layout.Rows) record[Layout.Accumulators] = Record.None;
        else record.SetScratch(Layout.Accumulators, TensorType.Int64, 2 * block.Triples);
        if (fit.Finish == Layout.FromSums) record.SetScratch(Layout.Sums, TensorType.Int32, 6 * block.Triples);
        else record[Layout.Sums] = Record.None;
        record.SetBytes(Layout.Weights, Weights.Int8s());
        ChannelTable.Set(record, Layout.Channels, Weights.Int8s(), Bias, Input.Quantization!.ZeroPoint, scales);
        SetGeometry(record);
        record[Layout.Triples] = block.Triples;
        record[Layout.Packing] = block.Packing;
        record[Layout.LaneTiles] = fit.Tiles;
        record[Layout.Finish] = fit.Finish != Layout.FromSums && block.SkippingPays(Weights.Int8s(), w) ? Layout.Skipping : fit.Finish;
        int positions = y[0] * y[1] * y[2];
        record.SetUnits((positions + (3 * block.Triples) - 1) / (3 * block.Triples), Macs);
        AllowInPlace(record);
    }

    /// <summary>Sets the fields that convolutions have in the same places whatever their weights are.</summary>
    /// <param name="record">The record.</param>
    internal void SetGeometry(PackedRecord record)
    {
        int[] x = Input.Shape, w = Weights.Shape, y = Output.Shape;
        record[Layout.Batches] = x[0];
        record[Layout.InputHeight] = x[1];
        record[Layout.InputWidth] = x[2];
        record[Layout.InputChannels] = x[3];
        record[Layout.OutputHeight] = y[1];
        record[Layout.OutputWidth] = y[2];
        record[Layout.OutputChannels] = y[3];
        record[Layout.FilterHeight] = w[1];
        record[Layout.FilterWidth] = w[2];
        record[Layout.StrideHeight] = Window.StrideHeight;
        record[Layout.StrideWidth] = Window.StrideWidth;
        record[Layout.DilationHeight] = Window.DilationHeight;
        record[Layout.DilationWidth] = Window.DilationWidth;
        record[Layout.PadTop] = Window.Top;
        record[Layout.PadLeft] = Window.Left;
        record[Layout.Groups] = Groups;
        record[Layout.InputZeroPoint] = Input.Quantization!.ZeroPoint;
        record[Layout.OutputZeroPoint] = Output.Quantization!.ZeroPoint;
        (record[Layout.ActivationMin], record[Layout.ActivationMax]) = ActivationRange.Of(Activation, Output);
    }

    /// <summary>Lets the output take the place of the input where a block of single taps is read as a whole before it is written.</summary>
    /// <param name="record">The record.</param>
    internal void AllowInPlace(PackedRecord record)
    {
        int[] w = Weights.Shape;
        bool singleTap = w[1] == 1 && w[2] == 1 && Groups == 1 && Window == new Window2D(1, 1, Window.DilationHeight, Window.DilationWidth);
        if (singleTap && Output.Shape[3] <= Input.Shape[3]) record.AllowInPlace(Layout.Input);
    }
}
