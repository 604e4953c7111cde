using EdgeInfer.Converter.Graph;
using EdgeInfer.Quantizer.Calibration;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer;

/// <summary>Tries recipes, measures each, and keeps the best: the most accurate one where samples are labelled, of equal ones the one with the least noise.</summary>
public static class RecipeSearch
{
    /// <summary>Tries recipes.</summary>
    /// <param name="load">Makes the graph of floats anew.</param>
    /// <param name="set">Samples.</param>
    /// <param name="start">What all recipes share.</param>
    /// <param name="progress">Hears what is being done and which part of it is done, 0 to 1; may be null.</param>
    /// <returns>All recipes that were tried, the best first.</returns>
    public static IReadOnlyList<RecipeTrial> Run(Func<ModelGraph> load, SampleSet set, QuantizationRecipe start, Action<string, double>? progress = null)
    {
        ModelEvaluation exact = ModelEvaluation.OfFloat(load(), set.Samples);
        List<RecipeTrial> trials = [];
        foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>()) Try(start with { Method = method, Equalize = false, AbsorbBias = false, RoundAdaptively = false, CorrectBias = false });
        CalibrationMethod best = Best(trials)[0].Recipe.Method;
        foreach (bool equalize in new[] { false, true })
        {
            Try(start with { Method = best, Equalize = equalize, AbsorbBias = equalize, RoundAdaptively = true, CorrectBias = false });
            Try(start with { Method = best, Equalize = equalize, AbsorbBias = equalize, RoundAdaptively = true, CorrectBias = true });
        }

        return Best(trials);

        void Try(QuantizationRecipe recipe)
        {
            ModelGraph graph = load();
            PostTrainingQuantizer.Run(graph, set, recipe, (step, part) => progress?.Invoke($"Recipe {trials.Count + 1}: {step}", part));
            ModelEvaluation result = ModelEvaluation.OfFloat(graph, set.Samples, quantize: true);
            trials.Add(new RecipeTrial(recipe, result.Accuracy ?? result.Auc, result.Sqnr(exact)));
        }
    }

    private static List<RecipeTrial> Best(IEnumerable<RecipeTrial> trials) => [.. trials.OrderByDescending(t => t.Score ?? 0).ThenByDescending(t => t.Sqnr)];
}

/// <summary>A recipe and what it came to.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Score">Accuracy, or area under the curve of an anomaly model; null where samples are not labelled.</param>
/// <param name="Sqnr">Signal-to-quantization-noise ratio of the outputs in decibels.</param>
public sealed record RecipeTrial(QuantizationRecipe Recipe, double? Score, double Sqnr);
