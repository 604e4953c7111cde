using BenchmarkDotNet.Attributes;
using EdgeInfer.Cli.Benchmark;

namespace EdgeInfer.Benchmarks;

/// <summary>Every kernel by itself, on the shapes of <c>edgeinfer bench --kernels</c>.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    private Interpreter? _interpreter;

    /// <summary>Names of the shapes.</summary>
    public static IEnumerable<string> Cases => KernelCases.All.Select(c => c.Name);

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public string Case { get; set; } = string.Empty;

    /// <summary>Prepares the kernels of the runtime.</summary>
    [GlobalSetup(Target = nameof(Managed))]
    public void PrepareManaged() => _interpreter = BenchmarkedInference.Prepare(Blob(), isPlain: false);

    /// <summary>Prepares the plain port.</summary>
    [GlobalSetup(Target = nameof(Plain))]
    public void PreparePlain() => _interpreter = BenchmarkedInference.Prepare(Blob(), isPlain: true);

    /// <summary>The plain port.</summary>
    [Benchmark(Baseline = true)]
    public void Plain() => _interpreter!.Invoke();

    /// <summary>The kernels of the runtime.</summary>
    [Benchmark]
    public void Managed() => _interpreter!.Invoke();

    private byte[] Blob() => KernelCases.All.Single(c => c.Name == Case).Convert().Blob;
}
