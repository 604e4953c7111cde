using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Search;

/// <summary>
/// Tries recipes, measures each, and keeps the best that stays within bounds. Ranges come from some of the samples, figures from the others, so that a recipe
/// is not chosen for what it knows already.
/// </summary>
/// <remarks>
/// Not all combinations are tried but one choice after the other, each with the best of those before: calibration and symmetry, then the
/// algorithms that go with it, then, where bounds ask for it, the bits of layers' activations and weights, and for these bits once more the first two.
/// </remarks>
public sealed class RecipeSearch
{
    private readonly SearchRequest _request;
    private readonly ModelEvaluation _exact;
    private readonly IReadOnlyList<Sample> _measured;
    private readonly Dictionary<string, RecipeTrial> _trials = [];
    private readonly Action<string, double>? _progress;
    private readonly Precision _precision;
    private readonly Widening _widening;

    private RecipeSearch(SearchRequest request, Action<string, double>? progress)
    {
        _request = request;
        _progress = progress;
        _measured = request.Measured.Samples;
        _exact = ModelEvaluation.OfFloat(request.Load(), _measured, scored: request.Scored);
        NoiseMeter noise = new(request, _exact);
        (_precision, _widening) = (new Precision(noise), new Widening(noise));
        if (request.Bounds.Any(b => b.Option == "--max-loss") && (_exact.Accuracy ?? _exact.Auc) is null)
        {
            throw new QuantizationException("--max-loss needs labelled samples, a folder for each class. Without labels bound the noise of the outputs: --min-sqnr DECIBELS");
        }
    }

    /// <summary>Tries recipes.</summary>
    /// <param name="request">What to try, and within which bounds.</param>
    /// <param name="progress">Hears what is being done and which part of it is done, 0 to 1; may be null.</param>
    /// <returns>All recipes that were tried, the chosen one first, those within the bounds before the others.</returns>
    /// <exception cref="QuantizationException">No recipe stays within the bounds; the message tells of the nearest.</exception>
    public static IReadOnlyList<RecipeTrial> Run(SearchRequest request, Action<string, double>? progress = null)
    {
        RecipeSearch search = new(request, progress);
        search.TryAll();
        RecipeTrial[] ranked = search.Ranked();
        string[] missed = [.. request.Bounds.Where(b => b.Excess(ranked[0]) > 0).Select(b => b.Describe(ranked[0]))];
        if (missed.Length == 0) return ranked;

        string kept = request.Bounds.Count > missed.Length ? "; the other bounds it keeps to" : string.Empty;
        string ports = search.IsQualityMissed && ranked[0].Recipe is { ActivationBits: 16, BitsOfPorts: 8 } ? " Inputs and outputs of 16 bits may do: --port-bits 16" : string.Empty;
        throw new QuantizationException($"None of {ranked.Length} recipes stays within the bounds. The nearest has {string.Join(" and ", missed)}{kept}: {ranked[0].Recipe.Summary}. Allow that, or train a smaller model.{ports}");
    }

    /// <summary>True where nothing that was tried is as good as a bound asks.</summary>
    private bool IsQualityMissed => Ranked()[0] is var nearest && _request.Bounds.Any(b => b.IsQuality && b.Excess(nearest) > 0);

    private void TryAll()
    {
        TryWays(_request.Start, "Calibration", "Algorithms");
        if (IsQualityMissed || _request.TriesPrecision) Widen(Ranked()[0].Recipe);
        TryBitsOfWeights();
        if (IsQualityMissed) Widen(Ranked()[0].Recipe);
    }

    private void TryBitsOfWeights()
    {
        if (!_request.ChoosesBits || (_request.Bounds.Count == 0 && !_request.TriesPrecision)) return;

        QuantizationRecipe way = Ranked()[0].Recipe;
        QuantizationRecipe[] mixed = [.. _precision.Narrowed(way with { RoundAdaptively = true }, part => _progress?.Invoke("Sensitivity of weights", part))];
        TryEach("Bits of weights", mixed);
        FillBytes(way with { RoundAdaptively = true });
        QuantizationRecipe chosen = Ranked()[0].Recipe;
        if (chosen.WeightBits != way.WeightBits) TryWays(chosen, "Calibration for these bits", "Algorithms for these bits");
    }

