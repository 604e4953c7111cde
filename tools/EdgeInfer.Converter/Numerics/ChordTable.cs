namespace EdgeInfer.Converter.Numerics;

/// <summary>The tables that the 16-bit softmax interpolates: an entry for every 128 of an argument's 65536 values, and the end.</summary>
/// <remarks>
/// LUTPopulate for 16 bits of TensorFlow Lite (kernels/internal/common.h), in single precision throughout. An entry is moved by half of what the
/// chord misses in the middle, so that the error is the same above and below.
/// </remarks>
internal static class ChordTable
{
    private const int Steps = 512;

    /// <summary>exp(x) from -10 to 0, with 15 fractional bits.</summary>
    public static short[] Exponentials { get; } = Create(10.0f / ushort.MaxValue, short.MaxValue, x => (float)Math.Exp(x));

    /// <summary>1 / (1 + x) from 0 to 1, with 15 fractional bits.</summary>
    public static short[] Reciprocals { get; } = Create(1.0f / ushort.MaxValue, short.MinValue, x => 1.0f / (1.0f + x));

    private static short[] Create(float scale, int zeroPoint, Func<float, float> function)
    {
        const float OutputScale = 2.0f / ushort.MaxValue;
        float first = scale * (short.MinValue - zeroPoint), last = scale * (short.MaxValue - zeroPoint);
        float step = (last - first) / Steps, half = step / 2;
        float unit = (ushort.MaxValue + 1) / ((OutputScale * short.MaxValue) - (OutputScale * short.MinValue));
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
