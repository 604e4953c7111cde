using System.Reflection;
using EdgeInfer.Compiler;
using EdgeInfer.Compiler.Metering;
using EdgeInfer.NanoFramework;
using EdgeInfer.PlainKernels;

namespace EdgeInfer.Cli.Benchmark;

/// <summary>An instrumented copy of the runtime whose kernels are the plain port; the kernels of this program stay what they are.</summary>
internal sealed class PlainRuntime : IDisposable
{
    private readonly MethodInfo _prepare;

    /// <summary>Instruments runtime and port.</summary>
    public PlainRuntime()
    {
        Meter = MeteredRuntime.Load(typeof(PlainPort).Assembly);
        Type port = Meter.GetType(typeof(PlainPort).FullName!);
        port.GetMethod(nameof(PlainPort.Register))!.Invoke(null, null);
        _prepare = port.GetMethod(nameof(PlainPort.Prepare))!;
    }

    /// <summary>Counts what both execute.</summary>
    public InstrumentedAssembly Meter { get; }

    /// <summary>Creates an interpreter. Only the one created last may be run: the port has one place for a model's constants.</summary>
    /// <param name="blob">The blob.</param>
    /// <returns>The interpreter.</returns>
    public MeteredInterpreter Create(byte[] blob) => MeteredInterpreter.Load(Meter, blob, model => _prepare.Invoke(null, [model]));

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();
}
