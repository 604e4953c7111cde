using System.Collections.Concurrent;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Tests.Conformance;

/// <summary>
/// Counts the inferences that tests compare with an expected output, by operator and types, for docs/conformance.md. Where the
/// environment variable names a file, the counts are written to it when the tests have ended.
/// </summary>
internal static class ConformanceCounts
{
    /// <summary>Names the file to which the counts are written.</summary>
    public const string FileVariable = "EDGEINFER_CONFORMANCE";

    /// <summary>File beside it for what the executor with vector instructions has repeated.</summary>
    public const string HostFile = "host.tsv";

    private static readonly ConcurrentDictionary<(string Operator, string Types), (int Golden, int Oracle)> Counts = new(), HostCounts = new();

    /// <summary>What the test on this thread runs. A blob that was edited is still its operator's.</summary>
    [ThreadStatic]
    private static (string Operator, string Types)? _current;

    [ThreadStatic]
    private static bool _isGolden;

    static ConformanceCounts()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is not { Length: > 0 } path) return;

        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            Write(path, Counts);
            if (!HostCounts.IsEmpty) Write(Path.Combine(Path.GetDirectoryName(path)!, HostFile), HostCounts);
        };
    }

    /// <summary>The next inference of this thread is compared with a public vector.</summary>
    public static void ExpectGolden() => _isGolden = true;

    /// <summary>The inferences of this thread that follow are of a graph.</summary>
    /// <param name="graph">The graph; one of several operators is not counted.</param>
    public static void Enter(ModelGraph graph)
    {
        _current = graph.Operators.Count == 1 ? (graph.Operators[0].Name, TypesOf(graph.Operators[0])) : null;
    }

    /// <summary>An inference was made whose output is compared.</summary>
    public static void Count()
    {
        Add(Counts);
        _isGolden = false;
    }

    /// <summary>The same inference, which is counted next, was repeated by the executor with vector instructions.</summary>
    public static void CountHost() => Add(HostCounts);

    private static void Add(ConcurrentDictionary<(string Operator, string Types), (int Golden, int Oracle)> counts)
    {
        if (_current is not { } key) return;

        (int golden, int oracle) = _isGolden ? (1, 0) : (0, 1);
        counts.AddOrUpdate(key, (golden, oracle), (_, old) => (old.Golden + golden, old.Oracle + oracle));
    }

    private static void Write(string path, ConcurrentDictionary<(string Operator, string Types), (int Golden, int Oracle)> counts) =>
        File.WriteAllLines(path, counts.OrderBy(c => c.Key).Select(c => $"{c.Key.Operator}\t{c.Key.Types}\t{c.Value.Golden}\t{c.Value.Oracle}"));

    private static string TypesOf(Operator op) => op.Input.Type == op.Output.Type ? $"{op.Input.Type}" : $"{op.Input.Type} to {op.Output.Type}";
}
