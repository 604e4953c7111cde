using EdgeInfer.Cli.Benchmark;
using EdgeInfer.Compiler.Metering;
using EdgeInfer.Compiler;
using EdgeInfer.Converter;
using EdgeInfer.NanoFramework;
using EdgeInfer.Tests;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Cli.Tests.Benchmark;

/// <summary>The plain port against the kernels: a ratio to something that computes something else would mean nothing.</summary>
public sealed class PlainPortTests(PlainPortTests.Runtimes runtimes) : IClassFixture<PlainPortTests.Runtimes>
{
    private const int Frames = 3;

    public static TheoryData<string> Models => [.. SharedModels.Int8];

    public static TheoryData<string> Cases => [.. KernelCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(SampleGraphs.All), MemberType = typeof(SampleGraphs))]
    public void Gives_the_bytes_of_the_kernels_on_small_graphs(string name) => Compare(SampleGraphs.Blob(name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gives_the_bytes_of_the_kernels_on_the_shapes_that_are_measured(string name) => Compare(KernelCases.All.Single(c => c.Name == name).Convert().Blob);

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void Gives_the_bytes_of_the_kernels_on_public_models(string name) => Compare(ModelConverter.ConvertFile(SharedModels.PathOf(name, "model.tflite")).Blob);

    [Fact]
    public void Is_what_runs_when_it_is_registered()
    {
        HashSet<string> types = [];
        foreach (KernelCase kernel in KernelCases.All)
        {
            MeteredInterpreter interpreter = runtimes.Plain.Create(kernel.Convert().Blob);
            IlCounts counts = runtimes.Plain.Meter.Measure(() => interpreter.Step(int.MaxValue));
            types.UnionWith(counts.Methods().Select(m => m.Method[..m.Method[..m.Method.IndexOf('(', StringComparison.Ordinal)].LastIndexOf('.')]));
        }

        string[] kernels = [.. types.Where(t => t.StartsWith("EdgeInfer.Kernels.", StringComparison.Ordinal))];
        Assert.Equal(["EdgeInfer.Kernels.Copy"], kernels);
        string[] plain =
        [
            .. typeof(PlainKernels.PlainPort).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Kernel)) && !t.IsAbstract).Select(t => t.FullName!),
        ];
        // None of the cases reads its weights from storage.
        Assert.Equal([typeof(PlainKernels.LoadWeights).FullName!], plain.Except(types));
    }

    /// <summary>Several frames, so that states show, of inputs that differ.</summary>
    private void Compare(byte[] blob)
    {
        MeteredInterpreter managed = MeteredInterpreter.Load(runtimes.Managed, blob), plain = runtimes.Plain.Create(blob);
        byte[][] inputs = ProfilingInput.For(Model.Load(blob));
        for (int frame = 0; frame < Frames; frame++)
        {
            managed.SetInputs(inputs);
            plain.SetInputs(inputs);
            Assert.True(managed.Step(int.MaxValue));
            Assert.True(plain.Step(int.MaxValue));
            Assert.Equal(managed.Outputs(), plain.Outputs());
            inputs = [.. inputs.Select(input => input.Reverse().Select((b, i) => i % 5 == frame ? (byte)(b ^ 0x55) : b).ToArray())];
        }
    }

    /// <summary>Both runtimes, instrumented once for all tests.</summary>
    public sealed class Runtimes : IDisposable
    {
        internal PlainRuntime Plain { get; } = new();

        internal InstrumentedAssembly Managed { get; } = MeteredRuntime.Load();

        public void Dispose()
        {
            Plain.Dispose();
            Managed.Dispose();
        }
    }
}
