using System.Globalization;
using EdgeInfer.Cli.Commands;
using EdgeInfer.Cli.Pictures;
using EdgeInfer.Cli.Terminal;
using Spectre.Console;

namespace EdgeInfer.Cli.Inspection;

/// <summary>Shows a report to people.</summary>
internal static class ReportPrinter
{
    private const int WidthForNames = 118;
    private const int WidthForQuantization = 96;

    /// <summary>Shows all of it.</summary>
    /// <param name="report">The report.</param>
    /// <param name="program">The program that it is about.</param>
    /// <param name="console">Where to.</param>
    public static void Print(ModelReport report, ModelProgram program, CommandConsole console)
    {
        console.Line($"[bold]{Markup.Escape(Path.GetFileName(report.File))}[/]");
        Summary(report, program, console);
        Heading(console, "Operators");
        console.Rich.Write(Operators(report, console.Width));
        if (report.Operators.Any(o => o.InPlace)) console.Line("[dim]* in place: the output takes the memory of an operand[/]");
        Heading(console, "Arena");
        ArenaTerminalPicture.Draw(program, console);
        Heading(console, "Size");
        console.Rich.Write(Parts(report));
        if (report.Boards.Count == 0) return;

        Heading(console, "Boards");
        console.Rich.Write(Boards(report));
        console.Line("[dim]Time is predicted from counted instructions, within a factor of two, not measured on a board.[/]");
    }

    private static void Heading(CommandConsole console, string title)
    {
        console.Line();
        console.Line($"[bold]{title}[/]");
    }

    private static void Summary(ModelReport report, ModelProgram program, CommandConsole console)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        for (int i = 0; i < report.Inputs.Count; i++) grid.AddRow(i == 0 ? "input" : string.Empty, Port(report.Inputs[i]));
        for (int i = 0; i < report.Outputs.Count; i++) grid.AddRow(i == 0 ? "output" : string.Empty, Port(report.Outputs[i]));
        if (report.Labels.Count > 0) grid.AddRow("labels", Markup.Escape(string.Join(", ", report.Labels)));
        grid.AddRow("work", $"{Wording.Count(report.Macs)} multiply-accumulates");
        if (report.CostInstructions is { } cost)
        {
            string perMac = report.Macs == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", {(double)cost / report.Macs:0} a multiply-accumulate");
            grid.AddRow("cost", $"{Wording.Count(cost)} RV32 instructions{perMac}");
        }

        foreach ((string name, string text) in report.Streaming?.Describe() ?? []) grid.AddRow(name, text);
        grid.AddRow("libraries", string.Join(", ", report.Libraries.Select(l => l.Registration is { } call ? $"{l.Name} (call {call})" : l.Name)));
        string relation = report.SourceBytes == report.BlobBytes ? string.Empty : $" from a file of {Wording.Count(report.SourceBytes)}";
        grid.AddRow("blob", $"{Wording.Count(report.BlobBytes)} bytes{relation}");
        grid.AddRow("arena", ConvertCommand.ArenaText(program.Model, program));
        foreach (string line in report.Plan) grid.AddRow("plan", Markup.Escape(line));
        for (int i = 0; i < report.Recipe.Count; i++) grid.AddRow(i == 0 ? "recipe" : string.Empty, Markup.Escape(report.Recipe[i]));
        if (program.Model.StreamsWeights)
        {
            grid.AddRow("heap", $"{Wording.Count(report.HeapBytes)} bytes with weights, tables and arena; {Wording.Count(report.HeapBytesUnstreamed)} if all weights were in memory");
            grid.AddRow("reading", $"{Wording.Count(report.WeightBytesRead)} bytes at every inference, on top of the times below: how fast storage is has not been measured on any board");
        }

        console.Rich.Write(grid);
    }

    private static Table Operators(ModelReport report, int width)
    {
        bool withNames = width >= WidthForNames && report.Operators.Any(o => o.Source.Length > 0);
        bool withQuantization = width >= WidthForQuantization;
        Table table = Tables.New();
        table.Right("#");
        table.Left("operator");
        if (withNames) table.Left("output");
        table.Left("shape");
        if (withQuantization) table.Left("scale, zero");
        table.Right("MACs");
        table.Right("cost");
        table.Right("%");
        table.Right("blob");
        table.Right("arena");
        foreach (OperatorRow row in report.Operators)
        {
            double share = report.CostInstructions is > 0 and { } total && row.CostInstructions is { } cost ? 100.0 * cost / total : 0;
            List<string> cells = [Invariant($"{row.Index}"), row.Operator + (row.InPlace ? "*" : string.Empty)];
            if (withNames) cells.Add($"[dim]{Wording.Name(row.Output, width - WidthForNames + 24)}[/]");
            cells.Add(Wording.Shape(row.Shape));
            if (withQuantization) cells.Add(Wording.Quantization(row.Scale, row.ZeroPoint));
            cells.Add(row.Macs is > 0 and { } macs ? Wording.Short(macs) : string.Empty);
            cells.Add(row.CostInstructions is { } instructions ? Wording.Short(instructions) : string.Empty);
            cells.Add(share >= 10 ? Invariant($"[bold]{share:0}[/]") : share >= 0.5 ? Invariant($"{share:0}") : string.Empty);
            cells.Add(Wording.Count(row.BlobBytes));
            cells.Add(Wording.Count(row.ArenaBytes));
            table.AddRow([.. cells]);
        }

        return table;
    }

    private static Table Parts(ModelReport report)
    {
        Table table = Tables.New();
        table.Left("part");
        table.Right("bytes");
        table.Right("%");
        foreach (BlobPart part in report.Parts)
        {
            table.AddRow(Markup.Escape(part.Name), Wording.Count(part.Bytes), Invariant($"{100.0 * part.Bytes / report.BlobBytes:0.0}"));
        }

        return table;
    }

    private static Table Boards(ModelReport report)
    {
        Table table = Tables.New();
        table.Left("board");
        table.Sentence("fits");
        table.Right("memory");
        table.Right("budget");
        table.Right("time");
        foreach (BoardRow row in report.Boards)
        {
            string verdict = row.Fits switch
            {
                "resource" => "[green]yes[/]",
                "file" => "[yellow]from a file on I:[/]",
                "streamed" => Invariant($"[yellow]if converted with --stream-weights {row.WeightBufferBytes}[/]"),
                _ => $"[red]no[/]: {Markup.Escape(row.Reason)}",
            };
            table.AddRow(Markup.Escape(row.Title), verdict, Kilobytes(row.MemoryBytes), Kilobytes(row.BudgetBytes), Wording.Duration(row.PredictedSeconds));
        }

        return table;
    }

    private static string Port(PortRow port) =>
        (port.Name is null ? string.Empty : $"{Markup.Escape(port.Name)}: ") + $"{port.Type} {Wording.Shape(port.Shape)}" + (port.Scale == 0 ? string.Empty : Invariant($", scale {port.Scale:G6}, zero point {port.ZeroPoint}"));

    private static string Kilobytes(long bytes) => $"{Wording.Count((bytes + 1023) / 1024)} KB";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
