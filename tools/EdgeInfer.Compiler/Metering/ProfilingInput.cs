namespace EdgeInfer.Compiler.Metering;

/// <summary>The input on which costs are counted: always the same pseudo-random numbers, so that figures can be compared.</summary>
public static class ProfilingInput
{
    private const ulong Seed = 1;

    /// <summary>Makes the input of one inference.</summary>
    /// <param name="model">The model.</param>
    /// <returns>One array an input, as files hold them; every element is from -128 to 127, whatever its type.</returns>
    public static byte[][] For(Model model)
    {
        Interpreter interpreter = new(model);
        byte[][] inputs = new byte[interpreter.InputCount][];
        ulong random = Seed;
        for (int i = 0; i < inputs.Length; i++)
        {
            Tensor tensor = interpreter.Input(i);
            sbyte[] values = new sbyte[tensor.Count];
            for (int e = 0; e < values.Length; e++)
            {
                random = (random * 6364136223846793005UL) + 1442695040888963407UL;
                values[e] = (sbyte)(random >> 33);
            }

            inputs[i] = tensor.Type switch
            {
                TensorType.Int16 => [.. values.SelectMany(v => BitConverter.GetBytes((short)v))],
                TensorType.Int32 => [.. values.SelectMany(v => BitConverter.GetBytes((int)v))],
                TensorType.Float32 => [.. values.SelectMany(v => BitConverter.GetBytes((float)v))],
                _ => [.. values.Select(v => (byte)v)],
            };
        }

        return inputs;
    }
}
