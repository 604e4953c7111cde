using System.CommandLine;
using System.Globalization;
using EdgeInfer.Cli.Comparison;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Cli.Terminal;
using Spectre.Console;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer compare</c>: holds what a model computes here against what another implementation computed.</summary>
internal static class CompareCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Argument<string> model = CommonOptions.Model();
        Option<string[]> input = CommonOptions.Input();
        input.Required = false;
        input.Description += " With --layers it may be left out: the folder holds the inputs.";
        Option<string?> expected = new("--expected", "-e") { Description = "Raw outputs of the other implementation, frame by frame.", HelpName = "FILE" };
        Option<string?> layers = new("--layers") { Description = "Folder with index.txt and raw outputs of every operator for the first frame.", HelpName = "FOLDER" };
        Option<double> tolerance = new("--tolerance") { Description = "Largest difference that counts as equal: steps of integers, or real values of floats. Default: 0.", HelpName = "T" };
        Option<bool> quantized = CommonOptions.Quantized();
        Option<PixelRange?> pixels = CommonOptions.Pixels();
        Option<bool> json = CommonOptions.Json();
        Command command = new("compare", "Compare with the outputs of another implementation, layer by layer where there are dumps.")
        {
            model, input, expected, layers, tolerance, quantized, pixels, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(expected) is null && result.GetResult(layers) is null) result.AddError("compare needs --expected FILE, --layers FOLDER or both.");
            else if (result.GetResult(expected) is not null && result.GetResult(input) is null) result.AddError("--expected needs --input FILE, too.");
        });
        command.SetAction(parsed =>
        {
            ModelFile file = ModelFile.Load(parsed.GetRequiredValue(model));
            string[] inputs = parsed.GetValue(input) ?? [];
            InputOptions options = new(parsed.GetValue(quantized), parsed.GetValue(pixels));
            double limit = parsed.GetValue(tolerance);
            List<ComparisonRow> rows = [];
            if (parsed.GetValue(layers) is { } folder) rows.AddRange(LayerComparison.Compare(file, folder, inputs, options, limit));
            if (parsed.GetValue(expected) is { } path) rows.AddRange(OutputComparison.Compare(file, path, inputs, options, limit));
            if (parsed.GetValue(json)) console.Json(new { File = file.Path, Equal = rows.TrueForAll(r => r.IsEqual), Rows = rows });
            else Show(console, file, rows);
            return rows.TrueForAll(r => r.IsEqual) ? EdgeInferCommand.Success : EdgeInferCommand.Refused;
        });
        return command;
    }

    private static void Show(CommandConsole console, ModelFile file, List<ComparisonRow> rows)
    {
        Table table = new Table().Border(TableBorder.Simple).BorderStyle(new Style(Color.Grey));
        table.AddColumn("what");
        table.AddColumn("tensor");
        table.AddColumn(new TableColumn("elements").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("different").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("largest").RightAligned().NoWrap());
        table.AddColumn(string.Empty);
        foreach (ComparisonRow row in rows)
        {
            string verdict = !row.IsComputed ? $"[dim]{Markup.Escape(row.Remark)}[/]" : row.IsEqual ? "[green]equal[/]" : "[red]different[/]";
            table.AddRow(
                Markup.Escape(row.What),
                $"[dim]{Wording.Name(row.Tensor, Math.Max(12, console.Width - 72))}[/]",
                row.IsComputed ? Wording.Count(row.Elements) : string.Empty,
                row.IsComputed ? Wording.Count(row.Mismatches) : string.Empty,
                row.IsComputed ? row.LargestDifference.ToString("G4", CultureInfo.InvariantCulture) : string.Empty,
                verdict);
        }

        console.Line($"[bold]{Markup.Escape(file.Name)}[/]");
        console.Rich.Write(table);
        int compared = rows.Count(r => r.IsComputed), different = rows.Count(r => !r.IsEqual);
        console.Line(different == 0 ? $"[green]All {compared} are equal.[/]" : $"[red]{different} of {compared} differ.[/]");
    }
}
