using EdgeInfer.Cli.Inspection;
using EdgeInfer.Compiler;
using EdgeInfer.Compiler.Metering;
using EdgeInfer.NanoFramework;

namespace EdgeInfer.Cli.Benchmark;

/// <summary>Two instrumented copies of the runtime: one as it is, one whose kernels are the plain port.</summary>
internal sealed class BenchmarkMeter : IDisposable
{
    private readonly InstrumentedAssembly _managed = MeteredRuntime.Load();
    private readonly PlainRuntime _plain = new();

    /// <summary>Counts one inference by both.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="program">Its program.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <returns>What it cost by the runtime's kernels and by the plain port.</returns>
    /// <exception cref="CommandFailure">The two do not give the same bytes.</exception>
    public (ProfiledInference Managed, ProfiledInference Plain) Measure(byte[] blob, ModelProgram program, Action<string> progress)
    {
        ProfiledInference managed = CostProfiler.Measure(_managed, MeteredInterpreter.Load(_managed, blob), program.Model, progress);
        ProfiledInference plain = CostProfiler.Measure(_plain.Meter, _plain.Create(blob), program.Model, text => progress($"{text}, plain port"));
        if (managed.Outputs.AsSpan().SequenceEqual(plain.Outputs)) return (managed, plain);

        throw new CommandFailure("the kernels and their plain port do not give the same outputs. One of them is wrong; the figures would mean nothing.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _managed.Dispose();
        _plain.Dispose();
    }
}
