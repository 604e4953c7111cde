using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Quantizer.Datasets;

/// <summary>
/// A data set that is a file of samples one after the other, or one for each input of the model, with the labels in another. Paths are relative to the manifest.
/// </summary>
public sealed record DatasetManifest
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>File of the samples of a model with one input; see <see cref="DatasetFile"/>.</summary>
    public string? Data { get; init; }

    /// <summary>Element type of that file.</summary>
    public string Type { get; init; } = "float32";

    /// <summary>Scale of its elements.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Their zero point.</summary>
    public float ZeroPoint { get; init; }

    /// <summary>Files by the names of the inputs, in place of <see cref="Data"/>.</summary>
    public IReadOnlyDictionary<string, DatasetFile>? Inputs { get; init; }

    /// <summary>Frames of a sequence, for a model that remembers; null where all frames are divided evenly among the labels, or are one sequence.</summary>
    public int? Frames { get; init; }

    /// <summary>File of the labels: IDX, or .csv with a heading; null where there are none.</summary>
    public string? Labels { get; init; }

    /// <summary>Column of the .csv file that holds the index of the class.</summary>
    public string Column { get; init; } = "class";

    /// <summary>Names of the classes, in the order of the model's output; empty where they have none.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Reads a manifest.</summary>
    /// <param name="path">The .json file.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="QuantizationException">It is not there or cannot be understood.</exception>
    public static DatasetManifest Read(string path)
    {
        try
        {
            DatasetManifest? manifest = JsonSerializer.Deserialize<DatasetManifest>(File.ReadAllText(path), Json);
            if (manifest is not null && (manifest.Data is { Length: > 0 }) != (manifest.Inputs is { Count: > 0 }) && manifest.Files.All(f => f.Value.Data is { Length: > 0 })) return manifest;
        }
        catch (JsonException e)
        {
            throw new QuantizationException($"{path}: this is no dataset manifest ({e.Message.TrimEnd('.')}).");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new QuantizationException($"{path}: it cannot be read ({e.Message.TrimEnd('.')}).");
        }

        throw new QuantizationException($"{path}: this is no dataset manifest; it needs \"data\", the file of the samples, or \"inputs\" with such a file for each input of the model.");
    }

    /// <summary>Reads the samples.</summary>
    /// <param name="path">The manifest's own path.</param>
    /// <param name="inputs">The model's inputs.</param>
    /// <param name="areSequences">The model remembers: a sample has several frames.</param>
    /// <returns>The samples, labelled where there are labels.</returns>
    /// <exception cref="QuantizationException">A file is not there or does not fit the model, or they differ in their number of samples.</exception>
    public IReadOnlyList<Sample> ReadSamples(string path, IReadOnlyList<GraphTensor> inputs, bool areSequences = false)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        DatasetFile[] files = [.. FilesOf(path, [.. inputs.Select(t => t.Name)])];
        float[][][] values = [.. files.Select((f, i) => f.Read(folder, inputs[i].Name, inputs[i].Count))];
        int count = values[0].Length, other = Array.FindIndex(values, v => v.Length != count);
        if (other >= 0) throw new QuantizationException($"{path}: {files[0].Data} holds {count} samples of '{inputs[0].Name}', {files[other].Data} holds {values[other].Length} of '{inputs[other].Name}'. Every input needs the same number.");

        int[]? labels = Labels is null ? null : ReadLabels(Path.Combine(folder, Labels));
        int length = FramesOfSample(path, count, labels, areSequences), samples = count / length;
        if (labels is not null && labels.Length != samples) throw new QuantizationException($"{Labels}: {labels.Length} labels for {samples} samples.");
        return
        [
            .. Enumerable.Range(0, samples).Select(s => Sample.OfFrames(
                [.. Enumerable.Range(s * length, length).Select(frame => Array.ConvertAll(values, v => v[frame]))], labels?[s] ?? -1, $"{Path.GetFileName(files[0].Data)} #{s}")),
        ];
    }

    private int FramesOfSample(string path, int count, int[]? labels, bool areSequences)
    {
        if (!areSequences) return Frames is null or 1 ? 1 : throw new QuantizationException($"{path}: \"frames\" is {Frames}, but the model remembers nothing: each of its inputs is a sample. Leave it out.");

        int length = Frames ?? (labels is { Length: > 0 } && count % labels.Length == 0 ? count / labels.Length : count);
        return length > 0 && count % length == 0 ? length : throw new QuantizationException($"{path}: {count} frames are not a whole number of sequences of {length}. Set \"frames\" to the number that each has.");
    }

    private IEnumerable<KeyValuePair<string, DatasetFile>> Files => Inputs ?? Enumerable.Empty<KeyValuePair<string, DatasetFile>>();

    private IEnumerable<DatasetFile> FilesOf(string path, string[] inputs)
    {
        if (Inputs is not null)
        {
            KeyValuePair<string, DatasetFile>[] named = [.. Inputs];
            return PortMatch.All(inputs, [.. named.Select(f => f.Key)], path).Select(position => named[position].Value);
        }

        if (inputs.Length == 1) return [new DatasetFile(Data!, Type, Scale, ZeroPoint)];

        string wanted = string.Join(", ", inputs.Select(n => $"\"{n}\": {{ \"data\": ... }}"));
        throw new QuantizationException($"{path}: \"data\" is one file, the model has {inputs.Length} inputs. Give one for each: \"inputs\": {{ {wanted} }}");
    }

    private int[] ReadLabels(string path)
    {
        byte[] bytes = DatasetFile.ReadBytes(path);
        if (DatasetFile.IdxContent(path, bytes) is { } indexes) return Array.ConvertAll(indexes, b => (int)b);

        string[] lines = System.Text.Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int column = lines.Length == 0 ? -1 : Array.IndexOf(lines[0].Split(','), Column);
        if (column < 0) throw new QuantizationException($"{path}: it has no column '{Column}' in its first line.");
        int[] labels = new int[lines.Length - 1];
        for (int i = 0; i < labels.Length; i++)
        {
            string[] fields = lines[i + 1].Split(',');
            string field = column < fields.Length ? fields[column].Trim() : string.Empty;
            int named = Classes is null ? -1 : Classes.ToList().IndexOf(field);
            labels[i] = named >= 0 ? named : int.TryParse(field, CultureInfo.InvariantCulture, out int index) && index >= 0 ? index
                : throw new QuantizationException($"{path}, line {i + 2}: '{field}' is neither the index nor the name of a class.");
        }

        return labels;
    }
}
