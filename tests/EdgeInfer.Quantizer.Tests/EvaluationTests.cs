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
    public void Equal_scores_count_half() => Assert.Equal(0.5, ModelEvaluation.AreaUnderCurve([1, 1, 1, 1], [true, false, true, false]));

    [Fact]
    public void Noise_is_measured_against_the_signal()
    {
        Sample[] samples = [new([[0f]], -1, "")];
        ModelEvaluation exact = ModelEvaluation.Of(samples, [[[10, 0]]]), noisy = ModelEvaluation.Of(samples, [[[11, 0]]]);
        Assert.Equal(20, noisy.Sqnr(exact), 1e-9);
    }
}
