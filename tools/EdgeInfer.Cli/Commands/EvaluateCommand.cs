using System.CommandLine;
using EdgeInfer.Audio;
using EdgeInfer.Cli.Evaluation;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Cli.Inspection;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Blob;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer evaluate</c>: how much of what a model says is right.</summary>
internal static class EvaluateCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Argument<string> model = new("model") { Description = "A blob (.eib), or a .tflite or .onnx file, quantized or of floats.", HelpName = "MODEL" };
        Option<string> data = CommonOptions.Data();
        Option<string?> against = new("--float") { Description = "The model of floats, to be evaluated beside it.", HelpName = "MODEL" };
        Option<string?> labels = CommonOptions.Labels();
        Option<PixelRange?> pixels = CommonOptions.Pixels();
        Option<string?> frontEnd = CommonOptions.FrontEnd();
        frontEnd.Description = "What makes features of recordings, where the blob does not carry it.";
        Option<string?> scored = CommonOptions.ScoredOutput();
        Option<bool> json = CommonOptions.Json();
        Command command = new("evaluate", "Measure accuracy, or the area under the curve of an anomaly model, on labelled samples.") { model, data, against, labels, pixels, frontEnd, scored, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            byte[] content = ModelFile.ReadAll(path);
            string? floatPath = parsed.GetValue(against);
            ModelGraph? exact = floatPath is not null ? ModelFile.LoadFloat(ModelFile.ReadAll(floatPath), floatPath) : FloatOf(content, path);
            ModelFile? file = floatPath is null && exact is not null ? null : ModelFile.Load(content, path, new ConversionOptions { SelfTestFrames = 0 });
            ModelGraph? integers = file is null ? null : ShapeOf(file.Model, path);
            if (integers is not null && exact is not null) DemandSame(exact, floatPath!, integers);
            string[] classes = CommonOptions.ReadLabels(parsed.GetValue(labels));
            if (classes.Length == 0 && file is not null) classes = Labels.Read(file.Model);
            SoundFeatures? sound = CommonOptions.SoundOf(CommonOptions.ReadFrontEnd(parsed.GetValue(frontEnd))) ?? (file is null ? null : SoundOf(file.Model));
            bool remembers = exact is not null ? FloatGraph.Remembers(exact) : StreamingRow.Remembers(ModelProgram.Read(file!.Model));
            InputOptions options = new(Pixels: parsed.GetValue(pixels), Sound: sound, AreSequences: remembers);
            SampleSource source = SampleSource.Read(parsed.GetRequiredValue(data), exact ?? integers!, classes, options, parsed.GetValue(scored));
            EvaluationReport report = console.Track(progress => new EvaluationReport(
                source,
                exact is null ? null : ModelEvaluation.OfFloat(exact, source.Samples.Samples, part => progress("Evaluating float", part), scored: source.Scored),
                file is null ? null : ModelEvaluation.OfBlob(file.Blob, source.Samples.Samples, part => progress("Evaluating integers", part), source.Scored)));
            if (parsed.GetValue(json))
            {
                console.Json(report.ToJson());
                return;
            }

            report.Write(console);
            report.WriteConfusion(console);
        });
        return command;
    }

    /// <summary>The front end that a blob carries.</summary>
    private static SoundFeatures? SoundOf(Model model)
    {
        if (model.ReadMetadata(FrontEnd.Tag) is not { } chunk) return null;

        Tensor input = new Interpreter(model).Input(0);
        return new SoundFeatures(chunk, input.Scale, input.ZeroPoint);
    }

    /// <summary>The model as one of floats, where it is one.</summary>
    private static ModelGraph? FloatOf(byte[] content, string path)
    {
        try
        {
            ModelGraph graph = ModelFile.LoadFloat(content, path);
            return FloatGraph.HasQuantization(graph) ? null : graph;
        }
        catch (Exception e) when (e is CommandFailure or ConversionException)
        {
            // Then it is a quantized model, whose own import says what may be wrong with it.
            return null;
        }
    }

    /// <summary>Inputs and outputs of a blob, which samples are checked against.</summary>
    private static ModelGraph ShapeOf(Model model, string path)
    {
        Interpreter interpreter = new(model);
        ModelGraph graph = new(path);
        PortNames names = PortNames.Read(model);
        for (int i = 0; i < interpreter.InputCount; i++) graph.Inputs.Add(new GraphTensor(names.Inputs[i], ElementType.Float32, interpreter.Input(i).Shape));
        for (int i = 0; i < interpreter.OutputCount; i++) graph.Outputs.Add(new GraphTensor(names.Outputs[i], ElementType.Float32, interpreter.Output(i).Shape));
        return graph;
    }

    /// <summary>Both are given the same samples, and what they say is compared number by number.</summary>
    private static void DemandSame(ModelGraph exact, string path, ModelGraph integers)
    {
        if (Sizes(exact.Inputs).SequenceEqual(Sizes(integers.Inputs)) && Sizes(exact.Outputs).SequenceEqual(Sizes(integers.Outputs))) return;

        throw new CommandFailure($"{path}: its inputs and outputs ({Describe(exact)}) are not those of {integers.Name} ({Describe(integers)}). Give the model of floats that it was made from.");

        static IEnumerable<int> Sizes(IEnumerable<GraphTensor> tensors) => tensors.Select(t => t.Count);

        static string Describe(ModelGraph graph) => $"{string.Join(", ", graph.Inputs.Select(t => Wording.Shape(t.Shape)))} -> {string.Join(", ", graph.Outputs.Select(t => Wording.Shape(t.Shape)))}";
    }
}