    /// <summary>Tries ways to calibrate, and with the best of them all combinations of algorithms.</summary>
    private void TryWays(QuantizationRecipe start, string calibration, string algorithms)
    {
        // Rounding to 8 bits does not depend on the ranges of activations, and takes most of the time.
        bool round = start.RoundAdaptively && start.WeightBits < 8;
        TryEach(calibration, [.. _request.Symmetries.SelectMany(s => _request.Methods.Select(m => start with { Symmetric = s, Method = m, RoundAdaptively = round }))]);
        QuantizationRecipe best = Ranked().First(t => t.Recipe.HasBitsOf(start)).Recipe;
        bool[] either = [false, true];
        TryEach(algorithms, [.. from equalize in either from absorb in either from adaptively in either from correct in either
            select best with { Equalize = equalize, AbsorbBias = absorb, RoundAdaptively = adaptively, CorrectBias = correct }]);
    }

    /// <summary>Gives 16 bits to the activations of ever more layers, until that is good enough.</summary>
    private void Widen(QuantizationRecipe way)
    {
        if (!_request.ChoosesWidth || way.ActivationBits == 16) return;

        foreach (QuantizationRecipe recipe in _widening.Widened(way, part => _progress?.Invoke("Sensitivity of activations", part)))
        {
            Try(recipe);
            if (!_request.TriesPrecision && !IsQualityMissed) return;
        }
    }

    /// <summary>Gives 8 bits to as many layers as a bound of bytes allows, those first that gain most for their bytes.</summary>
    private void FillBytes(QuantizationRecipe way)
    {
        RecipeBound[] bounds = [.. _request.Bounds.Where(b => b.Option is "--max-bytes" or "--max-weights")];
        double share = 0;
        for (int attempt = 0; attempt < 4 && bounds.Length > 0; attempt++)
        {
            RecipeTrial trial = Try(_precision.Filled(way, share));
            if (attempt > 0 && bounds.All(b => b.Excess(trial) == 0)) return;

            // What a bound of the whole blob leaves to the weights becomes known by trying.
            share = bounds.Min(b => b.Option == "--max-weights" ? b.Limit : trial.WeightShare + ((b.Limit - trial.BlobBytes) / _precision.FullBytes));
        }
    }

    private void TryEach(string what, QuantizationRecipe[] recipes)
    {
        for (int i = 0; i < recipes.Length; i++)
        {
            Try(recipes[i]);
            _progress?.Invoke($"{what}, {recipes.Length} recipes", (i + 1.0) / recipes.Length);
        }
    }

    private RecipeTrial Try(QuantizationRecipe recipe)
    {
        if (_trials.TryGetValue(recipe.Summary, out RecipeTrial? known)) return known;

        ModelGraph graph = _request.Load();
        PostTrainingQuantizer.Run(graph, _request.Calibration, recipe);
        ModelEvaluation result = ModelEvaluation.OfFloat(graph, _measured, quantize: true, scored: _request.Scored);
        ConversionResult converted = _request.Convert(graph, recipe);
        double? loss = (_exact.Accuracy - result.Accuracy) ?? (_exact.Auc - result.Auc);
        RecipeTrial trial = new(recipe, result, loss, result.Sqnr(_exact), _precision.WeightShare(recipe), converted.Blob.Length, converted.Model.ArenaBytes, _request.Cost?.Invoke(converted));
        _trials.Add(recipe.Summary, trial);
        return trial;
    }

    /// <summary>
    /// Orders trials: those nearest to the bounds first; within them those whose activations have no more bits than they must, the smallest blob where a bound of quality
    /// says what is good enough, and else the highest score. Where a difference in score may be chance, the least noise decides.
    /// </summary>
    private RecipeTrial[] Ranked()
    {
        RecipeTrial[] ranked = [.. _trials.Values
            .OrderBy(t => _request.Bounds.Sum(b => b.Excess(t)))
            .ThenBy(t => t.Recipe.HasActivationsOf(_request.Start) ? 0 : 1)
            .ThenBy(t => _request.Bounds.Any(b => b.IsQuality) ? t.BlobBytes : 0)
            .ThenByDescending(t => t.Score ?? 0)
            .ThenByDescending(t => t.Sqnr)];
        if (_request.Bounds.Any(b => b.IsQuality || b.Excess(ranked[0]) > 0)) return ranked;

        RecipeTrial chosen = ranked.Where(t => t.Recipe.HasActivationsOf(_request.Start) && _request.Bounds.All(b => b.Excess(t) == 0) && t.MayEqual(ranked[0], _measured)).MaxBy(t => t.Sqnr)!;
        return [chosen, .. ranked.Where(t => t != chosen)];
    }
}
