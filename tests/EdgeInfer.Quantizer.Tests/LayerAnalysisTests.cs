using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Quantizer.Analysis;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>The figures of <c>edgeinfer analyze</c> are those of the blob: the noise of rounded weights is in them.</summary>
public sealed class LayerAnalysisTests
{
    private static readonly string[] Weighted = ["a", "b", "c", "y"];

    [Theory]
    [InlineData(8, true)]
    [InlineData(4, true)]
    [InlineData(4, false)]
    public void The_last_layers_noise_is_that_of_the_devices_outputs(int bits, bool roundAdaptively)
    {
        Sample[] samples = new HostileNetwork().Samples(24);
        (ModelGraph graph, ModelGraph exact) = Quantize(samples, QuantizationRecipe.Default with { WeightBits = bits, RoundAdaptively = roundAdaptively });
        double device = ModelEvaluation.OfBlob(ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob, samples)
            .Sqnr(ModelEvaluation.OfFloat(new HostileNetwork().Graph(), samples));
        Assert.Equal(device, LayerAnalysis.Run(graph, exact, samples)[^1].Sqnr, 1.0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_layer_whose_weights_have_four_bits_alone_is_the_one_that_costs_most(bool roundAdaptively)
    {
        Sample[] samples = new HostileNetwork().Samples(24);
        QuantizationRecipe recipe = QuantizationRecipe.Default with { WeightBits = 4, EightBitLayers = Weighted.Except(["c"]).ToHashSet(), RoundAdaptively = roundAdaptively };
        (ModelGraph graph, ModelGraph exact) = Quantize(samples, recipe);
        IReadOnlyList<LayerAnalysis> layers = LayerAnalysis.Run(graph, exact, samples);
        LayerAnalysis narrow = layers.Single(l => l.Tensor.Name == "c");
        Assert.All(layers.Where(l => l != narrow), l => Assert.InRange(l.Sensitivity, narrow.Sensitivity + 3, 200));
        Assert.All(graph.Operators, op => Assert.NotNull(op.Output.Quantization));
    }

    private static (ModelGraph Rounded, ModelGraph Exact) Quantize(Sample[] samples, QuantizationRecipe recipe)
    {
        ModelGraph graph = new HostileNetwork().Graph();
        return (graph, PostTrainingQuantizer.Run(graph, SampleSet.For(samples, graph), recipe));
    }
}
