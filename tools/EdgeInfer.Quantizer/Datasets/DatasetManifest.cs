using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EdgeInfer.Quantizer.Datasets;

/// <summary>
/// A data set that is one file of samples one after the other, with its labels in another: raw elements, or IDX (as MNIST is given out). Either may be
/// compressed with gzip (.gz). Paths are relative to the manifest.
/// </summary>
/// <param name="Data">File of the samples.</param>
/// <param name="Type">Element type of raw files: int8, uint8, int16 or float32.</param>
/// <param name="Scale">What an element is multiplied with to become a real number, after <paramref name="ZeroPoint"/> was taken off.</param>
/// <param name="ZeroPoint">The element that stands for 0.</param>
/// <param name="Labels">File of the labels: IDX, or .csv with a heading; null where there are none.</param>
/// <param name="Column">Column of the .csv file that holds the index of the class.</param>
/// <param name="Classes">Names of the classes, in the order of the model's output; empty where they have none.</param>
public sealed record DatasetManifest(string Data, string Type = "float32", float Scale = 1, float ZeroPoint = 0, string? Labels = null, string Column = "class", IReadOnlyList<string>? Classes = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a manifest.</summary>
    /// <param name="path">The .json file.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="QuantizationException">It is not there or cannot be understood.</exception>
    public static DatasetManifest Read(string path)
    {
        try
        {
            DatasetManifest? manifest = JsonSerializer.Deserialize<DatasetManifest>(File.ReadAllText(path), Json);
            if (manifest is { Data.Length: > 0 }) return manifest;
        }
        catch (JsonException e)
        {
            throw new QuantizationException($"{path}: this is no dataset manifest ({e.Message.TrimEnd('.')}).");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new QuantizationException($"{path}: it cannot be read ({e.Message.TrimEnd('.')}).");
        }

        throw new QuantizationException($"{path}: this is no dataset manifest; it needs at least \"data\", the file of the samples.");
    }

    /// <summary>Reads the samples.</summary>
    /// <param name="path">The manifest's own path.</param>
    /// <param name="elements">Elements of the model's input.</param>
    /// <returns>The samples, labelled where there are labels.</returns>
    /// <exception cref="QuantizationException">A file is not there or does not fit the model.</exception>
    public IReadOnlyList<Sample> ReadSamples(string path, int elements)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string data = Path.Combine(folder, Data);
        float[] values = ReadElements(data);
        if (values.Length == 0 || values.Length % elements != 0)
        {
            throw new QuantizationException($"{data}: {values.Length} elements are not a whole number of samples; the model's input takes {elements}.");
        }

        int count = values.Length / elements;
        int[]? labels = Labels is null ? null : ReadLabels(Path.Combine(folder, Labels));
        if (labels is not null && labels.Length != count) throw new QuantizationException($"{Labels}: {labels.Length} labels for {count} samples.");

        Sample[] samples = new Sample[count];
        for (int i = 0; i < count; i++)
        {
            samples[i] = new Sample([values.AsSpan(i * elements, elements).ToArray()], labels?[i] ?? -1, $"{Path.GetFileName(data)} #{i}");
        }

        return samples;
    }

    private float[] ReadElements(string path)
    {
        byte[] bytes = ReadBytes(path);
        string type = Type;
        ReadOnlySpan<byte> content = bytes;
        if (IsIdx(path, bytes))
        {
            content = bytes.AsSpan(4 + (4 * bytes[3]));
            type = "uint8";
        }

        float[] values = type switch
        {
            "int8" => Map(MemoryMarshal.Cast<byte, sbyte>(content), v => v),
            "uint8" => Map(content, v => v),
            "int16" => Map(MemoryMarshal.Cast<byte, short>(content), v => v),
            "float32" => MemoryMarshal.Cast<byte, float>(content).ToArray(),
            _ => throw new QuantizationException($"Element type \"{type}\" is not understood; int8, uint8, int16 and float32 are."),
        };
        for (int i = 0; i < values.Length; i++) values[i] = (values[i] - ZeroPoint) * Scale;
        return values;
    }

    private int[] ReadLabels(string path)
    {
        byte[] bytes = ReadBytes(path);
        if (IsIdx(path, bytes)) return [.. bytes.Skip(4 + (4 * bytes[3])).Select(b => (int)b)];

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

    private static byte[] ReadBytes(string path)
    {
        try
        {
            if (!path.EndsWith(".gz", StringComparison.Ordinal)) return File.ReadAllBytes(path);
            using GZipStream stream = new(File.OpenRead(path), CompressionMode.Decompress);
            using MemoryStream result = new();
            stream.CopyTo(result);
            return result.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new QuantizationException($"{path}: it cannot be read ({e.Message.TrimEnd('.')}).");
        }
    }

    /// <summary>IDX begins with two zeros, the element type (8 for unsigned bytes) and the number of dimensions, whose sizes follow.</summary>
    private static bool IsIdx(string path, byte[] bytes) =>
        path.Contains("idx", StringComparison.Ordinal) && bytes.Length > 4 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 8 && bytes.Length >= 4 + (4 * bytes[3]);

    private static float[] Map<T>(ReadOnlySpan<T> values, Func<T, float> convert)
    {
        float[] result = new float[values.Length];
        for (int i = 0; i < result.Length; i++) result[i] = convert(values[i]);
        return result;
    }
}
