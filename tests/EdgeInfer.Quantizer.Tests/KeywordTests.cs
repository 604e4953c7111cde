using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Tests;

public sealed class KeywordTests
{
    /// <summary>The official int8 model of the benchmark on the same features.</summary>
    private const double OfficialAccuracy = 0.8978;

    [SharedTheory]
    [InlineData("ds_cnn_kws_float")]
    [InlineData("ds_cnn_kws_float_nchw")]
    public void The_default_recipe_stays_within_half_a_point_of_float_and_above_the_official_model(string name)
    {
        SampleSet set = Keyword.Samples();
        ModelGraph graph = Keyword.Graph(name);
        double exact = ModelEvaluation.OfFloat(graph, set.Samples).Accuracy!.Value;
        PostTrainingQuantizer.Run(graph, set, QuantizationRecipe.Default);
        byte[] blob = ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
        double quantized = ModelEvaluation.OfBlob(blob, set.Samples).Accuracy!.Value;
        Assert.Equal(0.9045, exact, 0.0001);
        Assert.InRange(quantized, Math.Max(OfficialAccuracy, exact - 0.005), 1);
    }
}
