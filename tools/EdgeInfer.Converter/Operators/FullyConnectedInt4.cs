using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.FullyConnectedInt4;

namespace EdgeInfer.Converter.Operators;

/// <summary>The record of a <see cref="FullyConnected"/> whose weights have 4 bits.</summary>
internal static class FullyConnectedInt4
{
    /// <summary>Packs a matrix product.</summary>
    /// <param name="packer">Receives the record.</param>
    /// <param name="input">Input.</param>
    /// <param name="weights">Weights, the output channel slowest.</param>
    /// <param name="bias">Bias, or null.</param>
    /// <param name="output">Output.</param>
    /// <param name="scales">Ratio of accumulator to output, one an output channel.</param>
    /// <param name="activation">Clamp of the output.</param>
    /// <param name="block">Outputs of a block.</param>
    public static void Pack(
        Packer packer, GraphTensor input, GraphTensor weights, GraphTensor? bias, GraphTensor output, QuantizedMultiplier[] scales, FusedActivation activation, int block)
    {
        int channels = weights.Shape[0], depth = weights.Count / channels, batches = output.Count / channels;
        PackedRecord record = packer.Add(OperatorCode.FullyConnectedInt4, Layout.Words, output);
        record.SetOperand(Layout.Input, input);
        record.SetNibbles(Layout.Weights, weights.Int8s(), channels);
        ChannelTable.Set(record, Layout.Channels, weights.Int8s(), bias, input.Quantization!.ZeroPoint, scales);
        record[Layout.Depth] = depth;
        record[Layout.OutputChannels] = channels;
        record[Layout.OutputZeroPoint] = output.Quantization!.ZeroPoint;
        (record[Layout.ActivationMin], record[Layout.ActivationMax]) = ActivationRange.Of(activation, output);
        record.SetScratch(Layout.Sums, TensorType.Int32, block);
        record[Layout.Block] = block;
        record.SetUnits(batches * ((channels + block - 1) / block), (long)output.Count * depth);
    }
}
