using System.Globalization;
using System.Text;

namespace EdgeInfer.NanoFramework.Tests;

/// <summary>The worked example of docs/cost-meter.md is what the meter prints.</summary>
public class CostMeterDocTests
{
    [Fact]
    public void The_worked_example_is_what_the_meter_prints()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "cost-meter.md")).ReplaceLineEndings("\n");
        using var meter = InstrumentedAssembly.Load(Snippets.Compile(Fence(document, "csharp")));
        var dot = meter.GetType("Example").GetMethod("Dot")!;
        var counts = meter.Measure(() => dot.Invoke(null, [new sbyte[100], new sbyte[100], 100]));
        Assert.Equal(Print(counts), Fence(document, "text"));
    }

    private static string Print(IlCounts counts)
    {
        var text = new StringBuilder();
        foreach (var line in counts.Listing("Example.Dot(SByte[], SByte[], Int32)"))
            text.Append(CultureInfo.InvariantCulture, $"IL_{line.Offset:x4}  {line.Text,-13} {line.Executions,4} x {line.Rv32Each,3} = {line.Executions * line.Rv32Each,6}\n");

        text.Append(CultureInfo.InvariantCulture, $"{counts.IlInstructions} IL instructions{counts.Rv32Instructions,20}\n");
        return text.ToString();
    }

    private static string Fence(string document, string language)
    {
        var start = document.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return document[start..document.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
