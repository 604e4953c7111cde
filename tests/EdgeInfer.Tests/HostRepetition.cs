using System.Runtime.CompilerServices;
using EdgeInfer.Host;
using EdgeInfer.Tests.Conformance;

namespace EdgeInfer.Tests;

/// <summary>Has every inference of the operator tests repeated by the executor with vector instructions, where it has kernels of its own for it.</summary>
internal static class HostRepetition
{
    private static int _repeated;

    /// <summary>Number of inferences that were repeated.</summary>
    public static int Count => _repeated;

    [ModuleInitializer]
    public static void Register()
    {
        EveryOperator.Register();
        if (HostExecutor.IsAccelerated) GraphRunner.Ran = Repeat;
    }

    private static void Repeat(byte[] blob, IReadOnlyList<byte[][]> frames, byte[][] outputs)
    {
        HostExecutor executor = new(Model.Load(blob));
        if (executor.AcceleratedOperators == 0) return;

        ArenaGarbage.Scatter(executor.Interpreter, (ulong)blob.Length);
        foreach (byte[][] inputs in frames)
        {
            for (int i = 0; i < inputs.Length; i++) inputs[i].CopyTo(PublicModel.BytesOf(executor.Interpreter.Input(i)));
            executor.Invoke();
        }

        for (int i = 0; i < outputs.Length; i++) Assert.Equal(outputs[i], PublicModel.BytesOf(executor.Interpreter.Output(i)).ToArray());
        ConformanceCounts.CountHost();
        Interlocked.Increment(ref _repeated);
    }
}
