using System.CommandLine;
using EdgeInfer.Cli.Inspection;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter;
using Spectre.Console;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer convert</c>: from a model file to a blob.</summary>
internal static class ConvertCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Argument<string> model = new("model") { Description = "An int8 .tflite file, or an .onnx file with quantization (QDQ or QLinear).", HelpName = "MODEL" };
        Option<string?> output = new("--output", "-o") { Description = "The blob to write. Default: the model's name with .eib.", HelpName = "FILE" };
        Option<string?> labels = CommonOptions.Labels();
        Option<string?> frontEnd = CommonOptions.FrontEnd();
        Option<string?> detector = CommonOptions.Detector();
        Option<bool> strip = new("--strip") { Description = "Leave out operator names and self-test." };
        Option<int?> selfTest = new Option<int?>("--self-test") { Description = "Frames of the self-test that the blob carries; 0 for none. Default: 1, or 0 with --strip.", HelpName = "N" }.Between(0, 1000);
        Option<bool> packWeights = new("--pack-weights") { Description = "Keep weights of fully connected and recurrent layers packed in memory: about half their time for 2.7 times their size in the arena." };
        Option<int?> arenaLimit = new Option<int?>("--arena-limit") { Description = "Bytes that the arena may take. A model that needs more is run in bands where it is widest, which repeats some work.", HelpName = "BYTES" }.Between(1, int.MaxValue);
        Option<int?> scratch = new Option<int?>("--scratch") { Description = "Bytes of scratch for convolutions. The more positions they have room for, the faster they run. Default: what leaves the arena as small as it can be.", HelpName = "BYTES" }.Between(0, int.MaxValue);
        Option<int?> stream = new Option<int?>("--stream-weights") { Description = "Read weights and tables from the file while the model runs, weights into a buffer of so many bytes. Default: as many as the largest layer takes.", HelpName = "BYTES", Arity = ArgumentArity.ZeroOrOne }.Between(BlobFormat.BytesTail + 1, int.MaxValue);
        Option<string?> onnx = new("--onnx") { Description = "Write the model in QDQ form as well, for Netron and ONNX Runtime.", HelpName = "FILE" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("convert", "Convert a quantized .tflite or .onnx file into the blob that the device runs.") { model, output, labels, frontEnd, detector, strip, selfTest, packWeights, arenaLimit, scratch, stream, onnx, json };
        StreamingChoices streaming = new();
        streaming.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            bool isStripped = parsed.GetValue(strip);
            ConversionOptions options = new()
            {
                Labels = CommonOptions.ReadLabels(parsed.GetValue(labels)),
                FrontEnd = CommonOptions.ReadFrontEnd(parsed.GetValue(frontEnd)),
                Detector = CommonOptions.ReadDetector(parsed.GetValue(detector)),
                KeepNames = !isStripped,
                ArenaLimit = parsed.GetValue(arenaLimit),
                ScratchBytes = parsed.GetValue(scratch),
                WeightBuffer = parsed.GetResult(stream) is null ? null : parsed.GetValue(stream) ?? 0,
                SelfTestFrames = parsed.GetValue(selfTest) ?? (isStripped ? 0 : 1),
                PackWeights = parsed.GetValue(packWeights),
            };
            Convert(console, path, parsed.GetValue(output) ?? Path.ChangeExtension(path, ".eib"), streaming.Apply(options, parsed), parsed.GetValue(onnx), parsed.GetValue(json));
        });
        return command;
    }

    private static void Convert(CommandConsole console, string path, string output, ConversionOptions options, string? onnx, bool json)
    {
        if (Path.GetFullPath(output) == Path.GetFullPath(path)) throw new CommandFailure($"{output}: the blob would take the place of the model. Choose another --output.");

        ModelFile file = console.Busy($"Converting {Path.GetFileName(path)}", _ => ModelFile.Load(path, options));
        if (file.Conversion is null) throw new CommandFailure($"{path}: this is a blob already. Give the file that it was made from.");

        DemandLabelsFit(file, options, path);
        byte[]? qdq = onnx is null ? null : ModelFile.ToOnnx(path);
        OutputFile.Write(output, file.Blob);
        if (qdq is not null) OutputFile.Write(onnx!, qdq);
        ModelProgram program = ModelProgram.Read(file.Model);
        if (json)
        {
            console.Json(new
            {
                File = output,
                file.SourceBytes,
                BlobBytes = file.Blob.Length,
                file.Model.Macs,
                file.Model.ArenaBytes,
                ArenaLowerBoundBytes = program.LowerBoundBytes,
                Operators = file.Model.OperatorCount,
                Plan = ModelReport.PlanOf(file.Model),
                SourceOperators = file.Conversion.Graph.Operators.Count,
                Streaming = StreamingRow.Of(file.Model, program, null),
                file.Conversion.CheckedInferences,
            });
            return;
        }

        console.Line($"[bold]{Markup.Escape(output)}[/]");
        Grid grid = new Grid().AddColumn().AddColumn();
        grid.AddRow("size", $"{Wording.Count(file.Blob.Length)} bytes, {Percent(file.Blob.Length, file.SourceBytes)} of the model file");
        grid.AddRow("arena", ArenaText(file.Model, program));
        grid.AddRow("work", $"{Wording.Count(file.Model.Macs)} multiply-accumulates in {file.Model.OperatorCount} operators");
        foreach (string line in ModelReport.PlanOf(file.Model)) grid.AddRow("plan", Markup.Escape(line));
        grid.AddRow("input", string.Join(", ", Ports(file.Model, true)));
        grid.AddRow("output", string.Join(", ", Ports(file.Model, false)));
        if (file.Conversion.Windowed is { } windowed)
        {
            grid.AddRow("window", $"{Wording.Count(windowed.Macs)} multiply-accumulates and an arena of {Wording.Count(windowed.ArenaBytes)} bytes before");
            grid.AddRow("streamed", $"= windowed, byte for byte, in {file.Conversion.CheckedInferences} inferences on random frames, a reset among them");
        }

        grid.AddRow("checks", options.SelfTestFrames > 0 ? "verified; carries a self-test" : "verified; carries no self-test");
        console.Rich.Write(grid);
        console.Line($"[dim]Next: edgeinfer inspect {Markup.Escape(output)}[/]");
    }

    /// <summary>Arena size beside its bound, in words.</summary>
    internal static string ArenaText(Model model, ModelProgram program)
    {
        int bound = program.LowerBoundBytes;
        string verdict = model.ArenaBytes == bound ? "the lower bound is met" : $"lower bound {Wording.Count(bound)} bytes";
        return $"{Wording.Count(model.ArenaBytes)} bytes, {verdict}";
    }

    private static IEnumerable<string> Ports(Model model, bool inputs)
    {
        Interpreter interpreter = new(model);
        int count = inputs ? interpreter.InputCount : interpreter.OutputCount;
        for (int i = 0; i < count; i++)
        {
            Tensor tensor = inputs ? interpreter.Input(i) : interpreter.Output(i);
            yield return $"{tensor.Type} {Wording.Shape(tensor.Shape)}";
        }
    }

    private static string Percent(int part, int whole) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{100.0 * part / whole:0} %");

    private static void DemandLabelsFit(ModelFile file, ConversionOptions options, string path)
    {
        if (options.Labels.Count == 0) return;

        Interpreter interpreter = new(file.Model);
        if (Enumerable.Range(0, interpreter.OutputCount).Any(i => interpreter.Output(i).Count == options.Labels.Count)) return;

        throw new CommandFailure($"{path}: there are {options.Labels.Count} labels, but no output has as many elements ({string.Join(", ", Ports(file.Model, false))}).");
    }
}
