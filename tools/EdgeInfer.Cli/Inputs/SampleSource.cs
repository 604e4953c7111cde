using System.Buffers.Binary;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Quantizer;
using EdgeInfer.Quantizer.Datasets;

namespace EdgeInfer.Cli.Inputs;

/// <summary>Samples of a model of floats, from files of all kinds.</summary>
/// <param name="Samples">The samples, checked against the model.</param>
/// <param name="Classes">Names of the classes; empty where they have none.</param>
internal sealed record SampleSource(SampleSet Samples, IReadOnlyList<string> Classes)
{
    /// <summary>Reads samples.</summary>
    /// <param name="path">A folder, a file, or a dataset manifest.</param>
    /// <param name="graph">The model.</param>
    /// <param name="classes">Names of the classes in the order of the output; empty where folders say them, in alphabetical order.</param>
    /// <param name="options">How numbers in files are to be understood.</param>
    /// <returns>The samples.</returns>
    /// <exception cref="CommandFailure">There are none, or a file does not fit the model.</exception>
    public static SampleSource Read(string path, ModelGraph graph, IReadOnlyList<string> classes, InputOptions options)
    {
        if (graph.Inputs.Count != 1) throw new CommandFailure($"{path}: the model has {graph.Inputs.Count} inputs; samples can be read for models with one.");

        GraphTensor input = graph.Inputs[0];
        if (Path.GetExtension(path) == ".json")
        {
            DatasetManifest manifest = DatasetManifest.Read(path);
            return new SampleSource(SampleSet.For(manifest.ReadSamples(path, input.Count), graph), classes.Count > 0 ? classes : manifest.Classes ?? []);
        }

        Tensor port = PortOf(input);
        if (!Directory.Exists(path)) return new SampleSource(SampleSet.For([.. Read(path, port, -1, options)], graph), classes);

        string[] folders = [.. Directory.GetDirectories(path).Where(f => Files(f).Any()).Order(StringComparer.Ordinal)];
        if (classes.Count == 0) classes = [.. folders.Select(f => Path.GetFileName(f)!)];
        List<Sample> samples = [.. Directory.EnumerateFiles(path).Where(IsSample).Order(StringComparer.Ordinal).SelectMany(f => Read(f, port, -1, options))];
        foreach (string folder in folders)
        {
            int label = classes.ToList().IndexOf(Path.GetFileName(folder)!);
            if (label < 0) throw new CommandFailure($"{folder}: '{Path.GetFileName(folder)}' is none of the {classes.Count} classes ({string.Join(", ", classes)}). Rename the folder, or add the class to --labels.");
            samples.AddRange(Files(folder).SelectMany(f => Read(f, port, label, options)));
        }

        if (samples.Count == 0) throw new CommandFailure($"{path}: there are no samples in this folder. Put files there that end in {string.Join(' ', InputFile.Endings)}.");
        return new SampleSource(SampleSet.For(samples, graph), classes);
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(IsSample).Order(StringComparer.Ordinal);

    private static bool IsSample(string file) => InputFile.Endings.Contains(Path.GetExtension(file).ToLowerInvariant());

    private static IEnumerable<Sample> Read(string file, Tensor port, int label, InputOptions options)
    {
        if (options.Sound is { } sound && Path.GetExtension(file).Equals(".wav", StringComparison.OrdinalIgnoreCase))
        {
            foreach ((int index, float[] values) in sound.Read(file, port.Count).Index()) yield return new Sample([values], label, index == 0 ? file : $"{file} #{index}");
            yield break;
        }

        byte[] bytes = InputFile.Read(file, port, options);
        int count = bytes.Length / port.ByteCount();
        for (int frame = 0; frame < count; frame++)
        {
            float[] values = new float[port.Count];
            for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(((frame * port.Count) + i) * sizeof(float)));
            yield return new Sample([values], label, count == 1 ? file : $"{file} #{frame}");
        }
    }

    /// <summary>What file readers fill: an input of the runtime with the shape of the model's, in floats.</summary>
    private static Tensor PortOf(GraphTensor input)
    {
        ModelGraph graph = new("samples");
        GraphTensor port = new(input.Name, ElementType.Float32, input.Shape), copy = new("copy", ElementType.Float32, [input.Count]);
        graph.Inputs.Add(port);
        graph.Outputs.Add(copy);
        graph.Operators.Add(new Reshape(port, copy));
        return new Interpreter(ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Model).Input(0);
    }
}
