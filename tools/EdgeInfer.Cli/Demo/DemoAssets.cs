using System.Reflection;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Cli.Listening;

namespace EdgeInfer.Cli.Demo;

/// <summary>An image of the demo.</summary>
/// <param name="Name">File name.</param>
/// <param name="Content">The file.</param>
internal sealed record DemoImage(string Name, byte[] Content)
{
    /// <summary>The digit that it shows, as its name says; -1 where it does not.</summary>
    public int Digit => Name.FirstOrDefault(char.IsAsciiDigit) is var c && c != '\0' ? c - '0' : -1;
}

/// <summary>The models, the sentence and the images that this assembly carries for the demo.</summary>
internal static class DemoAssets
{
    /// <summary>File name of the digit model.</summary>
    public const string ModelName = "digits.tflite";

    /// <summary>File name of the keyword model.</summary>
    public const string KeywordModelName = "keywords.eib";

    /// <summary>What is said in the sentence.</summary>
    public const string SentenceText = "Hello computer. Go. Left. Elephant. Stop. Yes.";

    private const string Prefix = "demo/";

    /// <summary>The keywords of the sentence.</summary>
    public static IReadOnlyList<string> SentenceKeywords { get; } = ["go", "left", "stop", "yes"];

    /// <summary>The keyword model that firmware carries, too.</summary>
    public static byte[] KeywordModel => Read(Prefix + KeywordModelName);

    /// <summary>The sentence.</summary>
    public static Recording Sentence => new("sentence.wav", WavFile.ReadSamples(Read(Prefix + "sentence.wav"), "sentence.wav", out int rate), rate);

    /// <summary>The digit model.</summary>
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
