using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Quantizer.Calibration;
using EdgeInfer.Quantizer.Search;

namespace EdgeInfer.Quantizer.Tests;

public sealed class RecipeSearchTests
{
    private static readonly HostileNetwork Network = new();
    private static readonly SampleSet Samples = SampleSet.For(Network.Samples(48), Network.Graph());

    [Fact]
    public void Without_bounds_all_weights_keep_8_bits_and_the_least_noise_wins()
    {
        IReadOnlyList<RecipeTrial> trials = RecipeSearch.Run(Request());
        Assert.All(trials, t => Assert.Equal(8, t.Recipe.WeightBits));
        Assert.Equal(trials.Max(t => t.Sqnr), trials[0].Sqnr);
        Assert.Equal(trials.Count, trials.Select(t => t.Recipe.Summary).Distinct().Count());
        foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>()) Assert.Contains(trials, t => t.Recipe.Method == method);
        Assert.Contains(trials, t => t.Recipe.Symmetric);
    }

    [Fact]
    public void The_same_request_gives_the_same_trials() =>
        Assert.Equal(
            RecipeSearch.Run(Request(RecipeBound.WeightShare(0.8))).Select(t => (t.Recipe.Summary, t.Sqnr, t.BlobBytes)),
            RecipeSearch.Run(Request(RecipeBound.WeightShare(0.8))).Select(t => (t.Recipe.Summary, t.Sqnr, t.BlobBytes)));

    [Fact]
    public void A_bound_of_bytes_gives_4_bits_to_as_few_layers_as_it_must()
    {
        RecipeTrial all = RecipeSearch.Run(Request())[0];
        RecipeTrial chosen = RecipeSearch.Run(Request(RecipeBound.BlobBytes(all.BlobBytes - 40)))[0];
        Assert.InRange(chosen.BlobBytes, 0, all.BlobBytes - 40);
        Assert.Equal(4, chosen.Recipe.WeightBits);
        Assert.NotEmpty(chosen.Recipe.EightBitLayers);
    }

    [Fact]
    public void A_bound_of_noise_looks_for_the_smallest_blob()
    {
        IReadOnlyList<RecipeTrial> trials = RecipeSearch.Run(Request(RecipeBound.Sqnr(20)));
        Assert.InRange(trials[0].Sqnr, 20, 200);
        Assert.Equal(trials.Where(t => t.Sqnr >= 20).Min(t => t.BlobBytes), trials[0].BlobBytes);
        Assert.Equal(4, trials[0].Recipe.WeightBits);
        Assert.All(trials, t => Assert.True(t.Recipe.HasActivationsOf(QuantizationRecipe.Default), t.Recipe.Summary));
    }

    [Fact]
    public void A_bound_of_noise_that_8_bits_miss_gives_16_to_the_activations_that_need_them()
    {
        IReadOnlyList<RecipeTrial> trials = RecipeSearch.Run(GatesRequest(RecipeBound.Sqnr(28)));
        Assert.Equal(["sum"], trials[0].Recipe.SixteenBitLayers);
        Assert.Equal((8, 8), (trials[0].Recipe.ActivationBits, trials[0].Recipe.BitsOfPorts));
        Assert.InRange(trials[0].Sqnr, 28, 100);
        Assert.InRange(trials.Where(t => t.Recipe.HasActivationsOf(QuantizationRecipe.Default)).Max(t => t.Sqnr), -100, 15);
        Assert.True(trials[0].ArenaBytes > trials.Min(t => t.ArenaBytes));
    }

    [Fact]
    public void What_the_inputs_alone_lose_is_told_with_a_way_out()
    {
        string refusal = Assert.Throws<QuantizationException>(() => RecipeSearch.Run(GatesRequest(RecipeBound.Sqnr(60)))).Message;
        Assert.Contains("16-bit activations, 8-bit ports", refusal, StringComparison.Ordinal);
        Assert.EndsWith("--port-bits 16", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Sixteen_bits_are_tried_to_be_looked_at_but_not_chosen_unless_a_bound_asks()
    {
        IReadOnlyList<RecipeTrial> trials = RecipeSearch.Run(GatesRequest() with { TriesPrecision = true });
        Assert.True(trials[0].Recipe.HasActivationsOf(QuantizationRecipe.Default));
        RecipeTrial best = trials.MaxBy(t => t.Sqnr)!;
        Assert.False(best.Recipe.HasActivationsOf(QuantizationRecipe.Default));
        Assert.Contains(best, ParetoFront.Of(trials, t => t.BlobBytes, t => t.ArenaBytes));
    }

    [Fact]
    public void Latency_is_what_the_meter_says()
    {
        SearchRequest request = Request() with { Cost = result => 1000 + (3 * result.Blob.Length) };
        double limit = RecipeSearch.Run(request)[0].Instructions!.Value - 90;
        RecipeTrial chosen = RecipeSearch.Run(request with { Bounds = [RecipeBound.Instructions(limit, null)] })[0];
        Assert.InRange(chosen.Instructions!.Value, 0, limit);
    }

    [Fact]
    public void Bounds_that_cannot_be_met_are_refused_with_the_nearest()
    {
        QuantizationException refusal = Assert.Throws<QuantizationException>(() => RecipeSearch.Run(Request(RecipeBound.BlobBytes(100), RecipeBound.Sqnr(1))));
        Assert.Matches("None of \\d+ recipes stays within the bounds. The nearest has a blob of 1 \\d\\d\\d bytes \\(--max-bytes asks for a blob of 100 bytes\\); the other bounds it keeps to: .*int4", refusal.Message);
    }

    [Fact]
    public void A_bound_of_accuracy_needs_labels() =>
        Assert.Contains("--min-sqnr", Assert.Throws<QuantizationException>(() => RecipeSearch.Run(Request(RecipeBound.Loss(0.01)))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_front_has_what_nothing_beats()
    {
        IReadOnlyList<RecipeTrial> trials = RecipeSearch.Run(Request() with { TriesPrecision = true });
        IReadOnlyList<RecipeTrial> front = ParetoFront.Of(trials, t => t.BlobBytes);
        Assert.Contains(trials.MaxBy(t => t.Sqnr)!, front);
        Assert.Contains(front, t => t.BlobBytes == trials.Min(other => other.BlobBytes));
        foreach (RecipeTrial trial in trials) Assert.Contains(front, t => t.BlobBytes <= trial.BlobBytes && t.Sqnr >= trial.Sqnr);
        foreach (RecipeTrial trial in front) Assert.DoesNotContain(front, t => t != trial && t.BlobBytes <= trial.BlobBytes && t.Sqnr >= trial.Sqnr);
    }

    [Fact]
    public void Samples_are_halved_class_by_class()
    {
        Sample[] samples = [.. Enumerable.Range(0, 30).Select(i => new Sample([new float[64]], i / 10, $"{i}"))];
        (SampleSet calibration, SampleSet measured) = SampleSet.For(samples, Network.Graph()).Halves();
        Assert.Equal(samples, calibration.Samples.Concat(measured.Samples).OrderBy(s => int.Parse(s.Source, System.Globalization.CultureInfo.InvariantCulture)));
        foreach (SampleSet half in new[] { calibration, measured }) Assert.Equal([5, 5, 5], half.Samples.GroupBy(s => s.Label).Select(g => g.Count()));
        Assert.Throws<QuantizationException>(() => SampleSet.For(samples[..7], Network.Graph()).Halves());
    }

    private static SearchRequest Request(params RecipeBound[] bounds)
    {
        (SampleSet calibration, SampleSet measured) = Samples.Halves();
        return new SearchRequest(Network.Graph, calibration, measured, Convert) { Bounds = bounds };
    }

    private static SearchRequest GatesRequest(params RecipeBound[] bounds)
    {
        (SampleSet calibration, SampleSet measured) = SampleSet.For(Gates.Samples(), Gates.Graph()).Halves();
        return new SearchRequest(Gates.Graph, calibration, measured, Convert) { Bounds = bounds, Methods = [CalibrationMethod.Mse, CalibrationMethod.MinMax], Symmetries = [false] };
    }

    private static ConversionResult Convert(ModelGraph graph, QuantizationRecipe recipe) => ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0, KeepNames = false });
}
