using System.Reflection;

namespace EdgeInfer.Cli.Demo;

/// <summary>An image of the demo.</summary>
/// <param name="Name">File name.</param>
/// <param name="Content">The file.</param>
internal sealed record DemoImage(string Name, byte[] Content)
{
    /// <summary>The digit that it shows, as its name says; -1 where it does not.</summary>
    public int Digit => Name.FirstOrDefault(char.IsAsciiDigit) is var c && c != '\0' ? c - '0' : -1;
}

/// <summary>The model and the images that this assembly carries for the demo.</summary>
internal static class DemoAssets
{
    /// <summary>File name of the model.</summary>
    public const string ModelName = "digits.tflite";

    private const string Prefix = "demo/";

    /// <summary>The model.</summary>
    public static byte[] Model => Read(Prefix + ModelName);

    /// <summary>The images, by name.</summary>
    public static IReadOnlyList<DemoImage> Images =>
    [
        .. Assets.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(".png", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(n => new DemoImage(n[Prefix.Length..], Read(n))),
    ];

    private static Assembly Assets => typeof(DemoAssets).Assembly;

    private static byte[] Read(string resource)
    {
        using Stream? stream = Assets.GetManifestResourceStream(resource);
        if (stream is null) throw new CommandFailure($"this build of edgeinfer carries no demo ('{resource}' is missing). Build it from the whole repository.");

        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
