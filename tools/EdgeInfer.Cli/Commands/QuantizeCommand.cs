using System.CommandLine;
using System.Text;
using EdgeInfer.Cli.Evaluation;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Cli.Inspection;
using EdgeInfer.Cli.Quantizing;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter;
using EdgeInfer.Onnx;
using EdgeInfer.Quantizer.Evaluation;
using Spectre.Console;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer quantize</c>: from a model of floats and samples to a blob, with what that costs in accuracy.</summary>
internal static class QuantizeCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Argument<string> model = new("model") { Description = "An .onnx or .tflite file that computes in floats.", HelpName = "MODEL" };
        Option<string?> output = new("--output", "-o") { Description = "The blob to write. Default: the model's name with .eib.", HelpName = "FILE" };
        Option<string?> onnx = new("--onnx") { Description = "Write the quantized graph in QDQ form as well, for Netron and ONNX Runtime.", HelpName = "FILE" };
        Option<string?> save = new("--save-recipe") { Description = "Write the recipe that was used, or found, for --recipe FILE.", HelpName = "FILE.json" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("quantize", "Make the blob of integers of a model of floats, with sample data, and measure what that costs.") { model, output };
        QuantizationOptions quantization = new(command);
        command.Options.Add(onnx);
        command.Options.Add(save);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            Quantize(console, parsed, path, parsed.GetValue(output) ?? Path.ChangeExtension(path, ".eib"), parsed.GetValue(onnx), parsed.GetValue(save), quantization, parsed.GetValue(json));
        });
        return command;
    }

    private static void Quantize(CommandConsole console, ParseResult parsed, string path, string output, string? onnx, string? save, QuantizationOptions options, bool json)
    {
        if (Path.GetFullPath(output) == Path.GetFullPath(path)) throw new CommandFailure($"{output}: the blob would take the place of the model. Choose another --output.");

        using Quantization quantization = new(console, parsed, options, path);
        QuantizedModel quantized = quantization.Run();
        ConversionResult result = quantized.Conversion;
        byte[]? qdq = onnx is null ? null : OnnxExporter.Export(quantized.Graph, new OnnxExportOptions { Quantize = true }).File;
        SampleSource measured = quantized.Measured;
        (ModelEvaluation exact, ModelEvaluation integers) = console.Track(progress => (
            ModelEvaluation.OfFloat(quantization.Load(), measured.Samples.Samples, part => progress("Evaluating float", part), scored: measured.Scored),
            ModelEvaluation.OfBlob(result.Blob, measured.Samples.Samples, part => progress("Evaluating integers", part), measured.Scored)));
        OutputFile.Write(output, result.Blob);
        if (qdq is not null) OutputFile.Write(onnx!, qdq);
        if (save is not null) OutputFile.Write(save, Encoding.UTF8.GetBytes(quantized.Recipe.Write(indented: true)));

        string[] lines = [.. quantized.Recipe.Describe()];
        EvaluationReport report = new(measured, exact, integers);
        if (json)
        {
            console.Json(new
            {
                File = output,
                BlobBytes = result.Blob.Length,
                result.Model.ArenaBytes,
                Recipe = lines,
                Evaluation = report.ToJson(),
                Trials = quantized.Trials.Select(t => new { t.Recipe.Summary, t.Score, t.Loss, SqnrDecibels = t.Sqnr, t.WeightShare, t.BlobBytes, t.ArenaBytes, t.Instructions }),
            });
            return;
        }

        if (quantized.Trials.Count > 0) TrialTable.Write(console, quantized.Trials, quantization.Board);
        console.Line($"[bold]{Markup.Escape(output)}[/]");
        Grid grid = new Grid().AddColumn().AddColumn();
        grid.AddRow("size", $"{Wording.Count(result.Blob.Length)} bytes; the model file has {Wording.Count(quantization.SourceBytes)}");
        grid.AddRow("arena", ConvertCommand.ArenaText(result.Model, ModelProgram.Read(result.Model)));
        foreach (string line in ModelReport.PlanOf(result.Model)) grid.AddRow("plan", Markup.Escape(line));
        for (int i = 0; i < lines.Length; i++) grid.AddRow(i == 0 ? "recipe" : string.Empty, Markup.Escape(lines[i]));
        console.Rich.Write(grid);
        if (quantized.Recipe.Recipe.HoldOutHalf)
        {
            string chosen = quantized.Trials.Count > 0 ? ", the same ones that the recipe was chosen by" : string.Empty;
            console.Line($"measured on {measured.Samples.Samples.Count} samples that are not among those of the calibration{chosen}");
        }

        report.Write(console);
        console.Line($"[dim]Next: edgeinfer inspect {Markup.Escape(output)}[/]");
    }
}
