using System.Globalization;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter.Boards;
using EdgeInfer.Quantizer.Search;
using Spectre.Console;

namespace EdgeInfer.Cli.Quantizing;

/// <summary>The recipes that were tried, side by side.</summary>
internal static class TrialTable
{
    private const int MostRows = 24;

    /// <summary>Writes the table.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="all">The trials, the chosen one first.</param>
    /// <param name="board">The board whose latencies are told; null to tell instructions.</param>
    public static void Write(CommandConsole console, IReadOnlyList<RecipeTrial> all, Board? board)
    {
        RecipeTrial[] trials = [.. all.Take(MostRows)];
        FittingTable table = new();
        table.Add($"{all.Count} recipes, the chosen one first", trials.Select((t, i) => i == 0 ? $"[bold]{Markup.Escape(t.Recipe.ShortSummary)}[/]" : Markup.Escape(t.Recipe.ShortSummary)), isText: true);
        if (trials[0].Loss is not null)
        {
            table.AddOptional("score %", trials.Select(t => Figure(100 * t.Score!.Value, "0.00")), 2);
            table.Add("loss", trials.Select(t => Figure(100 * t.Loss!.Value, "0.00")));
        }

        table.Add("SQNR dB", trials.Select(t => Figure(t.Sqnr, "0.0")));
        table.Add("bytes", trials.Select(t => Wording.Count(t.BlobBytes)));
        table.AddOptional("arena", trials.Select(t => Wording.Count(t.ArenaBytes)), 3);
        table.AddOptional(board is null ? "instructions" : board.Name, trials.Select(t => t.Instructions is { } cost ? Cost(cost, board) : string.Empty), 4);
        table.Write(console);
        if (all.Count > MostRows) console.Line($"[dim]and {all.Count - MostRows} more; --json has all[/]");
    }

    /// <summary>A cost in words.</summary>
    /// <param name="instructions">RV32 instructions.</param>
    /// <param name="board">The board; null to tell instructions.</param>
    /// <returns>Time, or instructions.</returns>
    public static string Cost(double instructions, Board? board) =>
        board is null ? Wording.Short(instructions) : Wording.Duration(instructions / board.Speed.InstructionsPerSecond.Value);

    private static string Figure(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
