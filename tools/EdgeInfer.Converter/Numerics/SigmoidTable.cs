namespace EdgeInfer.Converter.Numerics;

/// <summary>The table that 16-bit sigmoid and tanh interpolate: entry i stands for sigmoid(i / 24), less 1/2, with 16 fractional bits.</summary>
/// <remarks>
/// Equal to sigmoid_table_uint16 of TensorFlow Lite (kernels/internal/common.h) less 32768. A chord lies below the curve, by up to
/// h^2 / 8 * |second derivative| in its middle; each entry is raised by half of that, so that the error is the same above and below.
/// The last entry, beyond which both functions saturate, is the largest number.
/// </remarks>
internal static class SigmoidTable
{
    /// <summary>The entries, each from 0 to 32767.</summary>
    public static short[] Entries { get; } = Create();

    private static short[] Create()
    {
        const double Step = 1.0 / 24;
        short[] entries = new short[Kernels.UnidirectionalSequenceLstm.TableLength];
        for (int i = 0; i < entries.Length; i++)
        {
            double sigmoid = 1 / (1 + Math.Exp(-i * Step));
            double curvature = sigmoid * (1 - sigmoid) * ((2 * sigmoid) - 1);
            entries[i] = (short)(Math.Floor((65536 * (sigmoid + (Step * Step / 16 * curvature))) + 0.5) - 32768);
        }

        entries[^1] = short.MaxValue;
        return entries;
    }
}
