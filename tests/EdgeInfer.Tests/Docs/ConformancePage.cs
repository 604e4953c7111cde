using System.Text;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Tests.Conformance;

namespace EdgeInfer.Tests.Docs;

/// <summary>The page docs/conformance.md, made from what runs of the tests have counted.</summary>
internal static class ConformancePage
{
    /// <summary>Folder of the counts in the repository.</summary>
    public const string Folder = "artifacts/conformance";

    /// <summary>Paths by which kernels run, and the file of each one's counts.</summary>
    public static readonly (string Name, string File)[] Paths = [("managed", "managed.tsv"), ("native", "native.tsv"), ("host", ConformanceCounts.HostFile)];

    /// <summary>Graph operators that compute or move something.</summary>
    public static IReadOnlyList<Type> Operators { get; } =
    [
        .. typeof(Operator).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Operator)) && !t.IsAbstract && t.IsPublic).OrderBy(t => t.Name, StringComparer.Ordinal),
    ];

    /// <summary>Makes the page.</summary>
    /// <param name="folder">Folder of the counts.</param>
    public static string Build(string folder)
    {
        Dictionary<(string, string), string[]> rows = [];
        for (int path = 0; path < Paths.Length; path++)
        {
            foreach (string line in File.ReadAllLines(Path.Combine(folder, Paths[path].File)))
            {
                string[] fields = line.Split('\t');
                if (!rows.TryGetValue((fields[0], fields[1]), out string[]? row)) rows.Add((fields[0], fields[1]), row = [.. Enumerable.Repeat("", 2 * Paths.Length)]);
                row[2 * path] = fields[2] == "0" ? "" : fields[2];
                row[(2 * path) + 1] = fields[3] == "0" ? "" : fields[3];
            }
        }

        StringBuilder page = new();
        page.Append("# Conformance\n\n")
            .Append("How many inferences of each operator the tests compare byte for byte, on each path. *Golden* are public vectors of CMSIS-NN, *oracle* are\n")
            .Append("literal cases and random ones against a definition that shares no code with the kernels (`tests/EdgeInfer.Tests/Oracles`). Native kernels run in\n")
            .Append("the same tests in place of the managed ones, each inference once more under sanitizers; what has no native kernel, as conversions from and to\n")
            .Append("floats, runs managed there too. *Host* are those that the executor for data sets repeats with vector instructions; operators without such a kernel run\n")
            .Append("managed there. Whole public models, layer by layer, come on top: `dotnet test --filter Conformance`.\n\n")
            .Append("The page is written by\n\n```\n")
            .Append("EDGEINFER_CONFORMANCE=$PWD/artifacts/conformance/managed.tsv dotnet test tests/EdgeInfer.Tests --filter Operators\n")
            .Append("EDGEINFER_CONFORMANCE=$PWD/artifacts/conformance/native.tsv dotnet test tests/EdgeInfer.Native.Tests --filter Operators\n")
            .Append("EDGEINFER_UPDATE_DOCS=1 dotnet test tests/EdgeInfer.Tests --filter ConformancePage\n```\n\n")
            .Append($"| operator | types | {string.Join(" | ", Paths.SelectMany(p => (string[])[$"{p.Name}, golden", $"{p.Name}, oracle"]))} |\n")
            .Append($"|---|---|{string.Concat(Enumerable.Repeat("---|", 2 * Paths.Length))}\n");
        foreach (((string op, string types), string[] row) in rows.OrderBy(r => r.Key.Item1, StringComparer.Ordinal).ThenBy(r => r.Key.Item2, StringComparer.Ordinal))
        {
            page.Append($"| {op} | {types} | {string.Join(" | ", row)} |\n");
        }

        return page.ToString();
    }
}
