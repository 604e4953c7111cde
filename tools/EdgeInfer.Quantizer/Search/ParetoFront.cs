namespace EdgeInfer.Quantizer.Search;

/// <summary>The trials that are worth a choice: whatever is better than one of them in one figure is worse in another.</summary>
public static class ParetoFront
{
    /// <summary>Finds them.</summary>
    /// <param name="trials">All trials.</param>
    /// <param name="costs">Figures of which less is better; the quality of <see cref="QualityOf"/> is added to them.</param>
    /// <returns>The trials of the front, the best ones first; of equal ones one.</returns>
    public static IReadOnlyList<RecipeTrial> Of(IReadOnlyList<RecipeTrial> trials, params Func<RecipeTrial, double>[] costs)
    {
        Func<RecipeTrial, double>[] figures = [.. costs, t => -QualityOf(t)];
        List<RecipeTrial> front = [];
        foreach (RecipeTrial trial in trials.OrderByDescending(QualityOf).ThenByDescending(t => t.Sqnr))
        {
            if (!front.Exists(better => figures.All(f => f(better) <= f(trial)))) front.Add(trial);
        }

        return front;
    }

    /// <summary>What a trial is judged by: its score where samples are labelled, and else the ratio of signal to noise.</summary>
    /// <param name="trial">The trial.</param>
    /// <returns>The figure; more is better.</returns>
    public static double QualityOf(RecipeTrial trial) => trial.Score ?? trial.Sqnr;
}
