using System.IO.Compression;
using System.Runtime.InteropServices;

namespace EdgeInfer.Quantizer.Datasets;

/// <summary>A file of samples one after the other: raw elements, or IDX (as MNIST is given out). It may be compressed with gzip (.gz).</summary>
/// <param name="Data">The file, relative to the manifest.</param>
/// <param name="Type">Element type of raw files: int8, uint8, int16 or float32.</param>
/// <param name="Scale">What an element is multiplied with to become a real number, after <paramref name="ZeroPoint"/> was taken off.</param>
/// <param name="ZeroPoint">The element that stands for 0.</param>
public sealed record DatasetFile(string Data, string Type = "float32", float Scale = 1, float ZeroPoint = 0)
{
    /// <summary>Reads the samples of one input.</summary>
    /// <param name="folder">The manifest's folder.</param>
    /// <param name="input">Name of the input, for messages.</param>
    /// <param name="elements">Its elements.</param>
    /// <returns>The elements of every sample, real numbers.</returns>
    /// <exception cref="QuantizationException">The file is not there or does not fit the input.</exception>
    internal float[][] Read(string folder, string input, int elements)
    {
        string path = Path.Combine(folder, Data);
        float[] values = Elements(path);
        if (values.Length == 0 || values.Length % elements != 0)
        {
            throw new QuantizationException($"{path}: {values.Length} elements are not a whole number of samples; the model's input '{input}' takes {elements}.");
        }

        return [.. values.Chunk(elements)];
    }

    /// <summary>Reads a file, and decompresses it.</summary>
    internal static byte[] ReadBytes(string path)
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

    /// <summary>What follows the head of an IDX file, bytes; null where it is none. It begins with two zeros, the element type (8 for unsigned bytes) and the number of dimensions, whose sizes follow.</summary>
    internal static byte[]? IdxContent(string path, byte[] bytes)
    {
        bool isIdx = path.Contains("idx", StringComparison.Ordinal) && bytes.Length > 4 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 8 && bytes.Length >= 4 + (4 * bytes[3]);
        return isIdx ? bytes[(4 + (4 * bytes[3]))..] : null;
    }

    private float[] Elements(string path)
    {
        byte[] bytes = ReadBytes(path);
        float[] values = IdxContent(path, bytes) is { } pixels ? Map(pixels.AsSpan(), v => v) : Type switch
        {
            "int8" => Map(MemoryMarshal.Cast<byte, sbyte>(bytes.AsSpan()), v => v),
            "uint8" => Map(bytes.AsSpan(), v => v),
            "int16" => Map(MemoryMarshal.Cast<byte, short>(bytes.AsSpan()), v => v),
            "float32" => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            _ => throw new QuantizationException($"Element type \"{Type}\" is not understood; int8, uint8, int16 and float32 are."),
        };
        for (int i = 0; i < values.Length; i++) values[i] = (values[i] - ZeroPoint) * Scale;
        return values;
    }

    private static float[] Map<T>(Span<T> values, Func<T, float> convert)
    {
        float[] result = new float[values.Length];
        for (int i = 0; i < result.Length; i++) result[i] = convert(values[i]);
        return result;
    }
}
