using System.Runtime.InteropServices;

namespace EdgeInfer.Converter.Blob;

/// <summary>Makes the self-test that a blob carries.</summary>
public static class SelfTestWriter
{
    private const ulong Seed = 20260101;

    /// <summary>Runs a model on pseudo-random input and records what its layers and outputs come to.</summary>
    /// <param name="model">The model.</param>
    /// <param name="frames">Number of inferences, states kept; at least one.</param>
    /// <returns>Content of the chunk; <see cref="SelfTest"/> describes it.</returns>
    public static byte[] Create(Model model, int frames)
    {
        int[] words = SelfTest.Compute(new Interpreter(model), frames, Seed);
        return MemoryMarshal.AsBytes<int>(words).ToArray();
    }
}
