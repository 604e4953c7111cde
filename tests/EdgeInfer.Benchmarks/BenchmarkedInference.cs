using EdgeInfer.Cli.Inputs;
using EdgeInfer.Compiler.Metering;
using EdgeInfer.PlainKernels;

namespace EdgeInfer.Benchmarks;

/// <summary>An interpreter that is ready for its next inference, with the kernels of the runtime or those of the plain port.</summary>
internal static class BenchmarkedInference
{
    /// <summary>Prepares one.</summary>
    /// <param name="blob">The model.</param>
    /// <param name="isPlain">True for the plain port.</param>
    /// <returns>The interpreter, its inputs filled.</returns>
    public static Interpreter Prepare(byte[] blob, bool isPlain)
    {
        // The catalogue is one for the whole process, and several benchmarks may share it.
        foreach (OperatorCode code in Enum.GetValues<OperatorCode>()) KernelCatalog.Replace(code, null);
        if (isPlain) PlainPort.Register();

        Model model = Model.Load(blob);
        if (isPlain) PlainPort.Prepare(model);
        Interpreter interpreter = new(model);
        byte[][] inputs = ProfilingInput.For(model);
        for (int i = 0; i < inputs.Length; i++) interpreter.Input(i).SetBytes(inputs[i]);
        return interpreter;
    }
}
