using System.Globalization;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Quantizer;
using EdgeInfer.Quantizer.Evaluation;
using Spectre.Console;

namespace EdgeInfer.Cli.Evaluation;

/// <summary>What models made of samples: the float one, the integer one, or both side by side.</summary>
/// <param name="Source">The samples.</param>
/// <param name="Exact">What the model of floats made of them; null where there is none.</param>
/// <param name="Integers">What the blob made of them; null where there is none.</param>
internal sealed record EvaluationReport(SampleSource Source, ModelEvaluation? Exact, ModelEvaluation? Integers)
{
    private const int ListedDisagreements = 10;
    private const int LargestConfusion = 24;

    private IReadOnlyList<Sample> Samples => Source.Samples.Samples;

    private bool HasClasses => (Integers ?? Exact)!.Accuracy is not null;

    /// <summary>Indexes of the samples that the two models take for different classes.</summary>
    private int[] Disagreements => Exact is null || Integers is null ? [] : [.. Enumerable.Range(0, Samples.Count).Where(i => Exact.Classes[i] != Integers.Classes[i])];

    /// <summary>Everything for scripts.</summary>
    public object ToJson() => new
    {
        Samples = Samples.Count,
        FloatAccuracy = Exact?.Accuracy,
        IntegerAccuracy = Integers?.Accuracy,
        FloatAuc = Exact?.Auc,
        IntegerAuc = Integers?.Auc,
        SqnrDecibels = Exact is null || Integers is null ? null : (double?)Integers.Sqnr(Exact),
        Outputs = Exact is null || Integers is null ? null : Source.Outputs.Select((name, i) => new { Name = name, SqnrDecibels = Integers.Sqnr(Exact, i) }).ToArray(),
        Disagreements = Disagreements.Select(i => Samples[i].Source).ToArray(),
    };

    /// <summary>Writes figures and disagreements.</summary>
    /// <param name="console">Where to.</param>
    public void Write(CommandConsole console)
    {
        Table table = Tables.New();
        table.Left($"{Samples.Count} samples");
        if (Exact is not null) table.Right("float");
        if (Integers is not null) table.Right("integers");
        Row(table, "accuracy", e => e.Accuracy is { } a ? Percent(a) : null);
        Row(table, "AUC", e => e.Auc?.ToString("0.0000", CultureInfo.InvariantCulture));
        if (table.Rows.Count > 0) console.Rich.Write(table);
        if (Exact is null || Integers is null) return;

        console.Line(string.Create(CultureInfo.InvariantCulture, $"outputs differ by noise of {Integers.Sqnr(Exact):0.0} dB below the signal"));
        for (int i = 0; i < Source.Outputs.Count && Source.Outputs.Count > 1; i++)
        {
            console.Line(string.Create(CultureInfo.InvariantCulture, $"  {Markup.Escape(Source.Outputs[i])}: {Integers.Sqnr(Exact, i):0.0} dB{(HasClasses && i == Source.Scored ? ", held against the labels" : string.Empty)}"));
        }

        if (!HasClasses) return;

        int[] differing = Disagreements;
        console.Line($"{differing.Length} of {Samples.Count} samples are taken for another class{(differing.Length > 0 ? ":" : string.Empty)}");
        foreach (int i in differing.Take(ListedDisagreements))
        {
            console.Line($"  {Markup.Escape(Samples[i].Source)}: float {Name(Exact.Classes[i])}, integers {Name(Integers.Classes[i])}, right is {Name(Samples[i].Label)}");
        }

        if (differing.Length > ListedDisagreements) console.Line($"  and {differing.Length - ListedDisagreements} more");
    }

    /// <summary>Writes how often each class was taken for each.</summary>
    /// <param name="console">Where to.</param>
    public void WriteConfusion(CommandConsole console)
    {
        ModelEvaluation judged = (Integers ?? Exact)!;
        if (!HasClasses || judged.CountClasses(Samples) > LargestConfusion) return;

        int[,] counts = judged.Confusion(Samples);
        int classes = counts.GetLength(0);
        Table table = Tables.New();
        table.Left(Integers is null ? "right (float)" : "right (integers)");
        for (int c = 0; c < classes; c++) table.Right(Name(c));
        table.Right("recall");
        for (int right = 0; right < classes; right++)
        {
            int all = Enumerable.Range(0, classes).Sum(c => counts[right, c]);
            if (all == 0) continue;
            string[] cells = [.. Enumerable.Range(0, classes).Select(c => counts[right, c] == 0 ? "[dim]·[/]" : c == right ? $"[bold]{counts[right, c]}[/]" : $"{counts[right, c]}")];
            table.AddRow([Name(right), .. cells, Percent(counts[right, right] / (double)all)]);
        }

        console.Rich.Write(table);
    }

    private void Row(Table table, string name, Func<ModelEvaluation, string?> value)
    {
        string?[] cells = [.. new[] { Exact, Integers }.OfType<ModelEvaluation>().Select(value)];
        if (Array.TrueForAll(cells, c => c is not null)) table.AddRow([name, .. cells!]);
    }

    private string Name(int label) => Markup.Escape(label >= 0 && label < Source.Classes.Count ? Source.Classes[label] : label.ToString(CultureInfo.InvariantCulture));

    private static string Percent(double part) => (100 * part).ToString("0.00", CultureInfo.InvariantCulture) + " %";
}
