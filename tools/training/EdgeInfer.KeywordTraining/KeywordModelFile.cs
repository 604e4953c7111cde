using System.Runtime.InteropServices;
using EdgeInfer.Training;

namespace EdgeInfer.KeywordTraining;

// Inside the namespace, where it comes before the runtime's Tensor.
using Tensor = TorchSharp.torch.Tensor;

/// <summary>The network as an int8 .tflite file: the layers, a mean over time, one fully connected layer, a softmax.</summary>
internal static class KeywordModelFile
{
    // The schema's BuiltinOperator and BuiltinOptions.
    private const byte AveragePool2D = 1;
    private const byte Conv2D = 3;
    private const byte DepthwiseConv2D = 4;
    private const byte FullyConnected = 9;
    private const byte Reshape = 22;
    private const byte Softmax = 25;
    private const byte Conv2DOptions = 1;
    private const byte DepthwiseConv2DOptions = 2;
    private const byte Pool2DOptions = 5;
    private const byte FullyConnectedOptions = 8;
    private const byte SoftmaxOptions = 9;
    private const byte ReshapeOptions = 17;
    private const sbyte Relu = 1;
    private const sbyte Valid = 1;

    /// <summary>Writes the file's content.</summary>
    public static byte[] Write(IReadOnlyList<LayerPlan> plans, RoundedNetwork network)
    {
        ModelFile file = new();
        (Tensor Weights, Tensor Bias)[] layers = [.. network.Layers];
        Range8 range = new(Batches.Scale, 0);
        int input = AddActivation(file, "features", [1, plans[0].InputFrames, plans[0].InputBands, 1], range);
        int current = input;
        for (int i = 0; i < plans.Count; i++)
        {
            current = AddConvolution(file, plans[i], layers[i], current, range, network.Outputs[i]);
            range = network.Outputs[i];
        }

        LayerPlan last = plans[^1];
        int mean = AddActivation(file, "mean", [1, 1, 1, last.OutputChannels], range);
        file.AddOperator(AveragePool2D, 2, [current], mean, Pool2DOptions, options =>
        {
            options.AddInt(1, 1, 0);
            options.AddInt(2, 1, 0);
            options.AddInt(3, last.OutputBands, 0);
            options.AddInt(4, last.OutputFrames, 0);
            options.AddSbyte(0, Valid, 0);
        });
        int[] flat = [1, last.OutputChannels];
        int shape = file.AddTensor("flat/shape", ModelFile.Int32, [2], MemoryMarshal.AsBytes<int>(flat).ToArray());
        int flattened = AddActivation(file, "flat", flat, range);
        file.AddOperator(Reshape, 1, [mean, shape], flattened, ReshapeOptions, static _ => { });

        int classes = SpeechSet.Labels.Count;
        (int weights, int bias) = AddWeights(file, "scores", layers[^1], [classes, last.OutputChannels], 0, perChannel: false, range);
        int scores = AddActivation(file, "scores", [1, classes], network.Outputs[^1]);
        file.AddOperator(FullyConnected, 4, [flattened, weights, bias], scores, FullyConnectedOptions, static _ => { });
        int output = AddActivation(file, "probabilities", [1, classes], Range8.Probabilities);
        file.AddOperator(Softmax, 2, [scores], output, SoftmaxOptions, static options => options.AddFloat(0, 1, 0));
        return file.Finish(input, output, "Keywords; trained by tools/training of EdgeInfer");
    }

    private static int AddConvolution(ModelFile file, LayerPlan plan, (Tensor Weights, Tensor Bias) layer, int input, Range8 inputRange, Range8 outputRange)
    {
        LayerRecipe recipe = plan.Recipe;
        bool depthwise = recipe.Kind == LayerKind.Depthwise;

        // From OIHW to OHWI, or to 1HWC.
        Tensor ordered = (depthwise ? layer.Weights.permute(1, 2, 3, 0) : layer.Weights.permute(0, 2, 3, 1)).contiguous();
        (int weights, int bias) = AddWeights(file, plan.Name, (ordered, layer.Bias), [.. ordered.shape.Select(dimension => (int)dimension)], depthwise ? 3 : 0, perChannel: true, inputRange);
        int output = AddActivation(file, plan.Name, [1, plan.OutputFrames, plan.OutputBands, plan.OutputChannels], outputRange);
        file.AddOperator(depthwise ? DepthwiseConv2D : Conv2D, 3, [input, weights, bias], output, depthwise ? DepthwiseConv2DOptions : Conv2DOptions, options =>
        {
            options.AddInt(1, recipe.BandStride, 0);
            options.AddInt(2, recipe.FrameStride, 0);
            if (depthwise) options.AddInt(3, 1, 0);
            options.AddSbyte(depthwise ? 4 : 3, Relu, 0);
            options.AddSbyte(0, Valid, 0);
        });
        return output;
    }

    /// <summary>Rounds weights, of which the channels are along one dimension, and the bias.</summary>
    private static (int Weights, int Bias) AddWeights(ModelFile file, string name, (Tensor Weights, Tensor Bias) layer, int[] shape, int channelDimension, bool perChannel, Range8 input)
    {
        Tensor byChannel = layer.Weights.movedim([channelDimension], [0]).contiguous();
        float[] scales = [.. RoundedNetwork.WeightScales(byChannel, perChannel).data<float>()];
        long[] broadcast = [.. shape.Select((_, i) => i == channelDimension && perChannel ? (long)scales.Length : 1)];
        Tensor rounded = (layer.Weights / TorchSharp.torch.tensor(scales).reshape(broadcast)).round().clamp(-127, 127);
        byte[] values = [.. rounded.contiguous().data<float>().Select(value => (byte)(sbyte)value)];
        int[] bias = [.. layer.Bias.data<float>().Select((value, i) => (int)Math.Round(value / ((double)input.Scale * scales[perChannel ? i : 0])))];
        return (
            file.AddTensor($"{name}/weights", ModelFile.Int8, shape, values, scales, 0, channelDimension),
            file.AddTensor($"{name}/bias", ModelFile.Int32, [bias.Length], MemoryMarshal.AsBytes<int>(bias).ToArray(), [.. scales.Select(scale => scale * input.Scale)]));
    }

    private static int AddActivation(ModelFile file, string name, int[] shape, Range8 range) =>
        file.AddTensor(name, ModelFile.Int8, shape, scales: [range.Scale], zeroPoint: range.ZeroPoint);
}
