namespace EdgeInfer.NanoFramework.Tests;

/// <summary>Small device sources; a line that must be reported ends in <c>//! RULE</c>.</summary>
internal static class Snippets
{
    public const string File = "Snippet.cs";

    public static ConformanceResult Check(string source, params byte[][] references) =>
        NanoConformance.Check(new ConformanceRequest("Snippet", [new DeviceSource(File, source)]) { References = references });

    /// <summary>What the marks of a snippet ask for.</summary>
    public static IEnumerable<(string Rule, int Line)> Expected(string source)
    {
        var lines = source.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var mark = lines[i].IndexOf("//! ", StringComparison.Ordinal);
            if (mark < 0)
                continue;
            foreach (var rule in lines[i][(mark + 4)..].Split(' '))
                yield return (rule, i + 1);
        }
    }

    /// <summary>Compiles a snippet that conforms; its IL is what the device would run.</summary>
    public static byte[] Compile(string source)
    {
        var result = Check(source);
        Assert.Empty(result.Violations);
        return result.Image!;
    }
}
