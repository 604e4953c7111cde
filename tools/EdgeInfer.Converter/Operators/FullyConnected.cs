using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using EdgeInfer.Kernels;
using Layout = EdgeInfer.Kernels.FullyConnected;
using Sparse = EdgeInfer.Kernels.SparseFullyConnected;

namespace EdgeInfer.Converter.Operators;

/// <summary>Matrix product. Input [..., depth], weights OI [channels, depth], bias one a channel or absent, output [..., channels].</summary>
/// <param name="input">Input; everything but its last <c>depth</c> elements counts as batches.</param>
/// <param name="weights">Weights, OI, constant; with one scale for all channels they may have a zero point.</param>
/// <param name="bias">Bias, or null.</param>
/// <param name="output">Output.</param>
/// <param name="activation">Clamp of the output.</param>
public sealed class FullyConnected(GraphTensor input, GraphTensor weights, GraphTensor? bias, GraphTensor output, FusedActivation activation)
    : Operator([input, weights, bias], [output]), IFusesActivation
{
    /// <summary>The inputs are brought into locals once a block of outputs; beyond this many that is a hundredth of the time.</summary>
    private const int LargestBlock = 128;

    /// <summary>Weights, OI.</summary>
    public GraphTensor Weights => Inputs[1]!;

    /// <summary>Bias, or null.</summary>
    public GraphTensor? Bias => Inputs[2];

    /// <summary>Clamp of the output; a pass may fold an activation into it.</summary>
    public FusedActivation Activation { get; set; } = activation;

    /// <inheritdoc/>
    public override long Macs => (long)Output.Count * Weights.Shape[1];

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        // TensorFlow Lite applies a zero point of the weights here where there is one for all channels, and nowhere else.
        bool mayBeAsymmetric = Weights.Quantization is { IsPerChannel: false };
        if (!WeightedOperator.Check(this, Weights, Bias, problems, mayBeAsymmetric)) return;
        if (!WeightedOperator.CheckChannels(this, Weights, Bias, problems, dimensions: 2, channelAxis: 0)) return;
        int channels = Weights.Shape[0], depth = Weights.Shape[1];
        problems.Demand(
            Input.Count % depth == 0 && Output.Count == Input.Count / depth * channels,
            this,
            $"the output shape [{string.Join(',', Output.Shape)}] does not follow from input [{string.Join(',', Input.Shape)}] and weights [{channels},{depth}]");
        if (Input.Type == ElementType.Int16) Int16Convolution.Check(this, Weights, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (Input.Type == ElementType.Int8)
        {
            Pack(packer, Input, Weights, Bias, Output, Scales(), Activation);
            return;
        }

        int channels = Weights.Shape[0], depth = Weights.Shape[1];
        Int16Convolution.Pack(packer, this, Weights.Int8s(), Bias, Scales(), new(Input.Count / depth, [1, 1, depth], [1, 1, channels], [1, 1], 1, new Window2D()), Activation);
    }

    /// <summary>Packs a matrix product, also for operators that turn out to be one.</summary>
    /// <param name="packer">Receives the record.</param>
    /// <param name="input">Input.</param>
    /// <param name="weights">Weights, the output channel slowest.</param>
    /// <param name="bias">Bias, or null.</param>
    /// <param name="output">Output.</param>
    /// <param name="scales">Ratio of accumulator to output, one an output channel.</param>
    /// <param name="activation">Clamp of the output.</param>
    internal static void Pack(Packer packer, GraphTensor input, GraphTensor weights, GraphTensor? bias, GraphTensor output, QuantizedMultiplier[] scales, FusedActivation activation)
    {
        int channels = weights.Shape[0];
        int blocks = (channels + LargestBlock - 1) / LargestBlock;
        int block = (channels + blocks - 1) / blocks;
        if (weights.Type == ElementType.Int4)
        {
            FullyConnectedInt4.Pack(packer, input, weights, bias, output, scales, activation, block);
            return;
        }

        SparseMatrix? sparse = packer.PackWeights || packer.StreamsWeights ? null : SparseMatrix.Of(weights.Int8s(), channels, weights.Quantization!.ZeroPoint, block);
        PackedRecord record = sparse is null ? packer.Add(OperatorCode.FullyConnected, Layout.Words, output) : packer.Add(OperatorCode.SparseFullyConnected, Sparse.Words, output);
        record.SetOperand(Layout.Input, input);
        if (sparse is null)
        {
            record.SetMatrix(Layout.Weights, Layout.Packed, weights.Int8s(), channels);
        }
        else
        {
            record.SetBytes(Sparse.Weights, sparse.Bytes);
            record[Sparse.Length] = sparse.Bytes.Length;
            record.SetTable(Sparse.Starts, sparse.Starts);
        }

        ChannelTable.Set(record, Layout.Channels, weights.Int8s(), bias, input.Quantization!.ZeroPoint, scales, weights.Quantization!.ZeroPoint);
        record[Layout.Depth] = weights.Count / channels;
        record[Layout.OutputChannels] = channels;
        record[Layout.WeightZeroPoint] = weights.Quantization.ZeroPoint;
        record[Layout.OutputZeroPoint] = output.Quantization!.ZeroPoint;
        (record[Layout.ActivationMin], record[Layout.ActivationMax]) = ActivationRange.Of(activation, output);
        if (packer.PackWeights && blocks > 1) block = PackWeights.SumsOf(block);
        record.SetScratch(Layout.Sums, TensorType.Int32, packer.PackWeights ? PackWeights.SumsOf(block) : block);
        record[Layout.Block] = block;
        record.SetUnits(output.Count / channels * ((channels + block - 1) / block), (long)output.Count * (weights.Count / channels));
    }

    /// <summary>
    /// One scale for all channels is multiplied in single precision, as GetQuantizedConvolutionMultipler of TensorFlow Lite
    /// (kernels/kernel_util) does; one a channel in double precision, as for convolutions.
    /// </summary>
    internal QuantizedMultiplier[] Scales()
    {
        int channels = Weights.Shape[0];
        if (Weights.Quantization!.IsPerChannel) return ChannelTable.ConvolutionScales(Input, Weights, Output, channels);

        float product = Input.Quantization!.Scale * Weights.Quantization.Scale;
        QuantizedMultiplier[] scales = new QuantizedMultiplier[channels];
        Array.Fill(scales, QuantizedMultiplier.FromReal((double)product / Output.Quantization!.Scale));
        return scales;
    }
}
