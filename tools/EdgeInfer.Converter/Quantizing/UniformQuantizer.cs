using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Quantizing;

/// <summary>From ranges of real numbers to scales and zero points, and from real numbers to integers.</summary>
public static class UniformQuantizer
{
    /// <summary>Below this a range counts as a constant zero; its square is still a normal number in single precision.</summary>
    private const float SmallestRange = 1e-9f;

    /// <summary>Steps of a 16-bit number to one of the 8-bit number that it was: the largest power of two by which differences up to 255 stay within 16 bits.</summary>
    private const int StepsOfWidened = 128;

    /// <summary>Bits of the weights of time of an SVDF, of 16: sums of their products with a state of 16 bits have 6 left (operator_property.cc of TensorFlow Lite).</summary>
    private const int TimeWeightBits = 10;

    /// <summary>Exponents of the range of a cell: the device takes scales up to 1, and less than a thousandth of what its gates can do is not worth bits.</summary>
    private const int LeastCellExponent = -10, LargestCellExponent = 15;

    /// <summary>Scale and zero point for activations.</summary>
    /// <param name="min">Smallest real number.</param>
    /// <param name="max">Largest real number.</param>
    /// <param name="symmetric">Whether the zero point shall be 0, as it always is with 16 bits.</param>
    /// <param name="bits">Bits of an integer, 8 or 16.</param>
    /// <returns>Quantization that represents both ends and, exactly, zero.</returns>
    public static Quantization ForActivation(float min, float max, bool symmetric = false, int bits = 8)
    {
        min = Math.Min(min, 0);
        max = Math.Max(max, 0);
        if (max - min < SmallestRange) return new Quantization(1f / (1 << bits), 0) { Bits = bits };
        if (symmetric || bits == 16) return new Quantization(Math.Max(max, -min) / LargestOf(bits), 0) { Bits = bits };

        float scale = (float)(((double)max - min) / (sbyte.MaxValue - sbyte.MinValue));
        int zeroPoint = (int)Math.Clamp(Math.Round(sbyte.MinValue - (min / (double)scale), MidpointRounding.AwayFromZero), sbyte.MinValue, sbyte.MaxValue);
        return new Quantization(scale, zeroPoint);
    }

    /// <summary>
    /// Scale of a 16-bit state of an LSTM, which must be a power of two (quantize_model.cc and operator_property.cc of TensorFlow Lite: the range is extended
    /// to one).
    /// </summary>
    /// <param name="reach">Largest magnitude of a real number.</param>
    /// <returns>Quantization with the zero point 0.</returns>
    public static Quantization ForCell(float reach) => new(MathF.Pow(2, Math.Clamp(MathF.Ceiling(MathF.Log2(Math.Max(reach, SmallestRange))), LeastCellExponent, LargestCellExponent) - 15), 0);

    /// <summary>Scales of weights, symmetric.</summary>
    /// <param name="weights">Weights, a constant of floats.</param>
    /// <param name="axis">The dimension that counts output channels.</param>
    /// <param name="perChannel">One scale an output channel rather than one for all.</param>
    /// <param name="bits">Bits of an integer, 8 or 4.</param>
    /// <returns>Quantization with zero points of 0. Channels of zeros only get the scale of the largest channel, which represents them as well as any.</returns>
    public static Quantization ForWeights(GraphTensor weights, int axis, bool perChannel, int bits = 8)
    {
        int levels = LargestOf(bits);
        int channels = weights.Shape[axis], inner = weights.Shape.Skip(axis + 1).Aggregate(1, (a, b) => a * b);
        float[] largest = new float[channels];
        ReadOnlySpan<float> values = weights.Floats();
        for (int i = 0; i < values.Length; i++)
        {
            int channel = i / inner % channels;
            largest[channel] = Math.Max(largest[channel], Math.Abs(values[i]));
        }

        float most = Math.Max(largest.Max(), SmallestRange);
        float[] scales = perChannel ? Array.ConvertAll(largest, m => (m < SmallestRange ? most : m) / levels) : [most / levels];
        return new Quantization(scales, new int[scales.Length], scales.Length > 1 ? axis : 0) { Bits = bits };
    }

