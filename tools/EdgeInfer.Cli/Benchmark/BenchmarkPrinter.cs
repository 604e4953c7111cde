using EdgeInfer.Cli.Terminal;
using Spectre.Console;

namespace EdgeInfer.Cli.Benchmark;

/// <summary>Shows figures to people.</summary>
internal static class BenchmarkPrinter
{
    private const int WidthForNames = 120;
    private const double SmallestShare = 0.005;

    /// <summary>Shows all of them.</summary>
    /// <param name="report">The figures.</param>
    /// <param name="console">Where to.</param>
    public static void Print(BenchmarkReport report, CommandConsole console)
    {
        Rows(report.Kernels.Where(r => r.Unit == "mac"), "Kernels, RV32 instructions a multiply-accumulate", console);
        Rows(report.Kernels.Where(r => r.Unit != "mac"), "Kernels, RV32 instructions an output", console);
        Rows(report.Models, "Models, RV32 instructions a multiply-accumulate, or an output where there is none", console);
        if (report.Models.Count > 0)
        {
            Heading(console, "Where the instructions go");
            Operators(report, console);
            Heading(console, "Predicted time of an inference");
            console.Rich.Write(Times(report, console));
        }

        console.Line("[dim]Counted by the cost meter on pseudo-random input; plain is a straightforward C# port of the same kernels.[/]");
        if (report.Models.Count > 0) console.Line("[dim]Times are predicted from these counts, within a factor of two, not measured on a board.[/]");
        foreach (IGrouping<string, BenchmarkRemark> remarks in report.Remarks.GroupBy(r => r.Reason))
        {
            console.Line($"[dim]{Markup.Escape($"{string.Join("; ", remarks.Select(r => r.Subject))}: {remarks.Key}")}[/]");
        }
    }

    private static void Heading(CommandConsole console, string title)
    {
        console.Line($"[bold]{title}[/]");
    }

    private static void Rows(IEnumerable<BenchmarkRow> rows, string title, CommandConsole console)
    {
        BenchmarkRow[] all = [.. rows];
        if (all.Length == 0) return;

        FittingTable table = new();
        table.Add(all[0].File.Length > 0 ? "model" : "kernel", all.Select(r => Markup.Escape(r.Name)), isText: true);
        table.AddOptional(all[0].Unit == "mac" ? "MACs" : "outputs", all.Select(r => Wording.Short(r.Units)), 5);
        table.AddOptional("inference", all.Select(r => Wording.Short(r.Managed.Inference)), 6);
        table.Add("plain", all.Select(r => $"[dim]{PerUnit(r.Plain)}[/]"));
        table.Add("managed", all.Select(r => $"[bold]{PerUnit(r.Managed)}[/]"));
        table.AddOptional("goal", all.Select(r => Goal(r.Goal?.Managed, r.Managed, r)), 4);
        table.AddOptional("native", all.Select(r => r.Native is { } native ? $"[bold]{PerUnit(native)}[/]" : string.Empty), 7);
        table.AddOptional("goal", all.Select(r => r.Native is { } native ? Goal(r.Goal?.Native, native, r) : string.Empty), 4);
        table.Add("faster", all.Select(r => Invariant($"{r.Speedup:0.0}x")));
        table.AddOptional("scratch", all.Select(r => Wording.Count(r.ScratchBytes)), 2);
        table.AddOptional("arena", all.Select(r => Wording.Count(r.ArenaBytes)), 3);
        table.AddOptional("TFLM's", all.Select(r => r.TflmArenaBytes is { } bytes ? $"[dim]{Wording.Count(bytes)}[/]" : string.Empty), 1);
        double most = all.Max(r => r.Speedup);
        if (all.Length > 1) table.AddBars(all.Select(r => r.Speedup / most));
        Heading(console, title);
        table.Write(console);
    }

    /// <summary>A goal in the unit of the row, green where it is met.</summary>
    private static string Goal(double? goal, InstructionCount count, BenchmarkRow row)
    {
        if (goal is null) return string.Empty;

        double perUnit = row.Goal!.Per == "inference" ? goal.Value / row.Units : goal.Value;
        string text = perUnit < 99.95 ? Invariant($"{perUnit:0.0}") : Wording.Short(perUnit);
        return $"[{(count.PerUnit <= perUnit ? "green" : "yellow")}]{text}[/]";
    }

    private static void Operators(BenchmarkReport report, CommandConsole console)
    {
        (BenchmarkRow Row, OperatorShare Share, double Part)[] all =
        [
            .. report.Models.SelectMany(row => row.Operators.Select(share => (row, share, (double)share.Managed / row.Managed.Inference)))
                .Where(each => each.Item3 >= SmallestShare),
        ];
        FittingTable table = new();
        table.Add("model", all.Select((each, i) => i > 0 && all[i - 1].Row == each.Row ? string.Empty : Markup.Escape(each.Row.Name)), isText: true);
        table.Add("operator", all.Select(each => $"{each.Share.Operator} [dim]{each.Share.Count}[/]"), isText: true);
        table.AddOptional("MACs", all.Select(each => each.Share.Macs == 0 ? string.Empty : Wording.Short(each.Share.Macs)), 1);
        table.AddOptional("plain", all.Select(each => $"[dim]{Wording.Short(each.Share.Plain)}[/]"), 2);
        table.Add("managed", all.Select(each => Wording.Short(each.Share.Managed)));
        table.AddOptional("native", all.Select(each => each.Share.Native is { } native ? Wording.Short(native) : string.Empty), 3);
        table.Add("%", all.Select(each => Invariant($"{100 * each.Part:0}")));
        table.AddBars(all.Select(each => each.Part));
        table.Write(console);
    }

    private static Table Times(BenchmarkReport report, CommandConsole console)
    {
        Table table = Tables.New();
        table.Left("model");
        foreach (BoardAssumption board in report.Boards) table.AddColumn(new TableColumn(Markup.Escape(Heading(board, console.Width))).RightAligned().Padding(0, 0, 1, 0));
        foreach (BenchmarkRow row in report.Models)
        {
            table.AddRow([Markup.Escape(row.Name), .. row.Times.Select(t => Wording.Duration(t.ManagedSeconds))]);
            if (report.HasNative) table.AddRow(["[dim]  native[/]", .. row.Times.Select(t => t.NativeSeconds is { } seconds ? Wording.Duration(seconds) : string.Empty)]);
        }

        return table;
    }

    /// <summary>Names of boards may be broken at their hyphens where there is no room for them in one line.</summary>
    private static string Heading(BoardAssumption board, int width) => width >= WidthForNames ? board.Name : board.Name.Replace('-', ' ');

    private static string PerUnit(InstructionCount count) => count.PerUnit < 99.95 ? Invariant($"{count.PerUnit:0.0}") : Wording.Short(count.PerUnit);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
