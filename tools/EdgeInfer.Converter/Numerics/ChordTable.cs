namespace EdgeInfer.Converter.Numerics;

/// <summary>The tables that the 16-bit softmax and reciprocal root interpolate: an entry for every 128 of an argument's 65536 values, and the end.</summary>
/// <remarks>
/// LUTPopulate for 16 bits of TensorFlow Lite (kernels/internal/common.h), in single precision throughout. An entry is moved by half of what the
/// chord misses in the middle, so that the error is the same above and below.
/// </remarks>
internal static class ChordTable
{
    private const int Steps = 512;
    private const float FractionScale = 2.0f / ushort.MaxValue;

    /// <summary>exp(x) from -10 to 0, with 15 fractional bits.</summary>
    public static short[] Exponentials { get; } = Create(10.0f / ushort.MaxValue, short.MaxValue, FractionScale, x => (float)Math.Exp(x));

    /// <summary>1 / (1 + x) from 0 to 1, with 15 fractional bits.</summary>
    public static short[] Reciprocals { get; } = Create(1.0f / ushort.MaxValue, short.MinValue, FractionScale, x => 1.0f / (1.0f + x));

    /// <summary>1 / sqrt(x); of x that have none, the largest number, as RSQRT of TensorFlow Lite (kernels/elementwise.cc) has it.</summary>
    /// <param name="inputScale">What x is counted in.</param>
    /// <param name="outputScale">What the result is counted in.</param>
    /// <returns>The table.</returns>
    public static short[] ReciprocalRoots(float inputScale, float outputScale) =>
        Create(inputScale, 0, outputScale, x => x <= 0 ? short.MaxValue * outputScale : 1.0f / MathF.Sqrt(x));

    private static short[] Create(float scale, int zeroPoint, float outputScale, Func<float, float> function)
    {
        float first = scale * (short.MinValue - zeroPoint), last = scale * (short.MaxValue - zeroPoint);
        float step = (last - first) / Steps, half = step / 2;
        float unit = (ushort.MaxValue + 1) / ((outputScale * short.MaxValue) - (outputScale * short.MinValue));
        short[] entries = new short[Steps + 1];
        for (int i = 0; i < Steps; i++)
        {
            float value = function(first + (i * step)), middle = function(first + (i * step) + half), next = function(first + ((i + 1) * step));
            float entry = Rounded(value * unit);
            float error = Rounded(((next * unit) + entry) / 2) - Rounded(middle * unit);
            entries[i] = Clamped(entry - Rounded(error / 2));
        }

        entries[Steps] = Clamped(Rounded(function(last) * unit));
        return entries;
    }

    private static float Rounded(float value) => MathF.Round(value, MidpointRounding.AwayFromZero);

    private static short Clamped(float value) => (short)Math.Clamp(value, short.MinValue, short.MaxValue);
}