    /// <summary>Scale of the 16-bit weights of time of an SVDF, symmetric, one for all.</summary>
    /// <param name="weights">Weights, a constant of floats.</param>
    /// <returns>Quantization with the zero point 0.</returns>
    public static Quantization ForTimeWeights(GraphTensor weights) => ForWeights(weights, 0, perChannel: false, TimeWeightBits) with { Bits = 16 };

    /// <summary>The largest integer, whose negative is the smallest weight, so that weights are symmetric.</summary>
    /// <param name="bits">Bits of an integer.</param>
    /// <returns>7, 127 or 32767.</returns>
    public static int LargestOf(int bits) => (1 << (bits - 1)) - 1;

    /// <summary>Rounds a real number to an integer.</summary>
    /// <param name="value">The number.</param>
    /// <param name="quantization">Scale and zero point.</param>
    /// <returns>A number of so many bits as the quantization has.</returns>
    public static int ToInteger(float value, Quantization quantization) =>
        (int)Math.Clamp(Round(value, quantization.Scale, quantization.ZeroPoint), -LargestOf(quantization.Bits) - 1, LargestOf(quantization.Bits));

    /// <summary>
    /// The 16-bit quantization that holds every number of an 8-bit one exactly: numbers less their zero point, 128 of its steps to one of theirs. The way there
    /// and back is a shift by 7 bits.
    /// </summary>
    /// <param name="quantization">Quantization of 8 or 16 bits.</param>
    /// <returns>Quantization of 16 bits; the same where it has as many.</returns>
    public static Quantization Widened(Quantization quantization) =>
        quantization.Bits == 16 ? quantization : new Quantization(quantization.Scale / StepsOfWidened, 0) { Bits = 16 };

    /// <summary>Type of the integers that a tensor of floats becomes.</summary>
    /// <param name="quantization">The quantization that it carries.</param>
    /// <returns>The type.</returns>
    public static ElementType TypeOf(Quantization quantization) => quantization.Bits switch
    {
        4 => ElementType.Int4,
        16 => ElementType.Int16,
        _ => ElementType.Int8,
    };

    /// <summary>Rounds real numbers to integers.</summary>
    /// <param name="tensor">A constant of floats.</param>
    /// <param name="quantization">Scales and zero points.</param>
    /// <returns>The same constant as integers of so many bits as the quantization has.</returns>
    public static GraphTensor ToIntegers(GraphTensor tensor, Quantization quantization)
    {
        ReadOnlySpan<float> values = tensor.Floats();
        int channels = quantization.Scales.Length, inner = tensor.Shape.Skip(quantization.Axis + 1).Aggregate(1, (a, b) => a * b);
        short[] integers = new short[values.Length];
        int most = LargestOf(quantization.Bits), least = -most - 1;
        for (int i = 0; i < integers.Length; i++)
        {
            int channel = channels == 1 ? 0 : i / inner % channels;
            integers[i] = (short)Math.Clamp(Round(values[i], quantization.Scales[channel], quantization.ZeroPoints[channel]), least, most);
        }

        byte[] data = quantization.Bits == 16 ? MemoryMarshal.AsBytes(integers.AsSpan()).ToArray() : Array.ConvertAll(integers, v => (byte)(sbyte)v);
        return new GraphTensor(tensor.Name, TypeOf(quantization), tensor.Shape) { Data = data, Quantization = quantization };
    }

    /// <summary>Gives the real numbers that integers stand for.</summary>
    /// <param name="tensor">A quantized constant of int16, int8 or int4.</param>
    /// <returns>The same constant as floats; without a quantization, as no float needs one.</returns>
    public static GraphTensor ToFloats(GraphTensor tensor)
    {
        Quantization quantization = tensor.Quantization!;
        short[] integers = tensor.Type == ElementType.Int16 ? tensor.Int16s().ToArray() : Array.ConvertAll(tensor.Int8s().ToArray(), v => (short)v);
        int channels = quantization.Scales.Length, inner = tensor.Shape.Skip(quantization.Axis + 1).Aggregate(1, (a, b) => a * b);
        float[] values = new float[integers.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int channel = channels == 1 ? 0 : i / inner % channels;
            values[i] = quantization.Scales[channel] * (integers[i] - quantization.ZeroPoints[channel]);
        }

        return new GraphTensor(tensor.Name, ElementType.Float32, tensor.Shape) { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
    }

    private static double Round(float value, float scale, int zeroPoint) => Math.Round((double)value / scale, MidpointRounding.AwayFromZero) + zeroPoint;
}
