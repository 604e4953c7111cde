using System.CommandLine;
using EdgeInfer.Compiler.Metering;
using EdgeInfer.Cli.Demo;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Cli.Pictures;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter.Boards;
using Spectre.Console;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer demo digits</c>: the whole way, from a .tflite file to recognized digits, on a model that the command carries.</summary>
internal static class DigitsDemoCommand
{
    private const int BarWidth = 7;
    private const int BarArea = BarWidth + 3;

    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Option<int?> digit = new Option<int?>("--digit") { Description = "Read the images of this digit only.", HelpName = "0-9" }.Between(0, 9);
        Option<string?> image = new("--image") { Description = "Read your own image: 28 x 28 pixels, white on black.", HelpName = "FILE" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("digits", "Convert, verify and run a small model that reads handwritten digits.") { digit, image, json };
        command.SetAction(parsed =>
        {
            DemoImage[] images = parsed.GetValue(image) is { } path
                ? [new DemoImage(path, ModelFile.ReadAll(path))]
                : [.. DemoAssets.Images.Where(i => parsed.GetValue(digit) is not { } wanted || i.Digit == wanted)];
            Run(console, images, parsed.GetValue(image) is not null, parsed.GetValue(json));
        });
        return command;
    }

    private static void Run(CommandConsole console, DemoImage[] images, bool areForeign, bool json)
    {
        ModelFile file = ModelFile.Load(DemoAssets.Model, DemoAssets.ModelName);
        Interpreter interpreter = new(file.Model);
        List<Reading> readings = [.. images.Select(i => Read(interpreter, i, areForeign))];
        if (json)
        {
            console.Json(readings.Select(r => new { r.Image, r.Expected, r.Predicted, r.Probabilities }));
            return;
        }

        console.Line($"[bold]{DemoAssets.ModelName}[/], {Wording.Count(file.SourceBytes)} bytes, became a blob of {Wording.Count(file.Blob.Length)} bytes.");
        console.Line($"It is verified and runs in an arena of {Wording.Count(file.Model.ArenaBytes)} bytes: {Wording.Count(file.Model.Macs)} multiply-accumulates in {file.Model.OperatorCount} operators.");
        Draw(console, readings);
        int known = readings.Count(r => r.Expected >= 0);
        if (known > 0) console.Line($"\n[bold]{readings.Count(r => r.Expected >= 0 && r.IsRight)} of {known} read right.[/]");
        Predict(console, file);
    }

    private static Reading Read(Interpreter interpreter, DemoImage image, bool isForeign)
    {
        Tensor input = interpreter.Input(0);
        input.SetBytes(ImageFile.Read(image.Content, image.Name, input, new InputOptions()));
        interpreter.Invoke();
        ModelOutput output = ModelOutput.Of(interpreter.Output(0));
        byte[] pixels = ImageFile.Decode(image.Content, image.Name, 1).Data;
        return new Reading(image.Name, isForeign ? -1 : image.Digit, output.Largest(1).First(), output.Values, pixels, input.Shape[2]);
    }

    private static void Draw(CommandConsole console, List<Reading> readings)
    {
        int cell = readings.Count == 0 ? 1 : readings[0].Width + 1 + BarArea;
        int side = Math.Max(1, (console.Width + 1) / (cell + 1));
        foreach (Reading[] row in readings.Chunk(side))
        {
            console.Line();
            string[][] blocks = [.. row.Select(r => Block(console, r))];
            for (int line = 0; line < blocks[0].Length; line++) console.Line(string.Join(' ', blocks.Select(b => b[line])));
        }
    }

    private static string[] Block(CommandConsole console, Reading reading)
    {
        IReadOnlyList<string> picture = DigitPicture.Draw(reading.Pixels, reading.Width, console.HasColors);
        string[] lines = new string[picture.Count];
        int first = Math.Max(0, (picture.Count - reading.Probabilities.Length) / 2);
        for (int i = 0; i < lines.Length; i++)
        {
            int label = i - first;
            lines[i] = $"{picture[i]} {(label >= 0 && label < reading.Probabilities.Length ? Bar(reading, label) : new string(' ', BarArea))}";
        }

        return lines;
    }

    private static string Bar(Reading reading, int label)
    {
        int length = (int)Math.Round(Math.Clamp(reading.Probabilities[label], 0, 1) * BarWidth);
        string text = $"{label} {new string('━', length).PadRight(BarWidth + 1)}";
        if (label != reading.Predicted) return $"[dim]{text}[/]";
        return reading.Expected < 0 ? $"[bold]{text}[/]" : reading.IsRight ? $"[bold green]{text}[/]" : $"[bold red]{text}[/]";
    }

    private static void Predict(CommandConsole console, ModelFile file)
    {
        long cost = console.Busy("Counting instructions", progress => CostProfiler.Measure(file.Blob, file.Model, progress)).Sum();
        ModelFootprint footprint = ModelFootprint.Of(file.Model);
        console.Line($"One digit costs {Wording.Short(cost)} instructions on the interpreter of stock nanoFramework firmware. Predicted, within a factor of two:");
        foreach (BoardFit fit in BoardCatalog.All.Select(b => BoardFit.Of(b, footprint, cost)))
        {
            string verdict = fit.Verdict is FitVerdict.None or FitVerdict.Streamed ? $"does not fit: {fit.Reason}" : Wording.Duration(fit.Seconds);
            console.Line($"  {Markup.Escape(fit.Board.Title.PadRight(34))} {Markup.Escape(verdict)}");
        }

        console.Line("[dim]Next: edgeinfer inspect your.tflite[/]");
    }

    private sealed record Reading(string Image, int Expected, int Predicted, double[] Probabilities, byte[] Pixels, int Width)
    {
        public bool IsRight => Expected == Predicted;
    }
}
