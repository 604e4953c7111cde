using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Compiler.Layers;

/// <summary>Finds the layers of a graph that can become code.</summary>
internal static class LayerReader
{
    /// <summary>Reads an operator as a matrix product.</summary>
    /// <param name="op">An operator that has passed its check.</param>
    /// <returns>The layer; null where the operator is none or its numbers do not fit generated code.</returns>
    public static MatrixLayer? Read(Operator op) => op switch
    {
        { Input.Type: not ElementType.Int8 } => null,
        Conv2D { Groups: 1 } conv => Read(
            conv, conv.Weights, conv.Bias, conv.Input.Shape, conv.Output.Shape, conv.Weights.Shape[1], conv.Weights.Shape[2], conv.Window, conv.Activation, conv.Weights.Int8s().ToArray(), ConvolutionScales(conv, conv.Weights)),
        DepthwiseConv2D depthwise when depthwise.Input.Shape[3] == 1 => Read(
            depthwise, depthwise.Weights, depthwise.Bias, depthwise.Input.Shape, depthwise.Output.Shape, depthwise.Weights.Shape[1], depthwise.Weights.Shape[2], depthwise.Window, depthwise.Activation, FiltersFirst(depthwise.Weights), ConvolutionScales(depthwise, depthwise.Weights)),
        FullyConnected matrix => Read(
            matrix,
            matrix.Weights,
            matrix.Bias,
            [matrix.Input.Count / matrix.Weights.Shape[1], 1, 1, matrix.Weights.Shape[1]],
            [matrix.Input.Count / matrix.Weights.Shape[1], 1, 1, matrix.Weights.Shape[0]],
            1,
            1,
            new Window2D(),
            matrix.Activation,
            matrix.Weights.Int8s().ToArray(),
            matrix.Scales()),
        _ => null,
    };

    private static MatrixLayer? Read(
        Operator op, GraphTensor weights, GraphTensor? bias, int[] inputShape, int[] outputShape, int filterHeight, int filterWidth, Window2D window, FusedActivation activation, sbyte[] filters, QuantizedMultiplier[] scales)
    {
        // One zero point holds for all channels, and only a matrix product applies it.
        int weightZeroPoint = op is FullyConnected ? weights.Quantization!.ZeroPoint : 0;
        int inputZeroPoint = op.Input.Quantization!.ZeroPoint;
        int taps = filters.Length / scales.Length;
        OutputChannel[] channels = new OutputChannel[scales.Length];
        for (int channel = 0; channel < channels.Length; channel++)
        {
            int[] row = [.. filters.AsSpan(channel * taps, taps).ToArray().Select(w => w - weightZeroPoint)];
            long folded = (bias is null ? 0L : bias.Int32s()[channel]) - ((long)inputZeroPoint * row.Sum());
            channels[channel] = new OutputChannel(row, folded, scales[channel].Multiplier, scales[channel].Shift);
        }

        (int minimum, int maximum) = ActivationRange.Of(activation, op.Output);
        MatrixLayer layer = new(op, op.Input, inputShape, outputShape, filterHeight, filterWidth, window, channels, op.Output.Quantization!.ZeroPoint, minimum, maximum);
        return channels.All(c => Code.Requantization.Fits(c, layer)) ? layer : null;
    }

    private static QuantizedMultiplier[] ConvolutionScales(Operator op, GraphTensor weights) =>
        ChannelTable.ConvolutionScales(op.Input, weights, op.Output, op.Output.Shape[3]);

    /// <summary>1HWO to OHW.</summary>
    private static sbyte[] FiltersFirst(GraphTensor weights)
    {
        int filters = weights.Shape[3];
        ReadOnlySpan<sbyte> values = weights.Int8s();
        sbyte[] turned = new sbyte[values.Length];
        int taps = values.Length / filters;
        for (int i = 0; i < turned.Length; i++) turned[i] = values[(i % taps * filters) + (i / taps)];
        return turned;
    }
}
