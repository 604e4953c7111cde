using System.Buffers.Binary;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Quantizer;
using EdgeInfer.Quantizer.Datasets;

namespace EdgeInfer.Cli.Inputs;

/// <summary>
/// Samples in files: of a model with one input in files of all kinds; of one with several in .npz files with an array for each, or in a folder for each, whose files
/// belong together where they have the same name but for its ending.
/// </summary>
/// <param name="inputs">The model's inputs.</param>
/// <param name="options">How numbers in files are to be understood. Recordings make the first input.</param>
internal sealed class SampleFiles(IReadOnlyList<GraphTensor> inputs, InputOptions options)
{
    private readonly string[] _names = [.. inputs.Select(t => t.Name)];
    private readonly Tensor[] _ports = PortsOf(inputs);

    /// <summary>Tells whether a folder has a folder for one of several inputs.</summary>
    /// <param name="folder">The folder.</param>
    public bool HasInputs(string folder) => inputs.Count > 1 && Directory.GetDirectories(folder).Any(f => PortMatch.Find(_names, Path.GetFileName(f)) >= 0);

    /// <summary>Tells whether a folder holds samples.</summary>
    /// <param name="folder">The folder.</param>
    public static bool HasSamples(string folder) => Files(folder, SearchOption.AllDirectories).Any();

    /// <summary>Reads the samples of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="label">Their class; -1 for none, and then only files that lie in the folder itself or are those of several inputs.</param>
    /// <returns>The samples.</returns>
    public IEnumerable<Sample> ReadFolder(string folder, int label)
    {
        if (!HasInputs(folder)) return Files(folder, label < 0 ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories).SelectMany(f => Read(f, label));

        string[] folders = Directory.GetDirectories(folder);
        int[] positions = PortMatch.All(_names, [.. folders.Select(f => Path.GetFileName(f)!)], folder);
        return Files(folder, SearchOption.TopDirectoryOnly).SelectMany(f => Read(f, label)).Concat(ReadTogether([.. positions.Select(p => folders[p])], label));
    }

    /// <summary>Reads the samples of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="label">Their class; -1 for none.</param>
    /// <returns>The samples.</returns>
    /// <exception cref="CommandFailure">The file does not fit the model.</exception>
    public IEnumerable<Sample> Read(string file, int label)
    {
        if (NpzFile.Is(file)) return Together([.. NpzFile.Read(file, _names, _ports, options).Select((bytes, i) => Frames(bytes, _ports[i]))], label, file);
        if (inputs.Count == 1) return Together([Frames(file, 0)], label, file);

        string folders = string.Join(" and ", inputs.Select(t => $"{PortMatch.FileName(t.Name)}/"));
        throw new CommandFailure($"{file}: the model has {inputs.Count} inputs ({string.Join(", ", _names)}), and this file is of one. Write all into one .npz file (numpy.savez), or put the files of each into a folder of its name: {folders}");
    }

    private static IEnumerable<string> Files(string folder, SearchOption depth) =>
        Directory.EnumerateFiles(folder, "*", depth).Where(f => NpzFile.Is(f) || InputFile.Endings.Contains(Path.GetExtension(f).ToLowerInvariant())).Order(StringComparer.Ordinal);

    private IEnumerable<Sample> ReadTogether(string[] folders, int label)
    {
        SortedDictionary<string, string>[] files = [.. folders.Select(ByName)];
        for (int i = 0; i < files.Length; i++)
        {
            foreach ((string name, string file) in files[i])
            {
                int without = Array.FindIndex(files, f => !f.ContainsKey(name));
                if (without >= 0) throw new CommandFailure($"{folders[without]}: there is no file for '{_names[without]}' that belongs to {file}. Give it the name '{name}', with any ending.");
            }
        }

        return files[0].Keys.SelectMany(name => Together([.. files.Select((f, i) => Frames(f[name], i))], label, files[0][name], [.. files.Select(f => f[name])]));
    }

    private static SortedDictionary<string, string> ByName(string folder)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (string file in Files(folder, SearchOption.AllDirectories))
        {
            string name = Path.ChangeExtension(Path.GetRelativePath(folder, file), null).Replace('\\', '/');
            if (!files.TryAdd(name, file)) throw new CommandFailure($"{file}: {files[name]} has the same name but for its ending; both cannot be the input of one sample. Rename one.");
        }

        return files;
    }

    private IEnumerable<Sample> Together(float[][][] values, int label, string source, string[]? files = null)
    {
        int count = values[0].Length, other = Array.FindIndex(values, v => v.Length != count);
        if (other >= 0) throw new CommandFailure($"{files![other]} holds {values[other].Length} samples, {source} holds {count}. Every input needs the same number.");
        if (options.AreSequences) return [Sample.OfFrames([.. Enumerable.Range(0, count).Select(frame => Array.ConvertAll(values, v => v[frame]))], label, source)];

        return Enumerable.Range(0, count).Select(frame => new Sample(Array.ConvertAll(values, v => v[frame]), label, count == 1 ? source : $"{source} #{frame}"));
    }

    private float[][] Frames(string file, int input) =>
        input == 0 && options.Sound is { } sound && Path.GetExtension(file).Equals(".wav", StringComparison.OrdinalIgnoreCase)
            ? [.. sound.Read(file, _ports[0].Count, options.AreSequences)]
            : Frames(InputFile.Read(file, _ports[input], options), _ports[input]);

    private static float[][] Frames(byte[] bytes, Tensor port)
    {
        float[][] frames = new float[bytes.Length / port.ByteCount()][];
        for (int frame = 0; frame < frames.Length; frame++)
        {
            frames[frame] = new float[port.Count];
            for (int i = 0; i < port.Count; i++) frames[frame][i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(((frame * port.Count) + i) * sizeof(float)));
        }

        return frames;
    }

    /// <summary>What file readers fill: inputs of the runtime with the shapes of the model's, in floats.</summary>
    private static Tensor[] PortsOf(IReadOnlyList<GraphTensor> inputs)
    {
        ModelGraph graph = new("samples");
        foreach (GraphTensor input in inputs)
        {
            GraphTensor port = new(input.Name, ElementType.Float32, input.Shape), copy = new($"copy of {input.Name}", ElementType.Float32, [input.Count]);
            graph.Inputs.Add(port);
            graph.Outputs.Add(copy);
            graph.Operators.Add(new Reshape(port, copy));
        }

        Interpreter interpreter = new(ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Model);
        return [.. Enumerable.Range(0, inputs.Count).Select(interpreter.Input)];
    }
}
