using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Quantizer.Calibration;
using EdgeInfer.Quantizer.Evaluation;
using EdgeInfer.Quantizer.Search;

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
        Assert.InRange(Accuracy(set, set, QuantizationRecipe.Default with { WeightBits = 4 }), FloatAccuracy - 0.02, 1);
    }

    [SharedFact]
    public void Mixed_precision_stays_within_a_point_at_six_tenths_of_the_bytes()
    {
        SampleSet set = Keyword.Samples();
        (SampleSet calibration, SampleSet measured) = set.Halves();
        RecipeTrial chosen = RecipeSearch.Run(new SearchRequest(() => Keyword.Graph(), calibration, measured, Convert)
        {
            Methods = [CalibrationMethod.Mse, CalibrationMethod.Octav],
            Symmetries = [false],
            Bounds = [RecipeBound.WeightShare(0.6)],
        })[0];
        Assert.InRange(chosen.WeightShare, 0.5, 0.6);
        Assert.InRange(Accuracy(calibration, set, chosen.Recipe), FloatAccuracy - 0.01, 1);
    }

    private static double Accuracy(SampleSet calibration, SampleSet measured, QuantizationRecipe recipe)
    {
        ModelGraph graph = Keyword.Graph();
        PostTrainingQuantizer.Run(graph, calibration, recipe);
        return ModelEvaluation.OfBlob(Convert(graph, recipe).Blob, measured.Samples).Accuracy!.Value;
    }

    private static ConversionResult Convert(ModelGraph graph, QuantizationRecipe recipe) => ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 });
}
