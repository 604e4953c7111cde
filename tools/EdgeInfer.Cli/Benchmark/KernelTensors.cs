using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Cli.Benchmark;

/// <summary>
/// Tensors of the kernel cases. Constants are uniform pseudo-random numbers from a fixed seed; weights are scaled so that
/// outputs spread over their range, as they do in a trained model, instead of all being clamped.
/// </summary>
internal static class KernelTensors
{
    /// <summary>Scale of all activations.</summary>
    public const float Scale = 0.05f;

    /// <summary>Steps of the output that a sum of products deviates from its mean by, as a rule.</summary>
    private const double Spread = 50;

    /// <summary>Standard deviation of uniform weights, and root mean square of uniform inputs with a zero point at the end of their range.</summary>
    private const double WeightDeviation = 73, InputMagnitude = 148;

    /// <summary>An activation; with a zero point of -128 one that comes from behind a ReLU.</summary>
    public static GraphTensor Activation(string name, int zeroPoint, params int[] shape) =>
        new(name, ElementType.Int8, shape) { Quantization = new Quantization(Scale, zeroPoint) };

    /// <summary>The same of 16 bits, which have no zero point.</summary>
    public static GraphTensor Wide(string name, float scale, params int[] shape) => new(name, ElementType.Int16, shape) { Quantization = new Quantization(scale, 0) };

    /// <summary>Weights of a convolution or matrix product, one scale an output channel.</summary>
    /// <param name="taps">Products an output sums up.</param>
    /// <param name="axis">Dimension of the output channels.</param>
    /// <param name="shape">Dimensions.</param>
    public static GraphTensor Weights(int taps, int axis, params int[] shape)
    {
        float[] scales = [.. Enumerable.Range(0, shape[axis]).Select(c => WeightScale(taps) * (1 + (0.05f * (c % 7))))];
        return new("weights", ElementType.Int8, shape) { Data = Bytes(Count(shape), 0), Quantization = new Quantization(scales, new int[scales.Length], axis) };
    }

    /// <summary>Weights with one scale for all.</summary>
    /// <param name="taps">Products an output sums up.</param>
    /// <param name="ratio">Factor of the scale that suits an input and an output with <see cref="Scale"/>.</param>
    /// <param name="seed">Tells apart weights of one shape.</param>
    /// <param name="shape">Dimensions.</param>
    public static GraphTensor WeightsOfOneScale(int taps, float ratio, int seed, params int[] shape) =>
        new("weights", ElementType.Int8, shape) { Data = Bytes(Count(shape), seed), Quantization = new Quantization(ratio * WeightScale(taps), 0) };

    /// <summary>The weights themselves, or the upper four bits of each with scales to match.</summary>
    public static GraphTensor OfBits(GraphTensor weights, bool fourBit)
    {
        if (!fourBit) return weights;

        Quantization all = weights.Quantization!;
        byte[] data = [.. weights.Int8s().ToArray().Select(w => (byte)(w >> 4))];
        return new(weights.Name, ElementType.Int4, weights.Shape) { Data = data, Quantization = new Quantization([.. all.Scales.Select(s => 16 * s)], all.ZeroPoints, all.Axis) };
    }

    /// <summary>Biases.</summary>
    public static GraphTensor Biases(int count) =>
        new("bias", ElementType.Int32, [count]) { Data = MemoryMarshal.AsBytes<int>(Bytes(count, 0).Select(b => (sbyte)b * 100).ToArray()).ToArray() };

    /// <summary>Uniform weights from -127 to 127.</summary>
    private static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        ulong random = (ulong)(count + seed);
        for (int i = 0; i < count; i++)
        {
            random = (random * 6364136223846793005UL) + 1442695040888963407UL;
            bytes[i] = (byte)((sbyte)((random >> 33) % 255) - 127);
        }

        return bytes;
    }

    private static float WeightScale(int taps) => (float)(Spread / (Math.Sqrt(taps) * WeightDeviation * InputMagnitude));

    private static int Count(int[] shape) => shape.Aggregate(1, (a, b) => a * b);
}
