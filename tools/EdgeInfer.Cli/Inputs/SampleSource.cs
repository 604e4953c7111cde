using EdgeInfer.Converter.Graph;
using EdgeInfer.Quantizer;
using EdgeInfer.Quantizer.Datasets;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Cli.Inputs;

/// <summary>Samples of a model of floats, from files of all kinds.</summary>
/// <param name="Samples">The samples, checked against the model.</param>
/// <param name="Classes">Names of the classes; empty where they have none.</param>
/// <param name="Outputs">Names of the model's outputs.</param>
/// <param name="Scored">Index of the output that is held against the labels.</param>
internal sealed record SampleSource(SampleSet Samples, IReadOnlyList<string> Classes, IReadOnlyList<string> Outputs, int Scored)
{
    /// <summary>Reads samples.</summary>
    /// <param name="path">A folder, a file, or a dataset manifest.</param>
    /// <param name="graph">The model.</param>
    /// <param name="classes">Names of the classes in the order of the output; empty where folders say them, in alphabetical order.</param>
    /// <param name="options">How numbers in files are to be understood.</param>
    /// <param name="scored">Name of the output that is held against the labels; null for the first that has an element for each class, else the first.</param>
    /// <returns>The samples.</returns>
    /// <exception cref="CommandFailure">There are none, or a file does not fit the model.</exception>
    public static SampleSource Read(string path, ModelGraph graph, IReadOnlyList<string> classes, InputOptions options, string? scored)
    {
        SampleSet samples = ReadSamples(path, graph, ref classes, options);
        return new SampleSource(samples, classes, [.. graph.Outputs.Select(t => t.Name)], ModelEvaluation.ScoredOutput(graph, classes.Count, scored));
    }

    private static SampleSet ReadSamples(string path, ModelGraph graph, ref IReadOnlyList<string> classes, InputOptions options)
    {
        if (Path.GetExtension(path) == ".json")
        {
            DatasetManifest manifest = DatasetManifest.Read(path);
            if (classes.Count == 0) classes = manifest.Classes ?? [];
            return SampleSet.For(manifest.ReadSamples(path, graph.Inputs, options.AreSequences), graph);
        }

        SampleFiles files = new(graph.Inputs, options);
        if (!Directory.Exists(path)) return SampleSet.For([.. files.Read(path, -1)], graph);

        List<Sample> samples = [.. files.ReadFolder(path, -1)];
        string[] folders = files.HasInputs(path) ? [] : [.. Directory.GetDirectories(path).Where(SampleFiles.HasSamples).Order(StringComparer.Ordinal)];
        if (classes.Count == 0) classes = [.. folders.Select(f => Path.GetFileName(f)!)];
        foreach (string folder in folders)
        {
            int label = classes.ToList().IndexOf(Path.GetFileName(folder)!);
            if (label < 0) throw new CommandFailure($"{folder}: '{Path.GetFileName(folder)}' is none of the {classes.Count} classes ({string.Join(", ", classes)}). Rename the folder, or add the class to --labels.");
            samples.AddRange(files.ReadFolder(folder, label));
        }

        if (samples.Count == 0) throw new CommandFailure($"{path}: there are no samples in this folder. Put files there that end in {string.Join(' ', InputFile.Endings)}, or .npz.");
        return SampleSet.For(samples, graph);
    }
}
