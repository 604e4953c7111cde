using EdgeInfer.Cli.Demo;
using EdgeInfer.Converter;

namespace EdgeInfer.Cli.Tests;

/// <summary>A folder of its own for a test, with the demo's model in it.</summary>
public abstract class WorkFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeinfer-test-").FullName;

    protected WorkFolder()
    {
        Tflite = Write("digits.tflite", DemoAssets.Model);
    }

    /// <summary>The demo's model: input Int8 1x28x28x1, output Int8 1x10.</summary>
    protected string Tflite { get; }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string PathOf(string name) => Path.Combine(_folder, name);

    protected string Write(string name, params byte[] content)
    {
        File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    protected string WriteText(string name, string content)
    {
        File.WriteAllText(PathOf(name), content);
        return PathOf(name);
    }

    /// <summary>The demo's model as a blob.</summary>
    protected string Blob(ConversionOptions? options = null) => Write("digits.eib", ModelConverter.ConvertFile(Tflite, options).Blob);

    /// <summary>Names of all files in the folder.</summary>
    protected string[] Files() => [.. Directory.EnumerateFileSystemEntries(_folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    /// <summary>Pseudo-random input for a number of frames.</summary>
    protected static byte[] Pixels(int frames = 1)
    {
        byte[] bytes = new byte[frames * 28 * 28];
        new Random(frames).NextBytes(bytes);
        return bytes;
    }
}
