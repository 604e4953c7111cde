using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.DepthwiseConv2D;

namespace EdgeInfer.Converter.Operators;

/// <summary>Two-dimensional depthwise convolution. Input NHWC, weights [1, filter height, filter width, output channels].</summary>
/// <param name="input">Input, NHWC.</param>
/// <param name="weights">Weights, 1HWO, constant; output channel o reads input channel o / depth multiplier.</param>
/// <param name="bias">Bias, or null.</param>
/// <param name="output">Output, NHWC.</param>
/// <param name="window">Strides, dilations and padding.</param>
/// <param name="activation">Clamp of the output.</param>
public sealed class DepthwiseConv2D(GraphTensor input, GraphTensor weights, GraphTensor? bias, GraphTensor output, Window2D window, FusedActivation activation)
    : Operator([input, weights, bias], [output]), IFusesActivation, IFoldsPadding
{
    /// <summary>Weights, 1HWO.</summary>
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

    /// <summary>Output channels an input channel.</summary>
    public int DepthMultiplier => Output.Shape[3] / Input.Shape[3];

    /// <inheritdoc/>
    public override long Macs => (long)Output.Count * Weights.Shape[1] * Weights.Shape[2];

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!WeightedOperator.Check(this, Weights, Bias, problems)) return;
        if (!WeightedOperator.CheckChannels(this, Weights, Bias, problems, dimensions: 4, channelAxis: 3)) return;
        int[] x = Input.Shape, w = Weights.Shape, y = Output.Shape;
        if (!problems.Demand(x.Length == 4 && y.Length == 4, this, "input and output must have four dimensions")) return;
        problems.Demand(
            y[0] == x[0] && y[1] == Window.OutputHeight(x[1], w[1]) && y[2] == Window.OutputWidth(x[2], w[2]) && y[3] == w[3] && w[3] % x[3] == 0,
            this,
            $"the output shape [{string.Join(',', y)}] does not follow from input [{string.Join(',', x)}] and weights [{string.Join(',', w)}]");
        if (Input.Type == ElementType.Int16) Int16Convolution.Check(this, Weights, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int[] x = Input.Shape, w = Weights.Shape, y = Output.Shape;
        GraphTensor filters = ChannelsFirst(x[3] == 1);
        if (x[3] == 1)
        {
            // With one input channel every filter sees the same image: an ordinary convolution.
            new Conv2D(Input, filters, Bias, Output, Window, Activation) { Label = Label }.Pack(packer);
            return;
        }

        if (Input.Type == ElementType.Int16)
        {
            QuantizedMultiplier[] scales = ChannelTable.ConvolutionScales(Input, Weights, Output, w[3]);
            Int16Convolution.Pack(packer, this, filters.Int8s(), Bias, scales, new(x[0], x[1..], y[1..], w[1..3], x[3], Window), Activation);
            return;
        }

        if (w[1] * w[2] > Lanes.Capacity && !DepthwiseVariant.IsOnePosition(this))
        {
            // More products than a lane holds: a convolution with a group a channel can empty its lanes.
            new Conv2D(Input, ChannelsFirst(asConvolution: true), Bias, Output, Window, Activation) { Label = Label }.Pack(packer);
            return;
        }

        if (x[2] == 1 && y[2] == 1 && w[2] == 1)
        {
            // The kernel is faster along a row; a single column lies in memory as a single row does.
            new DepthwiseConv2D(Turned(Input), Turned(Weights), Bias, Turned(Output), Window.Turned(), Activation) { Label = Label }.PackRecord(packer, this, filters);
            return;
        }

        PackRecord(packer, this, filters);
    }

    /// <summary>Packs the record.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="source">The operator whose tensors it uses: this one, or the one that it stands for.</param>
    /// <param name="filters">The weights, the output channel slowest.</param>
    private void PackRecord(Packer packer, DepthwiseConv2D source, GraphTensor filters)
    {
        int[] x = Input.Shape, w = Weights.Shape, y = Output.Shape;
        QuantizedMultiplier[] scales = ChannelTable.ConvolutionScales(Input, Weights, Output, w[3]);
        PackedRecord record = packer.Add(OperatorCode.DepthwiseConv2D, Layout.Words, source.Output);
        record.SetOperand(Layout.Input, source.Input);
        record.SetBytes(Layout.Weights, filters.Int8s());
        ChannelTable.Set(record, Layout.Channels, filters.Int8s(), Bias, Input.Quantization!.ZeroPoint, scales);
        record[Layout.Batches] = x[0];
        record[Layout.InputHeight] = x[1];
        record[Layout.InputWidth] = x[2];
        record[Layout.InputChannels] = x[3];
        record[Layout.DepthMultiplier] = DepthMultiplier;
        record[Layout.OutputHeight] = y[1];
        record[Layout.OutputWidth] = y[2];
        record[Layout.FilterHeight] = w[1];
        record[Layout.FilterWidth] = w[2];
        record[Layout.StrideHeight] = Window.StrideHeight;
        record[Layout.StrideWidth] = Window.StrideWidth;
        record[Layout.DilationHeight] = Window.DilationHeight;
        record[Layout.DilationWidth] = Window.DilationWidth;
        record[Layout.PadTop] = Window.Top;
        record[Layout.PadLeft] = Window.Left;
        record[Layout.InputZeroPoint] = Input.Quantization.ZeroPoint;
        record[Layout.OutputZeroPoint] = Output.Quantization!.ZeroPoint;
        (record[Layout.ActivationMin], record[Layout.ActivationMax]) = ActivationRange.Of(Activation, Output);
        DepthwiseVariant variant = DepthwiseVariant.Of(this, filters.Int8s(), scales);
        record.SetUnits(x[0] * x[3], Layout.Work(Macs, x[0] * x[3], variant.Plane));
        record[Layout.Variant] = variant.Code;
        record[Layout.Finish] = variant.Finish;
        if (variant.Scratch > 0) record.SetScratch(Layout.Scratch, TensorType.Int64, variant.Scratch);
        else record[Layout.Scratch] = Record.None;
        if (variant.InPlace) record.AllowInPlace(Layout.Input);
    }

    /// <summary>A tensor whose rows and columns are exchanged, one of which is single.</summary>
    private static GraphTensor Turned(GraphTensor tensor) =>
        new(tensor.Name, tensor.Type, [tensor.Shape[0], tensor.Shape[2], tensor.Shape[1], tensor.Shape[3]]) { Data = tensor.Data, Quantization = tensor.Quantization };

    /// <summary>
    /// The weights with the output channel slowest, which is how the kernel takes them: one filter after the other. Those of 4 bits become 8-bit
    /// ones: a model has few of them, and the variants of the kernel gain more than a form of their own could.
    /// </summary>
    private GraphTensor ChannelsFirst(bool asConvolution)
    {
        int[] w = Weights.Shape;
        ReadOnlySpan<sbyte> values = Weights.Int8s();
        byte[] data = new byte[values.Length];
        int taps = w[1] * w[2];
        for (int tap = 0; tap < taps; tap++)
        {
            for (int channel = 0; channel < w[3]; channel++) data[(channel * taps) + tap] = (byte)values[(tap * w[3]) + channel];
        }

        int[] shape = asConvolution ? [w[3], w[1], w[2], 1] : [w[3], w[1], w[2]];
        return new GraphTensor(Weights.Name, asConvolution ? Weights.Type : ElementType.Int8, shape) { Data = data, Quantization = Weights.Quantization };
    }
}
