using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;

namespace EdgeInfer.Converter.Packing;

/// <summary>The biases and scales that convolutions and matrix products carry alike.</summary>
public static class ChannelTable
{
    /// <summary>
    /// Sets the fields of <see cref="Channel"/>. Folds the input zero point into the bias and turns the scale ratios into multipliers:
    /// sum of (x - z) * (w - v) + b = sum of x * (w - v) + (b - z * sum of (w - v)).
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="field">First of the three fields.</param>
    /// <param name="weights">Weights, the output channel slowest.</param>
    /// <param name="bias">Bias an output channel, or null.</param>
    /// <param name="inputZeroPoint">Zero point of the input.</param>
    /// <param name="scales">Ratio of accumulator to output, one an output channel.</param>
    /// <param name="weightZeroPoint">Zero point of the weights.</param>
    public static void Set(PackedRecord record, int field, ReadOnlySpan<sbyte> weights, GraphTensor? bias, int inputZeroPoint, QuantizedMultiplier[] scales, int weightZeroPoint = 0)
    {
        int channels = scales.Length;
        int[] biases = FoldedBiases(weights, channels, bias is null ? [] : bias.Int32s(), inputZeroPoint, weightZeroPoint);
        bool shared = scales.All(s => s == scales[0]);
        record.SetTable(field + Channel.Biases, biases);
        record.SetTable(field + Channel.Scales, [.. (shared ? scales[..1] : scales).SelectMany(s => new[] { s.Multiplier, s.Shift })]);
        record[field + Channel.ScaleStep] = shared ? 0 : Channel.ScaleWords;
    }

    /// <summary>Biases with the input zero point folded in: b - z * sum of (w - v).</summary>
    /// <param name="weights">Weights, the output channel slowest.</param>
    /// <param name="channels">Output channels.</param>
    /// <param name="bias">Bias an output channel, or none.</param>
    /// <param name="inputZeroPoint">Zero point of the input.</param>
    /// <param name="weightZeroPoint">Zero point of the weights.</param>
    /// <returns>One bias an output channel.</returns>
    public static int[] FoldedBiases(ReadOnlySpan<sbyte> weights, int channels, ReadOnlySpan<int> bias, int inputZeroPoint, int weightZeroPoint = 0)
    {
        int taps = weights.Length / channels;
        int[] biases = new int[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            int sum = -weightZeroPoint * taps;
            foreach (sbyte weight in weights.Slice(channel * taps, taps)) sum += weight;
            biases[channel] = unchecked((bias.IsEmpty ? 0 : bias[channel]) - (inputZeroPoint * sum));
        }

        return biases;
    }

    /// <summary>The scale ratios of a convolution: input * weight / output, each product and quotient in double precision.</summary>
    /// <param name="input">Input tensor.</param>
    /// <param name="weights">Weights, with one scale or one an output channel.</param>
    /// <param name="output">Output tensor.</param>
    /// <param name="channels">Output channels.</param>
    /// <returns>One multiplier an output channel.</returns>
    /// <remarks>PopulateConvolutionQuantizationParams of TensorFlow Lite (kernels/kernel_util).</remarks>
    public static QuantizedMultiplier[] ConvolutionScales(GraphTensor input, GraphTensor weights, GraphTensor output, int channels)
    {
        float[] scales = weights.Quantization!.Scales;
        QuantizedMultiplier[] multipliers = new QuantizedMultiplier[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            double scale = scales.Length == 1 ? scales[0] : scales[channel];
            multipliers[channel] = QuantizedMultiplier.FromReal((double)input.Quantization!.Scale * scale / output.Quantization!.Scale);
        }

        return multipliers;
    }
}
