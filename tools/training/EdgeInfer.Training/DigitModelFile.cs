using System.Runtime.InteropServices;
using Google.FlatBuffers;

namespace EdgeInfer.Training;

/// <summary>The quantized network as an int8 .tflite file: the layers, a reshape before the last, a softmax after it.</summary>
internal static class DigitModelFile
{
    // The schema's BuiltinOperator, the operator's version for int8, and BuiltinOptions.
    private const byte Conv2D = 3;
    private const byte DepthwiseConv2D = 4;
    private const byte FullyConnected = 9;
    private const byte Reshape = 22;
    private const byte Softmax = 25;
    private const byte Conv2DOptions = 1;
    private const byte DepthwiseConv2DOptions = 2;
    private const byte FullyConnectedOptions = 8;
    private const byte SoftmaxOptions = 9;
    private const byte ReshapeOptions = 17;
    private const sbyte Relu = 1;

    /// <summary>Writes the file's content.</summary>
    public static byte[] Write(IReadOnlyList<QuantizedLayer> layers)
    {
        ModelFile file = new();
        int input = AddActivation(file, "image", [1, DigitSet.Side, DigitSet.Side, 1], Range8.Pixels);
        int current = input;
        foreach (QuantizedLayer layer in layers)
        {
            current = layer.Plan.Kind == LayerKind.FullyConnected
                ? AddFullyConnected(file, layer, AddReshape(file, layer, current))
                : AddConvolution(file, layer, current);
        }

        int output = AddActivation(file, "probabilities", [1, DigitSet.Classes], Range8.Probabilities);
        file.AddOperator(Softmax, 2, [current], output, SoftmaxOptions, options => options.AddFloat(0, 1, 0));
        return file.Finish(input, output, "Handwritten digits, 28x28; trained by tools/training of EdgeInfer");
    }

    private static int AddConvolution(ModelFile file, QuantizedLayer layer, int input)
    {
        LayerPlan plan = layer.Plan;
        bool depthwise = plan.Kind == LayerKind.Depthwise;
        int[] shape = depthwise
            ? [1, plan.FilterSide, plan.FilterSide, plan.OutputChannels]
            : [plan.OutputChannels, plan.FilterSide, plan.FilterSide, plan.InputChannels];
        int weights = AddWeights(file, layer, shape, depthwise ? 3 : 0);
        int bias = AddBias(file, layer);
        int output = AddActivation(file, plan.Name, [1, plan.OutputSide, plan.OutputSide, plan.OutputChannels], layer.Output);
        if (depthwise)
            file.AddOperator(DepthwiseConv2D, 3, [input, weights, bias], output, DepthwiseConv2DOptions, options => AddWindow(options, plan, 4));
        else
            file.AddOperator(Conv2D, 3, [input, weights, bias], output, Conv2DOptions, options => AddWindow(options, plan, 3));
        return output;
    }

    /// <summary>Fields that both kinds of convolution share; padding SAME is the default.</summary>
    private static void AddWindow(FlatBufferBuilder options, LayerPlan plan, int activationField)
    {
        options.AddInt(1, plan.Stride, 0);
        options.AddInt(2, plan.Stride, 0);
        options.AddSbyte(activationField, Relu, 0);
        if (plan.Kind == LayerKind.Depthwise) options.AddInt(3, 1, 0);
    }

    private static int AddReshape(ModelFile file, QuantizedLayer layer, int input)
    {
        int[] shape = [1, layer.Plan.InputChannels];
        int shapeTensor = file.AddTensor("flat/shape", ModelFile.Int32, [2], MemoryMarshal.AsBytes<int>(shape).ToArray());
        int output = AddActivation(file, "flat", shape, layer.Input);
        file.AddOperator(Reshape, 1, [input, shapeTensor], output, ReshapeOptions, static _ => { });
        return output;
    }

    private static int AddFullyConnected(ModelFile file, QuantizedLayer layer, int input)
    {
        LayerPlan plan = layer.Plan;
        int weights = AddWeights(file, layer, [plan.OutputChannels, plan.InputChannels], 0);
        int bias = AddBias(file, layer);
        int output = AddActivation(file, plan.Name, [1, plan.OutputChannels], layer.Output);
        file.AddOperator(FullyConnected, 4, [input, weights, bias], output, FullyConnectedOptions, static _ => { });
        return output;
    }

    private static int AddActivation(ModelFile file, string name, int[] shape, Range8 range) =>
        file.AddTensor(name, ModelFile.Int8, shape, scales: [range.Scale], zeroPoint: range.ZeroPoint);

    private static int AddWeights(ModelFile file, QuantizedLayer layer, int[] shape, int channelDimension) =>
        file.AddTensor($"{layer.Plan.Name}/weights", ModelFile.Int8, shape, MemoryMarshal.AsBytes<sbyte>(layer.Weights).ToArray(), layer.WeightScales, 0, channelDimension);

    private static int AddBias(ModelFile file, QuantizedLayer layer) =>
        file.AddTensor(
            $"{layer.Plan.Name}/bias",
            ModelFile.Int32,
            [layer.Bias.Length],
            MemoryMarshal.AsBytes<int>(layer.Bias).ToArray(),
            [.. layer.WeightScales.Select(scale => scale * layer.Input.Scale)]);
}
