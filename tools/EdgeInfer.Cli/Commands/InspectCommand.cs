using System.CommandLine;
using System.Text;
using EdgeInfer.Cli.Inspection;
using EdgeInfer.Compiler.Metering;
using EdgeInfer.Cli.Pictures;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter.Boards;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer inspect</c>: what a model is made of and what it costs.</summary>
internal static class InspectCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Argument<string> model = CommonOptions.Model();
        Option<string?> svg = new("--svg") { Description = "Draw the arena as a picture, too.", HelpName = "FILE" };
        Option<string?> board = CommonOptions.Board("Hold the model against this board only.");
        Option<bool> noCost = new("--no-cost") { Description = "Do not run the model to count instructions; quicker for large models." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("inspect", "Show operators, arena, size, cost and which boards a model fits.") { model, svg, board, noCost, json };
        command.SetAction(parsed =>
        {
            Board[] boards = [.. BoardCatalog.All.Where(b => parsed.GetValue(board) is not { } name || name == b.Name)];
            Inspect(console, parsed.GetRequiredValue(model), parsed.GetValue(svg), boards, !parsed.GetValue(noCost), parsed.GetValue(json));
        });
        return command;
    }

    private static void Inspect(CommandConsole console, string path, string? svg, Board[] boards, bool withCost, bool json)
    {
        (ModelFile file, ModelProgram program, long[]? costs) = console.Busy($"Reading {Path.GetFileName(path)}", progress =>
        {
            ModelFile loaded = ModelFile.Load(path);
            ModelProgram read = ModelProgram.Read(loaded.Model);
            return (loaded, read, withCost ? CostProfiler.Measure(loaded.Blob, loaded.Model, progress) : null);
        });
        if (svg is not null) OutputFile.Write(svg, Encoding.UTF8.GetBytes(ArenaSvg.Draw(file.Name, program)));

        ModelReport report = ModelReport.Of(file, program, costs, boards);
        if (json) console.Json(report);
        else ReportPrinter.Print(report, program, console);
        if (svg is not null && !json) console.Line($"[dim]The arena is drawn in {Spectre.Console.Markup.Escape(svg)}.[/]");
    }
}
