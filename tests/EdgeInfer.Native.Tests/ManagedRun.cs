using EdgeInfer.Tests.Conformance;

namespace EdgeInfer.Native.Tests;

/// <summary>Runs a model with the managed kernels although native ones are registered.</summary>
internal static class ManagedRun
{
    /// <summary>Runs one inference a frame, on one interpreter, whose arena is zero at first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="frames">For every inference the bytes of all inputs.</param>
    /// <returns>For every inference the bytes of all outputs.</returns>
    public static byte[][][] Run(Model model, byte[][][] frames)
    {
        Interpreter interpreter = new(model);
        Arena arena = interpreter.Arena;

        // What the native kernels have written at reset.
        Array.Clear(arena.Int8);
        Array.Clear(arena.Int16);
        Array.Clear(arena.Int32);
        RunProgram(model, arena, model.ResetProgram, model.Header[BlobFormat.ResetCountWord]);
        return
        [
            .. frames.Select(inputs =>
            {
                for (int i = 0; i < inputs.Length; i++) inputs[i].CopyTo(PublicModel.BytesOf(interpreter.Input(i)));
                RunProgram(model, arena, model.MainProgram, model.OperatorCount);
                return Enumerable.Range(0, interpreter.OutputCount).Select(i => PublicModel.BytesOf(interpreter.Output(i)).ToArray()).ToArray();
            }),
        ];
    }

    /// <summary>Random inputs of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="count">Number of inferences.</param>
    /// <param name="random">Where they come from.</param>
    /// <returns>For every inference the bytes of all inputs; floats are zero.</returns>
    public static byte[][][] RandomFrames(Model model, int count, Random random)
    {
        Interpreter interpreter = new(model);
        return
        [
            .. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, interpreter.InputCount).Select(i =>
            {
                byte[] bytes = new byte[PublicModel.BytesOf(interpreter.Input(i)).Length];
                if (interpreter.Input(i).Type != TensorType.Float32) random.NextBytes(bytes);
                return bytes;
            }).ToArray()),
        ];
    }

    private static void RunProgram(Model model, Arena arena, int record, int count)
    {
        int[] words = model.Words;
        for (int i = 0; i < count; i++)
        {
            KernelCatalog.Managed((OperatorCode)words[record + Record.Code]).Run(model, arena, record, 0, words[record + Record.Units]);
            record += words[record + Record.Length];
        }
    }
}
