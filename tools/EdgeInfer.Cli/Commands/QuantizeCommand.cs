using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using EdgeInfer.Cli.Evaluation;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Cli.Inspection;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Onnx;
using EdgeInfer.Quantizer;
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
        Option<bool> json = CommonOptions.Json();
        Command command = new("quantize", "Make the int8 blob of a model of floats, with sample data, and measure what that costs.") { model, output };
        QuantizationOptions quantization = new(command);
        command.Options.Add(onnx);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            Quantize(console, parsed, path, parsed.GetValue(output) ?? Path.ChangeExtension(path, ".eib"), parsed.GetValue(onnx), quantization, parsed.GetValue(json));
        });
        return command;
    }

    private static void Quantize(CommandConsole console, ParseResult parsed, string path, string output, string? onnx, QuantizationOptions options, bool json)
    {
        if (Path.GetFullPath(output) == Path.GetFullPath(path)) throw new CommandFailure($"{output}: the blob would take the place of the model. Choose another --output.");

        byte[] content = ModelFile.ReadAll(path);
        ModelGraph Load() => ModelFile.LoadFloat(content, path);
        SampleSource source = options.ReadSamples(parsed, Load());
        QuantizedFloats quantized = options.Quantize(console, parsed, Load, source);
        byte[]? qdq = onnx is null ? null : OnnxExporter.Export(quantized.Graph, new OnnxExportOptions { Quantize = true }).File;
        ConversionResult result = ModelConverter.Convert(
            quantized.Graph,
            SHA256.HashData(content),
            new ConversionOptions { Labels = LabelsOf(source, quantized.Graph), Recipe = string.Join('\n', quantized.Recipe) });
        (ModelEvaluation exact, ModelEvaluation integers) = console.Track(progress => (
            ModelEvaluation.OfFloat(Load(), source.Samples.Samples, part => progress("Evaluating float", part)),
            ModelEvaluation.OfBlob(result.Blob, source.Samples.Samples, part => progress("Evaluating int8", part))));
        OutputFile.Write(output, result.Blob);
        if (qdq is not null) OutputFile.Write(onnx!, qdq);

        EvaluationReport report = new(source, exact, integers);
        if (json)
        {
            console.Json(new { File = output, BlobBytes = result.Blob.Length, result.Model.ArenaBytes, quantized.Recipe, Evaluation = report.ToJson() });
            return;
        }

        console.Line($"[bold]{Markup.Escape(output)}[/]");
        Grid grid = new Grid().AddColumn().AddColumn();
        grid.AddRow("size", $"{Wording.Count(result.Blob.Length)} bytes; the model file has {Wording.Count(content.Length)}");
        grid.AddRow("arena", ConvertCommand.ArenaText(result.Model, ModelProgram.Read(result.Model)));
        for (int i = 0; i < quantized.Recipe.Count; i++) grid.AddRow(i == 0 ? "recipe" : string.Empty, Markup.Escape(quantized.Recipe[i]));
        console.Rich.Write(grid);
        if (quantized.Trials.Count > 0) WriteTrials(console, quantized.Trials);
        report.Write(console);
        console.Line($"[dim]Next: edgeinfer inspect {Markup.Escape(output)}[/]");
    }

    private static string[] LabelsOf(SampleSource source, ModelGraph graph) => source.Classes.Count == graph.Outputs[0].Count ? [.. source.Classes] : [];

    private static void WriteTrials(CommandConsole console, IReadOnlyList<RecipeTrial> trials)
    {
        Table table = Tables.New();
        table.Left("recipe");
        table.Right("score");
        table.Right("SQNR");
        foreach (RecipeTrial trial in trials)
        {
            string score = trial.Score is { } s ? s.ToString("0.0000", CultureInfo.InvariantCulture) : "-";
            table.AddRow(Markup.Escape(string.Join("; ", trial.Recipe.Describe())), score, trial.Sqnr.ToString("0.0 dB", CultureInfo.InvariantCulture));
        }

        console.Rich.Write(table);
    }
}
