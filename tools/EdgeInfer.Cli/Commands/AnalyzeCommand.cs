using System.CommandLine;
using System.Globalization;
using System.Text;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Cli.Quantizing;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Quantizer.Analysis;
using EdgeInfer.Quantizer.Evaluation;
using EdgeInfer.Quantizer.Search;
using Spectre.Console;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer analyze</c>: where the error of quantization comes from, and what to do about it.</summary>
internal static class AnalyzeCommand
{
    private const int AnalysedSamples = 64;
    private const int NameLength = 40;

    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Argument<string> model = new("model") { Description = "An .onnx or .tflite file that computes in floats.", HelpName = "MODEL" };
        Option<string?> html = new("--html") { Description = "Write the report with pictures, as one file that needs nothing else.", HelpName = "FILE" };
        Option<bool> agreement = new("--onnx-agreement") { Description = "Compare the device's integers with ONNX Runtime on the same graph in QDQ form, layer by layer, instead." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("analyze", "Show what quantization does to every layer: noise, saturation, sensitivity, and what to do.") { model };
        QuantizationOptions options = new(command);
        command.Options.Add(html);
        command.Options.Add(agreement);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(agreement)) Agree(console, parsed, parsed.GetRequiredValue(model), options, parsed.GetValue(json));
            else Analyze(console, parsed, parsed.GetRequiredValue(model), parsed.GetValue(html), options, parsed.GetValue(json));
        });
        return command;
    }

    private static void Analyze(CommandConsole console, ParseResult parsed, string path, string? html, QuantizationOptions options, bool json)
    {
        using Quantization quantization = new(console, parsed, options, path);
        QuantizedModel quantized = quantization.Run(triesPrecision: true);
        IReadOnlyList<LayerAnalysis> layers = console.Track(progress => LayerAnalysis.Run(quantized.Graph, quantized.Exact, quantization.Source.Samples.Pick(AnalysedSamples), progress));
        string Widening(string layer) => options.CommandFor(parsed, path, [.. quantized.Recipe.Recipe.SixteenBitLayers, layer]);
        if (html is not null) WriteHtml(console, path, html, quantization, quantized, layers, Widening);
        if (json)
        {
            console.Json(layers.Select(l => new { Layer = l.Operator, Tensor = l.Tensor.Name, SqnrDecibels = l.Sqnr, AloneDecibels = l.Sensitivity, WidenedDecibels = l.Widened, l.Saturation, l.Seen.Min, l.Seen.Max, Advice = Advice.For(l, Widening).ToArray() }));
            return;
        }

        Write(console, layers, Widening);
        if (quantized.Trials.Count > 0)
        {
            console.Line("[bold]Worth a choice[/]: nothing else that was tried is better in one figure and not worse in another");
            TrialTable.Write(console, [quantized.Trials[0], .. ParetoFront.Of(quantized.Trials, t => t.BlobBytes, t => t.ArenaBytes, t => t.Instructions!.Value).Where(t => t != quantized.Trials[0])], quantization.Board);
        }

        if (html is not null) console.Line($"[dim]The same with pictures: {Markup.Escape(html)}[/]");
    }

    private static void Agree(CommandConsole console, ParseResult parsed, string path, QuantizationOptions options, bool json)
    {
        using Quantization quantization = new(console, parsed, options, path);
        QuantizedModel quantized = quantization.Run(triesPrecision: false);
        IReadOnlyList<LayerAgreement> layers = console.Track(progress => LayerAgreement.Run(quantized.Graph, quantization.Source.Samples.Pick(AnalysedSamples), progress));
        if (json) console.Json(layers.Select(l => new { Layer = l.Operator, Tensor = l.Tensor.Name, l.Differing, l.OwnSteps, l.AllSteps, l.IsStart, l.Reason }));
        else AgreementTable.Write(console, layers);
    }

    private static void WriteHtml(CommandConsole console, string path, string html, Quantization quantization, QuantizedModel quantized, IReadOnlyList<LayerAnalysis> layers, Func<string, string> widening)
    {
        byte[] blob = quantized.Conversion.Blob;
        SampleSource source = quantized.Measured;
        (ModelEvaluation exact, ModelEvaluation integers) = console.Track(progress => (
            ModelEvaluation.OfFloat(quantization.Load(), source.Samples.Samples, part => progress("Evaluating float", part), scored: source.Scored),
            ModelEvaluation.OfBlob(blob, source.Samples.Samples, part => progress("Evaluating integers", part), source.Scored)));
        List<(string Name, string Value)> facts = [];
        if (exact.Accuracy is { } a && integers.Accuracy is { } b) facts.AddRange([("float accuracy", Figure(100 * a, "0.00") + " %"), ("integer accuracy", Figure(100 * b, "0.00") + " %")]);
        if (exact.Auc is { } c && integers.Auc is { } d) facts.AddRange([("float AUC", Figure(c, "0.0000")), ("integer AUC", Figure(d, "0.0000"))]);
        facts.Add(("output SQNR", Figure(integers.Sqnr(exact), "0.0") + " dB"));
        facts.Add(("samples", Wording.Count(source.Samples.Samples.Count)));
        facts.Add(("bytes of the blob", Wording.Count(blob.Length)));
        TradeOff? tradeOff = quantized.Trials.Count == 0 ? null : new TradeOff(quantized.Trials, exact.Accuracy ?? exact.Auc, quantization.Board?.Speed.InstructionsPerSecond.Value);
        OutputFile.Write(html, Encoding.UTF8.GetBytes(HtmlReport.Write(Path.GetFileName(path), facts, [.. quantized.Recipe.Describe()], layers, widening, tradeOff)));
    }

    private static void Write(CommandConsole console, IReadOnlyList<LayerAnalysis> layers, Func<string, string> widening)
    {
        FittingTable table = new();
        table.Add("layer", layers.Select(l => l.Operator), isText: true);
        table.AddOptional("result", layers.Select(l => Wording.Name(l.Tensor.Name, NameLength)), 1);
        table.Add("SQNR dB", layers.Select(l => Figure(l.Sqnr, "0.0")));
        table.Add("alone dB", layers.Select(l => Figure(l.Sensitivity, "0.0")));
        table.AddOptional("with 16 bits", layers.Select(l => l.Widened is { } widened ? Figure(widened, "0.0") : string.Empty), 3);
        table.Add("cut off %", layers.Select(l => Figure(100 * l.Saturation, "0.00")));
        table.AddOptional("min", layers.Select(l => Figure(l.Seen.Min, "G4")), 2);
        table.AddOptional("max", layers.Select(l => Figure(l.Seen.Max, "G4")), 2);
        table.AddBars(layers.Select(l => Math.Clamp(l.Sqnr / 60, 0, 1)));
        table.Write(console);
        foreach (LayerAnalysis layer in layers.OrderBy(l => l.Sensitivity).Where(l => Advice.For(l, widening).Any()).Take(3))
        {
            console.Line($"[bold]{layer.Operator} {Markup.Escape(layer.Tensor.Name)}[/]");
            foreach (string line in Advice.For(layer, widening)) console.Line($"  {Markup.Escape(line)}");
        }
    }

    private static string Figure(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
