using BenchmarkDotNet.Attributes;
using EdgeInfer.Cli.Benchmark;
using EdgeInfer.Cli.Demo;
using EdgeInfer.Converter;

namespace EdgeInfer.Benchmarks;

/// <summary>
/// Whole inferences of the digit reader, and of the models that the environment variable EDGEINFER_BENCHMARK_MODELS names:
/// files or folders, separated as in PATH.
/// </summary>
[MemoryDiagnoser]
public class ModelBenchmarks
{
    private const string ModelsVariable = "EDGEINFER_BENCHMARK_MODELS";

    private Interpreter? _interpreter;

    /// <summary>Names of the models.</summary>
    public static IEnumerable<string> Models => [DemoAssets.ModelName, .. Paths.Select(BenchmarkSubject.NameOf)];

    /// <summary>The model.</summary>
    [ParamsSource(nameof(Models))]
    public string Model { get; set; } = string.Empty;

    /// <summary>The files that the environment variable names and that can be converted.</summary>
    internal static IEnumerable<string> Paths
    {
        get
        {
            string[] words = (Environment.GetEnvironmentVariable(ModelsVariable) ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
            return ModelPath.Find(words).Where(IsConvertible).Select(m => m.Path);
        }
    }

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

    private byte[] Blob() => Model == DemoAssets.ModelName
        ? ModelConverter.Convert(DemoAssets.Model, DemoAssets.ModelName).Blob
        : BenchmarkSubject.Of(Paths.First(p => BenchmarkSubject.NameOf(p) == Model)).Blob;

    private static bool IsConvertible(ModelPath model)
    {
        try
        {
            BenchmarkSubject.Of(model.Path);
            return true;
        }
        catch (ConversionException) when (model.IsFromFolder)
        {
            return false;
        }
    }
}
