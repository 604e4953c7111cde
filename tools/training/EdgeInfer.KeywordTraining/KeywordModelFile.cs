using System.Runtime.InteropServices;
using EdgeInfer.Training;

namespace EdgeInfer.KeywordTraining;

// Inside the namespace, where it comes before the runtime's Tensor.
using Tensor = TorchSharp.torch.Tensor;

/// <summary>The network as a .tflite file, of 8-bit integers or of floats: the layers, a mean over time, one fully connected layer, a softmax.</summary>
internal sealed class KeywordModelFile
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

    private readonly ModelFile _file = new();
    private readonly bool _isRounded;

    private KeywordModelFile(bool isRounded) => _isRounded = isRounded;

    /// <summary>Writes the file's content.</summary>
    /// <param name="plans">The layers, but for the last, which is fully connected.</param>
    /// <param name="layers">Weights and biases of all layers.</param>
    /// <param name="outputs">Ranges of the layers' outputs; null for a file of floats.</param>
    public static byte[] Write(IReadOnlyList<LayerPlan> plans, IReadOnlyList<(Tensor Weights, Tensor Bias)> layers, Range8[]? outputs) =>
        new KeywordModelFile(outputs is not null).Build(plans, layers, outputs ?? new Range8[layers.Count]);

    private byte[] Build(IReadOnlyList<LayerPlan> plans, IReadOnlyList<(Tensor Weights, Tensor Bias)> layers, Range8[] outputs)
    {
        Range8 range = new(Batches.Scale, 0);
        int input = AddActivation("features", [1, plans[0].InputFrames, plans[0].InputBands, 1], range);
        int current = input;
        for (int i = 0; i < plans.Count; i++)
        {
            current = AddConvolution(plans[i], layers[i], current, range, outputs[i]);
            range = outputs[i];
        }

        LayerPlan last = plans[^1];
        int mean = AddActivation("mean", [1, 1, 1, last.OutputChannels], range);
        _file.AddOperator(AveragePool2D, Version(2), [current], mean, Pool2DOptions, options =>
        {
            options.AddInt(1, 1, 0);
            options.AddInt(2, 1, 0);
            options.AddInt(3, last.OutputBands, 0);
            options.AddInt(4, last.OutputFrames, 0);
            options.AddSbyte(0, Valid, 0);
        });
        int[] flat = [1, last.OutputChannels];
        int shape = _file.AddTensor("flat/shape", ModelFile.Int32, [2], MemoryMarshal.AsBytes<int>(flat).ToArray());
        int flattened = AddActivation("flat", flat, range);
        _file.AddOperator(Reshape, 1, [mean, shape], flattened, ReshapeOptions, static _ => { });

        int classes = SpeechSet.Labels.Count;
        (int weights, int bias) = AddWeights("scores", layers[^1], [classes, last.OutputChannels], 0, perChannel: false, range);
        int scores = AddActivation("scores", [1, classes], outputs[^1]);
        _file.AddOperator(FullyConnected, Version(4), [flattened, weights, bias], scores, FullyConnectedOptions, static _ => { });
        int output = AddActivation("probabilities", [1, classes], Range8.Probabilities);
        _file.AddOperator(Softmax, Version(2), [scores], output, SoftmaxOptions, static options => options.AddFloat(0, 1, 0));
        return _file.Finish(input, output, "Keywords; trained by tools/training of EdgeInfer");
    }

    private int AddConvolution(LayerPlan plan, (Tensor Weights, Tensor Bias) layer, int input, Range8 inputRange, Range8 outputRange)
    {
        LayerRecipe recipe = plan.Recipe;
        bool depthwise = recipe.Kind == LayerKind.Depthwise;

        // From OIHW to OHWI, or to 1HWC.
        Tensor ordered = (depthwise ? layer.Weights.permute(1, 2, 3, 0) : layer.Weights.permute(0, 2, 3, 1)).contiguous();
        (int weights, int bias) = AddWeights(plan.Name, (ordered, layer.Bias), [.. ordered.shape.Select(dimension => (int)dimension)], depthwise ? 3 : 0, perChannel: true, inputRange);
        int output = AddActivation(plan.Name, [1, plan.OutputFrames, plan.OutputBands, plan.OutputChannels], outputRange);
        _file.AddOperator(depthwise ? DepthwiseConv2D : Conv2D, Version(3), [input, weights, bias], output, depthwise ? DepthwiseConv2DOptions : Conv2DOptions, options =>
        {
            options.AddInt(1, recipe.BandStride, 0);
            options.AddInt(2, recipe.FrameStride, 0);
            if (depthwise) options.AddInt(3, 1, 0);
            options.AddSbyte(depthwise ? 4 : 3, Relu, 0);
            options.AddSbyte(0, Valid, 0);
        });
        return output;
    }

    /// <summary>Adds weights, of which the channels are along one dimension, and the bias.</summary>
    private (int Weights, int Bias) AddWeights(string name, (Tensor Weights, Tensor Bias) layer, int[] shape, int channelDimension, bool perChannel, Range8 input)
    {
        float[] bias = [.. layer.Bias.data<float>()];
        if (!_isRounded)
        {
            float[] exact = [.. layer.Weights.contiguous().data<float>()];
            return (
                _file.AddTensor($"{name}/weights", ModelFile.Float32, shape, MemoryMarshal.AsBytes<float>(exact).ToArray()),
                _file.AddTensor($"{name}/bias", ModelFile.Float32, [bias.Length], MemoryMarshal.AsBytes<float>(bias).ToArray()));
        }

        Tensor byChannel = layer.Weights.movedim([channelDimension], [0]).contiguous();
        float[] scales = [.. RoundedNetwork.WeightScales(byChannel, perChannel).data<float>()];
        long[] broadcast = [.. shape.Select((_, i) => i == channelDimension && perChannel ? (long)scales.Length : 1)];
        Tensor rounded = (layer.Weights / TorchSharp.torch.tensor(scales).reshape(broadcast)).round().clamp(-127, 127);
        byte[] values = [.. rounded.contiguous().data<float>().Select(value => (byte)(sbyte)value)];
        int[] roundedBias = [.. bias.Select((value, i) => (int)Math.Round(value / ((double)input.Scale * scales[perChannel ? i : 0])))];
        return (
            _file.AddTensor($"{name}/weights", ModelFile.Int8, shape, values, scales, 0, channelDimension),
            _file.AddTensor($"{name}/bias", ModelFile.Int32, [bias.Length], MemoryMarshal.AsBytes<int>(roundedBias).ToArray(), [.. scales.Select(scale => scale * input.Scale)]));
    }

    private int AddActivation(string name, int[] shape, Range8 range) =>
        _isRounded ? _file.AddTensor(name, ModelFile.Int8, shape, scales: [range.Scale], zeroPoint: range.ZeroPoint) : _file.AddTensor(name, ModelFile.Float32, shape);

    /// <summary>The operator's version that knows 8-bit integers; floats are known from the first on.</summary>
    private int Version(int rounded) => _isRounded ? rounded : 1;
}
