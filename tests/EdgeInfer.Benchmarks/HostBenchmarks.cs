using BenchmarkDotNet.Attributes;
using EdgeInfer.Cli.Benchmark;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Compiler.Metering;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Converter.Tflite;
using EdgeInfer.Host;
using EdgeInfer.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInfer.Benchmarks;

/// <summary>
/// Inferences on one core of this computer: the executor that evaluates data sets, beside the same model in QDQ form on ONNX Runtime's int8 kernels
/// and the device's own kernels. Models are the .tflite files that the environment variable names.
/// </summary>
public class HostBenchmarks : IDisposable
{
    private readonly RunOptions _run = new();
    private HostExecutor? _executor;
    private InferenceSession? _session;
    private OrtValue[] _inputs = [];
    private string[] _inputNames = [];

    /// <summary>Names of the models.</summary>
    public static IEnumerable<string> Models => ModelBenchmarks.Paths.Where(p => p.EndsWith(".tflite", StringComparison.OrdinalIgnoreCase)).Select(BenchmarkSubject.NameOf);

    /// <summary>The model.</summary>
    [ParamsSource(nameof(Models))]
    public string Model { get; set; } = string.Empty;

    private string Path => ModelBenchmarks.Paths.First(p => BenchmarkSubject.NameOf(p) == Model);

    /// <summary>Prepares the runtime and the executor.</summary>
    [GlobalSetup(Targets = [nameof(Device), nameof(Executor)])]
    public void Prepare()
    {
        foreach (OperatorCode code in Enum.GetValues<OperatorCode>()) KernelCatalog.Replace(code, null);
        Model model = EdgeInfer.Model.Load(BenchmarkSubject.Of(Path).Blob);
        _executor = new HostExecutor(model);
        byte[][] inputs = ProfilingInput.For(model);
        for (int i = 0; i < inputs.Length; i++) _executor.Interpreter.Input(i).SetBytes(inputs[i]);
    }

    /// <summary>Prepares ONNX Runtime.</summary>
    [GlobalSetup(Target = nameof(OnnxRuntime))]
    public void PrepareOnnxRuntime()
    {
        OrtEnv.Instance().DisableTelemetryEvents();
        byte[] file = OnnxExporter.Export(GraphDequantizer.Dequantize(TfliteImporter.Import(File.ReadAllBytes(Path), Model)), new OnnxExportOptions { Quantize = true }).File;
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(file, options);
        _inputNames = [.. _session.InputNames];
        _inputs =
        [
            .. _inputNames.Select(name =>
            {
                long[] shape = Array.ConvertAll(_session.InputMetadata[name].Dimensions, d => (long)d);
                float[] values = new float[shape.Aggregate(1L, (a, b) => a * b)];
                Random random = new(1);
                for (int i = 0; i < values.Length; i++) values[i] = (float)random.NextDouble();
                return OrtValue.CreateTensorValueFromMemory(values, shape);
            }),
        ];
    }

    /// <summary>ONNX Runtime on the model in QDQ form, one thread.</summary>
    [Benchmark(Baseline = true)]
    public void OnnxRuntime() => _session!.Run(_run, _inputNames, _inputs, _session.OutputNames).Dispose();

    /// <summary>The executor.</summary>
    [Benchmark]
    public void Executor() => _executor!.Invoke();

    /// <summary>The kernels of the device.</summary>
    [Benchmark]
    public void Device() => _executor!.Interpreter.Invoke();

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        foreach (OrtValue input in _inputs) input.Dispose();
        _session?.Dispose();
        _run.Dispose();
        GC.SuppressFinalize(this);
    }
}
