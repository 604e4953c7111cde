using System.CommandLine;
using System.Globalization;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Cli.Terminal;
using Spectre.Console;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer run</c>: runs a model on files, with the runtime of the device.</summary>
internal static class RunCommand
{
    private const int FramesShown = 20;
    private const int LargestShown = 4096;
    private const int DefaultTop = 5;
    private const int BarWidth = 24;

    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Argument<string> model = CommonOptions.Model();
        Option<string[]> input = CommonOptions.Input();
        Option<string?> output = new("--output", "-o") { Description = "Write the raw outputs of all frames, little endian, one after the other.", HelpName = "FILE" };
        Option<int?> top = new Option<int?>("--top", "-k") { Description = "How many of the largest elements to show. Default: 5.", HelpName = "K" }.Between(1, LargestShown);
        Option<bool> quantized = CommonOptions.Quantized();
        Option<PixelRange?> pixels = CommonOptions.Pixels();
        Option<bool> json = CommonOptions.Json();
        Command command = new("run", "Run a model on input files, with the very code that runs on the device.") { model, input, output, top, quantized, pixels, json };
        command.SetAction(parsed =>
        {
            InputOptions options = new(parsed.GetValue(quantized), parsed.GetValue(pixels));
            ModelFile file = ModelFile.Load(parsed.GetRequiredValue(model));
            Interpreter interpreter = new(file.Model);
            InputFrames frames = InputFrames.Read(interpreter, parsed.GetRequiredValue(input), options);
            ModelRun run = console.Busy("Running", progress => ModelRun.Of(interpreter, frames, progress));
            if (parsed.GetValue(output) is { } path) OutputFile.Write(path, run.OutputBytes);
            int count = parsed.GetValue(top) ?? DefaultTop;
            if (parsed.GetValue(json)) WriteJson(console, file, run, count);
            else Show(console, run, Labels.Read(file.Model), count);
        });
        return command;
    }

    private static void Show(CommandConsole console, ModelRun run, string[] labels, int top)
    {
        for (int frame = 0; frame < Math.Min(run.Frames.Count, FramesShown); frame++)
        {
            if (run.Frames.Count > 1) console.Line($"[bold]frame {frame}[/]");
            foreach (ModelOutput output in run.Frames[frame].Where(o => o.Values.Length <= LargestShown)) Show(console, output, labels, top);
        }

        if (run.Frames.Count > FramesShown) console.Line($"[dim]and {run.Frames.Count - FramesShown} more frames; --output or --json gives all of them[/]");
        console.Line($"[dim]{run.Frames.Count} inference{(run.Frames.Count == 1 ? string.Empty : "s")} in {Wording.Duration(run.Seconds)} on this computer[/]");
    }

    private static void Show(CommandConsole console, ModelOutput output, string[] labels, int top)
    {
        double largest = output.Values.Where(double.IsFinite).Select(Math.Abs).Append(double.Epsilon).Max();
        int width = labels.Length == output.Values.Length ? Math.Min(24, labels.Max(l => l.Length)) : 6;
        foreach (int index in output.Largest(top))
        {
            string label = labels.Length == output.Values.Length ? labels[index] : index.ToString(CultureInfo.InvariantCulture);
            double share = double.IsNaN(output.Values[index]) ? 0 : Math.Clamp(output.Values[index] / largest, 0, 1);
            string bar = new('━', (int)Math.Round(share * BarWidth));
            string value = output.Values[index].ToString("0.0000", CultureInfo.InvariantCulture).PadLeft(10);
            console.Line($"  {Markup.Escape(label.PadRight(width))} {value} [blue]{bar}[/]");
        }
    }

    private static void WriteJson(CommandConsole console, ModelFile file, ModelRun run, int top)
    {
        string[] labels = Labels.Read(file.Model);
        console.Json(new
        {
            File = file.Path,
            run.Seconds,
            Frames = run.Frames.Select(outputs => outputs.Select(o => new
            {
                o.Type,
                o.Shape,
                Top = o.Largest(top).Select(i => new { Index = i, Label = labels.Length == o.Values.Length ? labels[i] : null, Value = o.Values[i] }),
                Values = o.Values.Length <= LargestShown ? o.Values : null,
            })),
        });
    }
}
