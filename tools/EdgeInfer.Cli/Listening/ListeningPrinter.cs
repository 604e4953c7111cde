using EdgeInfer.Audio;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter.Boards;
using Spectre.Console;

namespace EdgeInfer.Cli.Listening;

/// <summary>Tells people what was heard and what it cost.</summary>
internal static class ListeningPrinter
{
    /// <summary>What a file came to.</summary>
    public static void Print(CommandConsole console, Recording recording, SpotterRun run)
    {
        console.Line($"[bold]{Markup.Escape(recording.Name)}[/], {Invariant($"{recording.Seconds:F1} s")}");
        foreach (Detection detection in run.Detections) Print(console, detection);
        if (run.Detections.Count == 0) console.Line($"  no keyword{Nearest(run)}");
        if (run.Spotter.Gate is not null) console.Line($"[dim]  The gate let {Share(run.Frames.Count * (double)run.Spotter.FrontEnd.StepSamples / run.Spotter.SampleRate / recording.Seconds)} of the sound through.[/]");
    }

    /// <summary>A detection.</summary>
    public static void Print(CommandConsole console, Detection detection) =>
        console.Line(Invariant($"  {detection.Seconds,7:F2} s  [bold green]{Markup.Escape(detection.Label)}[/]  [dim]{detection.Score:F2}[/]"));

    /// <summary>What a second of listening costs, on every board.</summary>
    public static void Print(CommandConsole console, ListeningCost cost, IReadOnlyList<Board> boards)
    {
        console.Line();
        console.Line("[bold]Instructions for a second of sound[/], by the cost meter, in millions");
        Table parts = Tables.New();
        foreach (string title in new[] { "capture", "front end", "model", "detector", "total", "budget" }) parts.Right(title);
        parts.AddRow([.. new[] { cost.Capture, cost.FrontEnd, cost.Model, cost.Detector }.Select(Millions), $"[bold]{Millions(cost.Total)}[/]", Millions(ListeningCost.Budget)]);
        console.Rich.Write(parts);

        Table table = Tables.New();
        table.Left("board");
        table.Right("million a second");
        table.Right("taken");
        table.Left(string.Empty);
        foreach (Board board in boards)
        {
            double share = cost.Total / board.Speed.InstructionsPerSecond.Value;
            string verdict = share > 1 ? "[red]too slow to listen all the time[/]" : share > 0.5 ? "[yellow]listens, with little left for anything else[/]" : "[green]listens[/]";
            table.AddRow(Markup.Escape(board.Title), Millions(board.Speed.InstructionsPerSecond.Value), Share(share), verdict);
        }

        console.Rich.Write(table);
        console.Line("[dim]Counted on the cost table of the interpreter; no board was measured. A board's speed is known within a factor of two.[/]");
    }

    private static string Nearest(SpotterRun run)
    {
        var best = run.Inferences.SelectMany(r => r.Scores.Select((score, i) => (Score: score, Index: i, r.Seconds))).Where(s => run.Settings.IsKeyword[s.Index] != 0).OrderByDescending(s => s.Score).FirstOrDefault();
        return best.Score < 0.05 ? string.Empty : Invariant($" (nearest: {Markup.Escape(run.Spotter.Labels[best.Index])} at {best.Seconds:F2} s, {best.Score:F2} of the {(double)run.Settings.OnThreshold / DetectorFormat.One:F2} that it takes)");
    }

    private static string Millions(double value) => Invariant($"{value / 1e6:F1}");

    private static string Share(double value) => Invariant($"{100 * value:F0} %");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
