using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Tests;

public sealed class KeywordTests
{
    /// <summary>The official int8 model of the benchmark on the same features.</summary>
    private const double OfficialAccuracy = 0.8978;

    private const double FloatAccuracy = 0.9045;

    [SharedTheory]
    [InlineData("ds_cnn_kws_float")]
    [InlineData("ds_cnn_kws_float_nchw")]
    public void The_default_recipe_stays_within_half_a_point_of_float_and_above_the_official_model(string name)
    {
        SampleSet set = Keyword.Samples();
        ModelGraph graph = Keyword.Graph(name);
        double exact = ModelEvaluation.OfFloat(graph, set.Samples).Accuracy!.Value;
        Assert.Equal(FloatAccuracy, exact, 0.0001);
        PostTrainingQuantizer.Run(graph, set, QuantizationRecipe.Default);
        byte[] blob = ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
        double quantized = ModelEvaluation.OfBlob(blob, set.Samples).Accuracy!.Value;
        Assert.InRange(quantized, Math.Max(OfficialAccuracy, exact - 0.005), 1);
    }

    [SharedFact]
    public void Four_bit_weights_throughout_stay_within_two_points()
    {
        SampleSet set = Keyword.Samples();
        Assert.InRange(Accuracy(set, QuantizationRecipe.Default with { WeightBits = 4 }), FloatAccuracy - 0.02, 1);
    }

    [SharedFact]
    public void Mixed_precision_stays_within_a_point_at_six_tenths_of_the_bytes()
    {
        SampleSet set = Keyword.Samples();
        QuantizationRecipe recipe = MixedPrecision.Search(() => Keyword.Graph(), set, QuantizationRecipe.Default, 0.6);
        ModelGraph graph = Keyword.Graph();
        Converter.Passes.PassPipeline.Simplify(graph);
        Assert.InRange(MixedPrecision.WeightBytes(graph, recipe) / (double)MixedPrecision.WeightBytes(graph, QuantizationRecipe.Default), 0.5, 0.6);
        Assert.InRange(Accuracy(set, recipe), FloatAccuracy - 0.01, 1);
    }

    private static double Accuracy(SampleSet set, QuantizationRecipe recipe)
    {
        ModelGraph graph = Keyword.Graph();
        PostTrainingQuantizer.Run(graph, set, recipe);
        byte[] blob = ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
        return ModelEvaluation.OfBlob(blob, set.Samples).Accuracy!.Value;
    }
}
