using System.Runtime.InteropServices;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Quantizer.Calibration;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>
/// A small network, convolution, depthwise and pointwise layer and a matrix product, whose weights a test distorts so that it computes the same, or
/// nearly, but is hard to quantize.
/// </summary>
internal sealed class HostileNetwork
{
    public const int Channels = 8;
    private const int Size = 8;
    private const int Classes = 6;

    private readonly Random _random = new(3);

    public HostileNetwork()
    {
        First = Values(Channels * 9, 0.5f);
        FirstBias = Values(Channels, 0.2f);
        Depthwise = Values(9 * Channels, 0.5f);
        DepthwiseBias = Values(Channels, 0.2f);
        Pointwise = Values(Channels * Channels, 0.6f);
        PointwiseBias = Values(Channels, 0.2f);
        Dense = Values(Classes * Channels, 1);
    }

    public float[] First { get; }

    public float[] FirstBias { get; }

    public float[] Depthwise { get; }

    public float[] DepthwiseBias { get; }

    public float[] Pointwise { get; }

    public float[] PointwiseBias { get; }

    public float[] Dense { get; }

    /// <summary>Scales the results of a channel of the first layer, and takes that back in the second.</summary>
    public void ScaleFirst(int channel, float factor)
    {
        for (int i = 0; i < 9; i++)
        {
            First[(channel * 9) + i] *= factor;
            Depthwise[(i * Channels) + channel] /= factor;
        }

        FirstBias[channel] *= factor;
    }

    /// <summary>Scales the results of a channel of the depthwise layer, and takes that back in the pointwise one.</summary>
    public void ScaleDepthwise(int channel, float factor)
    {
        for (int i = 0; i < 9; i++) Depthwise[(i * Channels) + channel] *= factor;
        DepthwiseBias[channel] *= factor;
        for (int o = 0; o < Channels; o++) Pointwise[(o * Channels) + channel] /= factor;
    }

    public Sample[] Samples(int count) => [.. Enumerable.Range(0, count).Select(i => new Sample([Values(Size * Size, 1)], -1, $"#{i}"))];

    public ModelGraph Graph()
    {
        ModelGraph graph = new("hostile");
        GraphTensor x = Activation("x", 1, Size, Size, 1), a = Activation("a", 1, 6, 6, Channels), b = Activation("b", 1, 4, 4, Channels), c = Activation("c", 1, 4, 4, Channels);
        GraphTensor mean = Activation("mean", 1, Channels), y = Activation("y", 1, Classes);
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Operators.AddRange(
        [
            new Conv2D(x, Constant("w1", First, Channels, 3, 3, 1), Constant("b1", FirstBias, Channels), a, new Window2D(), FusedActivation.Relu),
            new DepthwiseConv2D(a, Constant("w2", Depthwise, 1, 3, 3, Channels), Constant("b2", DepthwiseBias, Channels), b, new Window2D(), FusedActivation.Relu),
            new Conv2D(b, Constant("w3", Pointwise, Channels, 1, 1, Channels), Constant("b3", PointwiseBias, Channels), c, new Window2D(), FusedActivation.Relu),
            new Mean(c, [1, 2], mean),
            new FullyConnected(mean, Constant("w4", Dense, Classes, Channels), null, y, FusedActivation.None),
        ]);
        foreach (Operator op in graph.Operators) op.Label = op.Name;
        return graph;
    }

    /// <summary>Signal-to-quantization-noise ratio of the blob's outputs.</summary>
    public double Sqnr(QuantizationRecipe recipe, Sample[] calibration, Sample[] test)
    {
        ModelGraph graph = Graph();
        PostTrainingQuantizer.Run(graph, SampleSet.For(calibration, graph), recipe);
        byte[] blob = ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
        return ModelEvaluation.OfBlob(blob, test).Sqnr(ModelEvaluation.OfFloat(Graph(), test));
    }

    /// <summary>Converts with scales by the textbook, the largest magnitude divided by the largest integer whatever the bias is.</summary>
    public byte[] WithTextbookScales(Sample[] samples)
    {
        ModelGraph graph = Graph();
        Calibrator.Apply(graph, Calibrator.Run(graph, samples), CalibrationMethod.MinMax);
        foreach (Operator op in graph.Operators)
        {
            if (FloatGraph.WeightsOf(op) is { } weighted) weighted.Weights.Quantization = UniformQuantizer.ForWeights(weighted.Weights, weighted.Axis, perChannel: true);
        }

        return ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
    }

    private float[] Values(int count, float reach) => [.. Enumerable.Range(0, count).Select(_ => (float)((_random.NextDouble() * 2) - 1) * reach)];

    private static GraphTensor Activation(string name, params int[] shape) => new(name, ElementType.Float32, shape);

    private static GraphTensor Constant(string name, float[] values, params int[] shape) =>
        new(name, ElementType.Float32, shape) { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
}
