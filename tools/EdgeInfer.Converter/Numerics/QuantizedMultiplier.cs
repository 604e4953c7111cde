namespace EdgeInfer.Converter.Numerics;

/// <summary>
/// A positive real factor as a 31-bit fraction and a power of two: factor = <paramref name="Multiplier"/> * 2^(<paramref name="Exponent"/> - 31).
/// </summary>
/// <param name="Multiplier">2^30 to 2^31 - 1, or 0.</param>
/// <param name="Exponent">-31 to 30; positive shifts left.</param>
/// <remarks>QuantizeMultiplier of TensorFlow Lite (kernels/internal/quantization_util).</remarks>
public readonly record struct QuantizedMultiplier(int Multiplier, int Exponent)
{
    /// <summary>The shift to the right that records carry: 31 less the exponent.</summary>
    public int Shift => 31 - Exponent;

    /// <summary>Tells whether a factor can be represented.</summary>
    /// <param name="factor">The factor.</param>
    /// <returns>True from zero to just below 2^30.</returns>
    public static bool CanHold(double factor) => factor is >= 0 and < (1L << 30) - 1;

    /// <summary>Rounds a factor to the nearest representable one.</summary>
    /// <param name="factor">Zero or more, below 2^30.</param>
    /// <returns>The multiplier; zero where the factor is too small to matter.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The factor is negative, not finite or too large.</exception>
    public static QuantizedMultiplier FromReal(double factor)
    {
        if (!double.IsFinite(factor) || factor < 0) throw new ArgumentOutOfRangeException(nameof(factor), factor, "A scale ratio must be finite and not negative.");
        if (factor == 0) return default;

        // factor = fraction * 2^exponent with fraction in [0.5, 1).
        int exponent = Math.ILogB(factor) + 1;
        double fraction = Math.ScaleB(factor, -exponent);
        long multiplier = (long)Math.Round(fraction * (1L << 31), MidpointRounding.AwayFromZero);
        if (multiplier == 1L << 31)
        {
            multiplier /= 2;
            exponent++;
        }

        if (exponent < -31) return default;
        if (exponent > 30) throw new ArgumentOutOfRangeException(nameof(factor), factor, "The scale ratio is 2^30 or more.");

        return new QuantizedMultiplier((int)multiplier, exponent);
    }

    /// <summary>Multiplies an integer by the factor, as the device does.</summary>
    /// <param name="value">The integer.</param>
    /// <returns>The product, rounded twice: see <see cref="Channel"/>.</returns>
    /// <remarks>MultiplyByQuantizedMultiplier of TensorFlow Lite (kernels/internal/common.cc) with double rounding.</remarks>
    public long Apply(int value)
    {
        long scaled = (long)value * Multiplier;
        if (Shift > 31)
        {
            scaled += Channel.HalfUnit;
            if (scaled < 0) scaled -= Channel.Unit;
        }

        return (scaled + (1L << (Shift - 1))) >> Shift;
    }
}
