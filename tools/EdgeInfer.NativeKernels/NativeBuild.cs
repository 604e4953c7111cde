using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace EdgeInfer.NativeKernels;

/// <summary>Compiles the native kernels. What was built is kept in a folder of its own for every state of sources and switches.</summary>
public static class NativeBuild
{
    private const string Sources = "native/";
    private const string RunnerSources = Sources + "runner/";
    private const string Shim = RunnerSources + "ei_host.c";

    /// <summary>Names of the files of the library, without those that only run it.</summary>
    public static IReadOnlyList<string> LibraryFiles { get; } = [.. Files().Where(name => name.EndsWith(".c", StringComparison.Ordinal) && !name.StartsWith(RunnerSources, StringComparison.Ordinal))];

    /// <summary>Builds the shared library that the desktop build of EdgeInfer.Native calls.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="NativeToolException">There is no compiler, or it fails.</exception>
    public static string SharedLibrary() => Build(NativeTarget.Host, "libedgeinfer.so", [.. LibraryFiles, Shim], "-shared");

    /// <summary>Builds the program that runs blobs with the native kernels.</summary>
    /// <param name="target">The machine.</param>
    /// <returns>The program's path.</returns>
    /// <exception cref="NativeToolException">There is no compiler, or it fails.</exception>
    public static string Runner(NativeTarget target)
    {
        IEnumerable<string> runner = Files().Where(name => name.StartsWith(RunnerSources, StringComparison.Ordinal) && name.EndsWith(".c", StringComparison.Ordinal) && name != Shim);
        return Build(target, "ei_runner", [.. LibraryFiles, .. runner], target.Link);
    }

    /// <summary>Compiles one file of the library and measures it.</summary>
    /// <param name="target">The machine.</param>
    /// <param name="file">One of <see cref="LibraryFiles"/>.</param>
    /// <returns>Bytes of code and constants.</returns>
    /// <exception cref="NativeToolException">There is no compiler, or it fails.</exception>
    public static long CodeBytes(NativeTarget target, string file)
    {
        string path = Build(target, Path.GetFileNameWithoutExtension(file) + ".o", [file], "-c");
        return ObjectFile.CodeBytes(File.ReadAllBytes(path));
    }

    private static string Build(NativeTarget target, string product, string[] files, string last)
    {
        if (target.MissingCompiler is { } missing) throw new NativeToolException(missing);

        string[] arguments =
        [
            .. Words(NativeTarget.Warnings), .. Words(target.Machine), target.Optimization, "-ffunction-sections", "-fdata-sections",
            "-I", Sources, .. files, .. Words(last), "-o",
        ];
        string folder = Path.Combine(Path.GetTempPath(), "edgeinfer-native", Key(target.Compiler, arguments));
        string path = Path.Combine(folder, product);
        if (File.Exists(path)) return path;

        // Others may build the same at the same time: each in a folder of its own, and the first one's is taken.
        string work = Directory.CreateDirectory(folder + "." + Path.GetRandomFileName()).FullName;
        try
        {
            foreach (string name in Files())
            {
                string file = Path.Combine(work, name);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllBytes(file, Read(name));
            }

            Command.Run(target.Compiler, [.. arguments, product], work);
            Directory.CreateDirectory(folder);
            File.Move(Path.Combine(work, product), path, overwrite: true);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }

        return path;
    }

    private static string Key(string compiler, string[] arguments)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\0', [compiler, .. arguments])));
        foreach (string name in Files()) hash.AppendData(Read(name));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static IEnumerable<string> Files() =>
        Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(Sources, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static byte[] Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
