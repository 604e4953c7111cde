using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Tests.Docs;

/// <summary>Holds docs/conformance.md against the operators: none may be without cases.</summary>
public sealed class ConformancePageTests
{
    private const string UpdateVariable = "EDGEINFER_UPDATE_DOCS";

    /// <summary>Operators whose name is that of their function, and those that are not counted.</summary>
    private static readonly Dictionary<Type, string[]> Names = new()
    {
        [typeof(ArgMax)] = ["ArgMax", "ArgMin"],
        [typeof(Logical)] = ["LogicalAnd", "LogicalOr"],
        [typeof(Extremum)] = ["Maximum", "Minimum"],
        [typeof(ReduceExtremum)] = ["ReduceMax", "ReduceMin"],
        [typeof(Comparison)] = ["Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual"],
        [typeof(ElementFunction)] = ["Exp", "Elu", "Log", "Gelu", "Sqrt", "Square", "Neg", "Floor", "Ceil", "Round", "Sin", "Cos", "Sign"],
        [typeof(Reshape)] = [],

        // Made of operators of floats only; the tests of the quantizer hold its tables to the definition and to ONNX Runtime.
        [typeof(ComposedFunction)] = [],

        // Its tests compare floats, which they read by themselves.
        [typeof(Dequantize)] = [],

        // The tests of streamed models hold it against the windowed ones.
        [typeof(MoveWindow)] = [],
        [typeof(ReadVariable)] = [],
        [typeof(AssignVariable)] = [],
    };

    [Fact]
    public void Every_operator_has_cases_on_every_path()
    {
        string path = Path.Combine(Root, "docs", "conformance.md"), counts = Path.Combine(Root, ConformancePage.Folder);
        bool counted = ConformancePage.Paths.All(p => File.Exists(Path.Combine(counts, p.File)));
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1" && counted) File.WriteAllText(path, ConformancePage.Build(counts));

        string[][] rows = [.. File.ReadAllLines(path).Where(l => l.StartsWith('|')).Skip(2).Select(l => l.Split('|', StringSplitOptions.TrimEntries)[1..^1])];
        Assert.All(rows, row => Assert.True(row[2].Length + row[3].Length > 0, $"docs/conformance.md shows {row[0]} of {row[1]} without a golden case or an oracle."));
        foreach (string name in ConformancePage.Operators.SelectMany(type => Names.GetValueOrDefault(type, [type.Name])))
        {
            string[][] mine = [.. rows.Where(row => row[0] == name)];
            Assert.True(mine.Length > 0, $"docs/conformance.md has no cases of {name}; it says how it is written anew.");
            Assert.True(mine.Any(row => row[2].Length + row[3].Length > 0), $"docs/conformance.md has no managed cases of {name}.");
            Assert.True(mine.Any(row => row[4].Length + row[5].Length > 0), $"docs/conformance.md has no native cases of {name}.");
        }
    }

    private static string Root
    {
        get
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EdgeInfer.sln"))) folder = folder.Parent;
            return folder?.FullName ?? throw new DirectoryNotFoundException("There is no EdgeInfer.sln above the tests.");
        }
    }
}
