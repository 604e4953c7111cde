namespace EdgeInfer.Tests.Runtime;

/// <summary>Runs several inferences on pseudo-random input.</summary>
internal static class Frames
{
    /// <summary>All outputs of all frames, floats as their bits.</summary>
    public static int[] Run(Interpreter interpreter, int seed, int frames) => Run(interpreter, seed, frames, interpreter.Invoke);

    public static int[] Run(Interpreter interpreter, int seed, int frames, Action invoke)
    {
        List<int> outputs = [];
        for (int frame = 0; frame < frames; frame++)
        {
            SetInputs(interpreter, seed + frame);
            invoke();
            outputs.AddRange(ReadOutputs(interpreter));
        }

        return [.. outputs];
    }

    public static void SetInputs(Interpreter interpreter, int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < interpreter.InputCount; i++)
        {
            Tensor tensor = interpreter.Input(i);
            for (int e = 0; e < tensor.Count; e++)
            {
                if (tensor.Type == TensorType.Float32) tensor.Float32[tensor.Offset + e] = (float)((random.NextDouble() * 4) - 2);
                else tensor[e] = random.Next(short.MinValue, short.MaxValue);
            }
        }
    }

    public static IEnumerable<int> ReadOutputs(Interpreter interpreter)
    {
        for (int i = 0; i < interpreter.OutputCount; i++)
        {
            Tensor tensor = interpreter.Output(i);
            for (int e = 0; e < tensor.Count; e++)
            {
                yield return tensor.Type == TensorType.Float32 ? BitConverter.SingleToInt32Bits(tensor.Float32[tensor.Offset + e]) : tensor[e];
            }
        }
    }
}
