using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Tests;

public sealed class EvaluationTests
{
    [Fact]
    public void Accuracy_and_confusion_count_samples()
    {
        Sample[] samples = [.. new[] { 0, 1, 1, 2 }.Select(label => new Sample([[0f]], label, ""))];
        ModelEvaluation result = ModelEvaluation.Of(samples, [[[3, 1, 1]], [[0, 2, 1]], [[0, 1, 2]], [[0, 0, 1]]]);
        Assert.Equal(0.75, result.Accuracy);
        Assert.Equal(new[,] { { 1, 0, 0 }, { 0, 1, 1 }, { 0, 0, 1 } }, result.Confusion(samples));
        Assert.Null(result.Auc);
    }

    [Fact]
    public void A_model_that_gives_back_its_input_is_judged_by_its_error()
    {
        // Errors 0, 1, 2, 3 with anomalies at 1 and 3: of four pairs three are in order.
        Sample[] samples = [.. new[] { 0, 1, 0, 1 }.Select(label => new Sample([[0f, 0, 0]], label, ""))];
        ModelEvaluation result = ModelEvaluation.Of(samples, [[[0, 0, 0]], [[1, 0, 0]], [[0, 2, 0]], [[0, 0, 3]]]);
        Assert.Equal(0.75, result.Auc);
        Assert.Null(result.Accuracy);
    }

    [Fact]
    public void An_integer_is_a_class_unless_one_of_them_is_negative()
    {
        byte[] blob = Millionfold();
        Sample[] samples = [.. new[] { 0, 1, 2 }.Select(x => new Sample([[x]], x, ""))];
        ModelEvaluation classes = ModelEvaluation.OfBlob(blob, samples), numbers = ModelEvaluation.OfBlob(blob, [.. samples, new Sample([[-1]], 1, "")]);
        Assert.Equal([0, 1_000_000, 2_000_000], classes.Classes);
        Assert.Equal(1.0 / 3, classes.Accuracy);
        Assert.Equal(2_000_001, classes.CountClasses(samples));
        Assert.Null(numbers.Accuracy);
    }

    [Fact]
    public void Equal_scores_count_half() => Assert.Equal(0.5, ModelEvaluation.AreaUnderCurve([1, 1, 1, 1], [true, false, true, false]));

    [Fact]
    public void Noise_is_measured_against_the_signal()
    {
        Sample[] samples = [new([[0f]], -1, "")];
        ModelEvaluation exact = ModelEvaluation.Of(samples, [[[10, 0]]]), noisy = ModelEvaluation.Of(samples, [[[11, 0]]]);
        Assert.Equal(20, noisy.Sqnr(exact), 1e-9);
    }

    /// <summary>A model whose output is its input, as an integer, times a million.</summary>
    private static byte[] Millionfold()
    {
        GraphTensor x = new("x", ElementType.Int8, [1]) { Quantization = new Quantization(1, 0) };
        GraphTensor integer = new("integer", ElementType.Int32, [1]), y = new("y", ElementType.Int32, [1]);
        GraphTensor million = new("million", ElementType.Int32, [1]) { Data = BitConverter.GetBytes(1_000_000) };
        ModelGraph graph = new("millionfold");
        graph.Inputs.Add(x);
        graph.Operators.AddRange([new Cast(x, integer), new Mul(integer, million, y, FusedActivation.None)]);
        graph.Outputs.Add(y);
        return ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
    }
}
