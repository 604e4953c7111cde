using TorchSharp;
using static TorchSharp.torch;

namespace EdgeInfer.Training;

// Inside the namespace, where it comes before the runtime's Tensor.
using Tensor = TorchSharp.torch.Tensor;

/// <summary>A layer of 8-bit weights with 32-bit bias.</summary>
/// <param name="Plan">Its shape.</param>
/// <param name="Weights">In the model file's order: OHWI, 1HWC for depthwise, [output, input] for fully connected.</param>
/// <param name="WeightScales">One scale an output channel, or one for all.</param>
/// <param name="Bias">Scale of each is that of the input times that of its channel's weights.</param>
/// <param name="Input">Scale and zero point of the input.</param>
/// <param name="Output">Scale and zero point of the output.</param>
internal sealed record QuantizedLayer(LayerPlan Plan, sbyte[] Weights, float[] WeightScales, int[] Bias, Range8 Input, Range8 Output);

/// <summary>Post-training quantization: symmetric weights, per channel where the operator allows it, and minimum to maximum of every activation.</summary>
internal static class Quantizer
{
    private const int LargestWeight = 127;

    /// <summary>Quantizes all layers.</summary>
    /// <param name="layers">The trained layers.</param>
    /// <param name="calibration">Images over which the activations' ranges are taken.</param>
    public static IReadOnlyList<QuantizedLayer> Quantize(IReadOnlyList<FoldedLayer> layers, DigitSet calibration)
    {
        using IDisposable noGradients = no_grad();
        using DisposeScope memory = NewDisposeScope();
        List<QuantizedLayer> quantized = [];
        Range8 input = Range8.Pixels;
        Tensor x = Trainer.ToTensor(calibration);
        foreach (FoldedLayer layer in layers)
        {
            x = layer.Run(x);
            Range8 output = Range8.Spanning(x.min().item<float>(), x.max().item<float>());
            quantized.Add(Quantize(layer, input, output));
            input = output;
        }

        return quantized;
    }

    private static QuantizedLayer Quantize(FoldedLayer layer, Range8 input, Range8 output)
    {
        LayerPlan plan = layer.Plan;
        float[] weights = [.. layer.Weights.flatten().data<float>()];
        float[] bias = [.. layer.Bias.data<float>()];
        int perChannel = plan.WeightsPerChannel;
        float[] scales = [.. weights.Chunk(perChannel).Select(channel => Math.Max(channel.Max(Math.Abs), 1e-6f) / LargestWeight)];
        if (plan.Kind == LayerKind.FullyConnected) scales = [scales.Max()];

        sbyte[] packed = new sbyte[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            float scale = scales[scales.Length == 1 ? 0 : i / perChannel];
            packed[FilePosition(plan, i)] = (sbyte)Math.Clamp(Math.Round(weights[i] / scale), -LargestWeight, LargestWeight);
        }

        int[] packedBias = [.. bias.Select((value, o) => (int)Math.Round(value / ((double)input.Scale * scales[scales.Length == 1 ? 0 : o])))];
        return new QuantizedLayer(plan, packed, scales, packedBias, input, output);
    }

    /// <summary>Where the weight at position <paramref name="i"/> of OIHW (or OHW) goes in the model file.</summary>
    private static int FilePosition(LayerPlan plan, int i)
    {
        if (plan.Kind == LayerKind.FullyConnected) return i;

        int spatial = plan.FilterSide * plan.FilterSide;
        int position = i % spatial;
        int channel = i / spatial;
        if (plan.Kind == LayerKind.Depthwise) return (position * plan.OutputChannels) + channel;

        int output = channel / plan.InputChannels;
        return (((output * spatial) + position) * plan.InputChannels) + (channel % plan.InputChannels);
    }
}
