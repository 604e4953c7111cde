namespace EdgeInfer.Converter.Numerics;

/// <summary>The table that 16-bit sigmoid and tanh interpolate: i entries from the middle stands sigmoid(i / 24), less 1/2, with 16 fractional bits.</summary>
/// <remarks>
/// Equal to sigmoid_table_uint16 of TensorFlow Lite (kernels/internal/common.h) less 32768. A chord lies below the curve, by up to
/// h^2 / 8 * |second derivative| in its middle; each entry is raised by half of that, so that the error is the same above and below.
/// From entry 255 on, where both functions saturate, stands the largest number. The table is odd about its middle.
/// </remarks>
internal static class SigmoidTable
{
    private const int Saturated = 255;

    /// <summary>The entries, each from -32767 to 32767.</summary>
    public static short[] Entries { get; } = Create();

    private static short[] Create()
    {
        const double Step = 1.0 / 24;
        short[] entries = new short[Kernels.UnidirectionalSequenceLstm.TableLength];
        const int Middle = Kernels.UnidirectionalSequenceLstm.TableReach;
        for (int i = 0; i <= Middle; i++)
        {
            double sigmoid = 1 / (1 + Math.Exp(-i * Step));
            double curvature = sigmoid * (1 - sigmoid) * ((2 * sigmoid) - 1);
            double entry = Math.Floor((65536 * (sigmoid + (Step * Step / 16 * curvature))) + 0.5) - 32768;
            entries[Middle + i] = i < Saturated ? (short)entry : short.MaxValue;
            entries[Middle - i] = (short)-entries[Middle + i];
        }
        return entries;
    }
}
