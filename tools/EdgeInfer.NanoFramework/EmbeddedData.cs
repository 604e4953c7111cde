using System.Reflection;

namespace EdgeInfer.NanoFramework;

/// <summary>The data files this assembly carries.</summary>
internal static class EmbeddedData
{
    private static readonly Assembly s_assembly = typeof(EmbeddedData).Assembly;

    public static IEnumerable<string> Names => s_assembly.GetManifestResourceNames();

    public static string ReadText(string name)
    {
        using var stream = s_assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"No embedded data file '{name}'.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Rows of a comma-separated file without its heading; no field of ours needs quoting.</summary>
    public static IEnumerable<string[]> ReadCsv(string name) =>
        ReadText(name).Split('\n').Skip(1).Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0).Select(line => line.Split(','));
}
