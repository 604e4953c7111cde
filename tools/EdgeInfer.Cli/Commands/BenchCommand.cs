using System.CommandLine;
using System.Text;
using EdgeInfer.Cli.Benchmark;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter.Boards;
using Spectre.Console;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer bench</c>: what kernels and models cost, beside a plain port of the same kernels.</summary>
internal static class BenchCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Argument<string[]> files = new("file")
        {
            Description = "Blobs (.eib), .tflite files, or folders with some. Without any, kernels are measured.",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<bool> kernels = new("--kernels") { Description = "Measure kernels by themselves, too, each on shapes of its own." };
        Option<bool> native = new("--native") { Description = "Measure the native kernels, too, in an emulated RV32IMC processor." };
        Option<string?> board = CommonOptions.Board("Predict times for this board only.");
        Option<string?> markdown = new("--markdown") { Description = "Write the figures as a page, too, such as docs/benchmarks.md.", HelpName = "FILE" };
        Option<string?> chart = new("--chart") { Description = "Draw the figures, too; a page written beside it shows the picture.", HelpName = "FILE.svg" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("bench", "Measure what kernels and models cost, and how much less than a plain port.") { files, kernels, native, board, markdown, chart, json };
        files.Validators.Add(result =>
        {
            // Whatever is no option is taken for a file; a mistyped option is none that anybody has.
            foreach (string word in result.Tokens.Select(t => t.Value).Where(w => w.StartsWith('-') && !File.Exists(w)))
            {
                string advice = Spelling.Nearest(word, command.Options.Select(o => o.Name)) is { } meant ? $" Did you mean '{meant}'?" : string.Empty;
                result.AddError($"'{word}' is not understood here.{advice}");
            }
        });
        command.SetAction(parsed =>
        {
            string[] words = parsed.GetValue(files) ?? [];
            IReadOnlyList<ModelPath> models = ModelPath.Find(words);
            IReadOnlyList<KernelCase> cases = parsed.GetValue(kernels) || words.Length == 0 ? KernelCases.All : [];
            Board[] boards = [.. BoardCatalog.All.Where(b => parsed.GetValue(board) is not { } name || name == b.Name)];
            bool withNative = parsed.GetValue(native);
            BenchmarkReport report = Measure(console, progress => new BenchmarkRun(boards, progress, withNative).Measure(cases, models));
            if (parsed.GetValue(chart) is { } svg) OutputFile.Write(svg, Encoding.UTF8.GetBytes(BenchmarkChart.Draw(report)));
            if (parsed.GetValue(markdown) is { } page) OutputFile.Write(page, Encoding.UTF8.GetBytes(BenchmarkPage.Write(report, Relative(page, parsed.GetValue(chart)))));
            if (parsed.GetValue(json)) console.Json(report);
            else BenchmarkPrinter.Print(report, console);
            foreach (string written in parsed.GetValue(json) ? [] : new[] { parsed.GetValue(markdown), parsed.GetValue(chart) }.OfType<string>())
            {
                console.Line($"[dim]Written: {Markup.Escape(written)}[/]");
            }
        });
        return command;
    }

    private static BenchmarkReport Measure(CommandConsole console, Func<Action<string>, BenchmarkReport> measure)
    {
        using Interruption interruption = new();
        try
        {
            return console.Busy("Measuring", progress => measure(interruption.Around(progress)));
        }
        catch (OperationCanceledException)
        {
            throw new CommandFailure("stopped; nothing was written.");
        }
    }

    private static string? Relative(string page, string? chart) =>
        chart is null ? null : Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(page))!, Path.GetFullPath(chart)).Replace('\\', '/');
}
