using System.Globalization;
using System.Net;
using System.Text;
using EdgeInfer.Quantizer.Search;

namespace EdgeInfer.Quantizer.Analysis;

/// <summary>The recipes that were tried as points: quality against bytes, arena and latency, with what is best for its cost joined by a line.</summary>
internal static class TradeOffChart
{
    private const int Width = 340;
    private const int Height = 250;
    private const int Left = 48;
    private const int Right = 12;
    private const int Top = 12;
    private const int Bottom = 42;

    /// <summary>Points of accuracy, or decibels, below the best that are still drawn.</summary>
    private const double ShownPoints = 8, ShownDecibels = 40;

    /// <summary>Writes the section of the report.</summary>
    /// <param name="page">Receives it.</param>
    /// <param name="trials">The trials, the chosen one first.</param>
    /// <param name="floatScore">Score of the model of floats; null where samples are not labelled.</param>
    /// <param name="instructionsPerSecond">Speed of a board, to tell time; null to tell instructions.</param>
    public static void Write(StringBuilder page, IReadOnlyList<RecipeTrial> trials, double? floatScore, double? instructionsPerSecond)
    {
        bool isLabelled = trials[0].Score is not null;
        double unit = isLabelled ? 100 : 1, best = trials.Max(ParetoFront.QualityOf) * unit, least = best - (isLabelled ? ShownPoints : ShownDecibels);
        RecipeTrial[] shown = [.. trials.Where(t => ParetoFront.QualityOf(t) * unit >= least)];
        double low = shown.Min(ParetoFront.QualityOf) * unit, high = Math.Max(best, (floatScore ?? 0) * unit), margin = Math.Max(0.06 * (high - low), isLabelled ? 0.2 : 1);
        Axis y = new(low - margin, high + margin);
        page.Append("<h2>What it costs, and what it loses</h2><p class=\"sub\">").Append(trials.Count).Append(" recipes, measured on samples that calibration did not see. Joined by a line: those that nothing beats at their cost. The ring is the chosen one")
            .Append(isLabelled ? "; dashed, the model of floats." : ".").Append(shown.Length < trials.Count ? $" {trials.Count - shown.Length} that lose far more are not drawn." : string.Empty)
            .Append("</p><p class=\"sub legend\"><i class=\"dot\" style=\"background:var(--one)\"></i>weights of 8 bits&emsp;<i class=\"dot\" style=\"background:var(--two)\"></i>some or all of 4 bits&emsp;<i style=\"background:var(--soft)\"></i>square: some or all activations of 16 bits</p><div class=\"charts\">");
        string quality = isLabelled ? trials[0].Result.Auc is null ? "accuracy, %" : "area under the curve, %" : "signal to noise, dB";
        Panel(page, shown, t => t.BlobBytes / 1024.0, "blob, KB", quality, y, unit, floatScore);
        Panel(page, shown, t => t.ArenaBytes / 1024.0, "arena, KB", quality, y, unit, floatScore);
        if (trials[0].Instructions is not null)
        {
            double divisor = instructionsPerSecond / 1000 ?? 1e6;
            Panel(page, shown, t => t.Instructions!.Value / divisor, instructionsPerSecond is null ? "million instructions of an inference" : "predicted milliseconds of an inference", quality, y, unit, floatScore);
        }

        page.Append("</div>");
    }

    private static void Panel(StringBuilder page, RecipeTrial[] trials, Func<RecipeTrial, double> cost, string costName, string qualityName, Axis y, double unit, double? floatScore)
    {
        double min = trials.Min(cost), max = trials.Max(cost), margin = Math.Max(0.08 * (max - min), 0.01 * max);
        Axis x = new(min - margin, max + margin);
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<div class=\"panel\"><svg viewBox=\"0 0 {Width} {Height}\" width=\"100%\" role=\"img\" aria-label=\"{qualityName} against {costName}\">");
        foreach (double tick in y.Ticks(5))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):0.#}\" y2=\"{Y(tick):0.#}\" style=\"stroke:var(--line)\"/><text class=\"soft\" x=\"{Left - 6}\" y=\"{Y(tick) + 4:0.#}\" text-anchor=\"end\">{tick:0.##}</text>");
        }

        foreach (double tick in x.Ticks(4).Where(t => X(t) < Width - (2 * Right))) svg.Append(CultureInfo.InvariantCulture, $"<text class=\"soft\" x=\"{X(tick):0.#}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{tick:0.##}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{costName}</text><text x=\"12\" y=\"{(Top + Height - Bottom) / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 12 {(Top + Height - Bottom) / 2})\">{qualityName}</text>");
        if (floatScore is { } exact) svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(exact * unit):0.#}\" y2=\"{Y(exact * unit):0.#}\" style=\"stroke:var(--soft);stroke-dasharray:5 4\"/>");
        RecipeTrial[] front = [.. ParetoFront.Of(trials, cost).OrderBy(cost)];
        svg.Append("<polyline points=\"").AppendJoin(' ', front.Select(t => string.Create(CultureInfo.InvariantCulture, $"{X(cost(t)):0.#},{Y(ParetoFront.QualityOf(t) * unit):0.#}"))).Append("\" style=\"fill:none;stroke:var(--soft);stroke-width:1.5\"/>");
        foreach (RecipeTrial trial in trials.Reverse())
        {
            bool isFront = front.Contains(trial);
            string colour = trial.Recipe.WeightBits == 4 ? "--two" : "--one";
            double x1 = X(cost(trial)), y1 = Y(ParetoFront.QualityOf(trial) * unit), r = isFront ? 4.5 : 3;
            string style = string.Create(CultureInfo.InvariantCulture, $"style=\"fill:var({colour});opacity:{(isFront ? "1" : ".45")}\"><title>{WebUtility.HtmlEncode(trial.Recipe.ShortSummary)}</title>");
            if (trial.Recipe.HasActivationsOf(QuantizationRecipe.Default)) svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x1:0.#}\" cy=\"{y1:0.#}\" r=\"{r}\" {style}</circle>");
            else svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x1 - r:0.#}\" y=\"{y1 - r:0.#}\" width=\"{2 * r}\" height=\"{2 * r}\" {style}</rect>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(cost(trials[0])):0.#}\" cy=\"{Y(ParetoFront.QualityOf(trials[0]) * unit):0.#}\" r=\"8\" style=\"fill:none;stroke:var(--text);stroke-width:2\"/>");
        page.Append(svg).Append("</svg></div>");

        double X(double value) => Left + (x.Share(value) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - (y.Share(value) * (Height - Top - Bottom));
    }

    /// <summary>A range of numbers along a side.</summary>
    private sealed record Axis(double Min, double Max)
    {
        public double Share(double value) => (value - Min) / (Max - Min);

        /// <summary>Round numbers within the range, about as many as wanted.</summary>
        public IEnumerable<double> Ticks(int wanted)
        {
            double raw = (Max - Min) / wanted, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
            double step = power * (raw / power < 1.5 ? 1 : raw / power < 3.5 ? 2 : raw / power < 7.5 ? 5 : 10);
            for (double tick = Math.Ceiling(Min / step) * step; tick <= Max; tick += step) yield return tick;
        }
    }
}
