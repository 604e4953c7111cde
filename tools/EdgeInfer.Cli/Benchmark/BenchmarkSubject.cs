using System.Text.Json;
using EdgeInfer.Cli.Inspection;
using EdgeInfer.Converter;

namespace EdgeInfer.Cli.Benchmark;

/// <summary>A kernel case or a model that is to be measured.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="File">The file; empty for a kernel case.</param>
/// <param name="SourceBytes">Length of the file; 0 for a kernel case.</param>
/// <param name="Blob">The blob.</param>
/// <param name="Program">Its program.</param>
/// <param name="Macs">Multiply-accumulates of an inference.</param>
/// <param name="TflmArenaBytes">Arena of TensorFlow Lite for Microcontrollers on a 32-bit target, where a file beside the model tells.</param>
/// <param name="Goal">What it is to reach, or null.</param>
internal sealed record BenchmarkSubject(
    string Name, string File, int SourceBytes, byte[] Blob, ModelProgram Program, long Macs, int? TflmArenaBytes, BenchmarkGoal? Goal)
{
    /// <summary>Data about a model that may lie beside it.</summary>
    private const string MetaFile = "meta.json";

    /// <summary>Name that says nothing, so that the folder's name is used.</summary>
    private const string CommonName = "model";

    /// <summary>Takes a kernel case.</summary>
    /// <param name="kernel">The case.</param>
    /// <returns>The subject.</returns>
    public static BenchmarkSubject Of(KernelCase kernel)
    {
        ConversionResult result = kernel.Convert();
        return new(kernel.Name, string.Empty, 0, result.Blob, ModelProgram.Read(result.Model), result.Model.Macs, null, BenchmarkGoal.Find(kernel.Name));
    }

    /// <summary>Reads a model.</summary>
    /// <param name="path">A blob or a .tflite file.</param>
    /// <returns>The subject.</returns>
    /// <exception cref="CommandFailure">The file cannot be read.</exception>
    /// <exception cref="ConversionException">The .tflite file cannot be converted.</exception>
    public static BenchmarkSubject Of(string path)
    {
        ModelFile file = ModelFile.Load(path);
        string name = NameOf(path);
        return new(name, path, file.SourceBytes, file.Blob, ModelProgram.Read(file.Model), file.Model.Macs, ReadTflmArena(path), BenchmarkGoal.Find(name));
    }

    /// <summary>What tables call a model.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file's name without its ending, or the folder's where the file is just called model.</returns>
    public static string NameOf(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return name == CommonName && Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) is { Length: > 0 } folder ? folder : name;
    }

    private static int? ReadTflmArena(string path)
    {
        string meta = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, MetaFile);
        if (!System.IO.File.Exists(meta)) return null;

        try
        {
            using JsonDocument document = JsonDocument.Parse(System.IO.File.ReadAllBytes(meta));
            return document.RootElement.TryGetProperty("tflm_arena_used_bytes", out JsonElement arena) && arena.TryGetProperty("rv32", out JsonElement bytes)
                ? bytes.GetInt32()
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // Some other program's file of that name.
            return null;
        }
    }
}
