using System.Globalization;
using System.Text;

namespace EdgeInfer.NanoFramework.Tests;

/// <summary>The listings of docs/cost-meter.md are what the meter prints.</summary>
public class CostMeterDocTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "cost-meter.md")).ReplaceLineEndings("\n");

    [Fact]
    public void The_worked_example_is_what_the_meter_prints()
    {
        var section = Section("A worked example");
        using var meter = InstrumentedAssembly.Load(Snippets.Compile(Fence(section, "csharp")));
        var dot = meter.GetType("Example").GetMethod("Dot")!;
        var counts = meter.Measure(() => dot.Invoke(null, [new sbyte[100], new sbyte[100], 100]));
        Assert.Equal(Print(counts, "Example.Dot(SByte[], SByte[], Int32)"), Fence(section, "text"));
    }

    [Fact]
    public void The_packed_loop_is_what_the_meter_prints()
    {
        var section = Section("Three products at a time");
        using var meter = InstrumentedAssembly.Load(Snippets.Compile(Fence(section, "csharp")));
        var pass = meter.GetType("Packed").GetMethod("Pass")!;
        long[][] tiles = [.. Enumerable.Range(0, 14).Select(_ => new long[16])];
        var counts = meter.Measure(() => pass.Invoke(null, [tiles, new long[14], 1L, 2L, 3L, 4L]));
        Assert.Equal(Print(counts, "Packed.Pass(Int64[][], Int64[], Int64, Int64, Int64, Int64)"), Fence(section, "text"));
    }

    private static string Print(IlCounts counts, string method)
    {
        var text = new StringBuilder();
        foreach (var line in counts.Listing(method))
            text.Append(CultureInfo.InvariantCulture, $"IL_{line.Offset:x4}  {line.Text,-13} {line.Executions,4} x {line.Rv32Each,3} = {line.Executions * line.Rv32Each,6}\n");

        text.Append(CultureInfo.InvariantCulture, $"{counts.IlInstructions} IL instructions{counts.Rv32Instructions,20}\n");
        return text.ToString();
    }

    private static string Section(string heading)
    {
        var start = Document.IndexOf($"## {heading}\n", StringComparison.Ordinal);
        return Document[start..Document.IndexOf("\n## ", start, StringComparison.Ordinal)];
    }

    private static string Fence(string document, string language)
    {
        var start = document.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return document[start..document.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
