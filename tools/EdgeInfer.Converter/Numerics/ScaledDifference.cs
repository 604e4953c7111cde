namespace EdgeInfer.Converter.Numerics;

/// <summary>Differences of int8 numbers to the largest one of their row, as the negative fixed-point numbers that softmax takes exponentials of.</summary>
/// <remarks>PreprocessSoftmaxScaling and CalculateInputRadius of TensorFlow Lite (kernels/internal/quantization_util.cc).</remarks>
internal sealed class ScaledDifference
{
    /// <summary>Integer bits of a scaled difference.</summary>
    public const int IntegerBits = 5;

    private readonly int _exponent;
    private readonly int _multiplier;

    /// <summary>Prepares for a scale.</summary>
    /// <param name="scale">What a difference of 1 stands for.</param>
    public ScaledDifference(double scale)
    {
        // The multiplier may reach 2^31, beyond what requantization takes: no rounding shift is behind it here.
        double unit = UnitOf(scale);
        _exponent = Math.ILogB(unit) + 1;
        long multiplier = (long)Math.Round(Math.ScaleB(unit, 31 - _exponent), MidpointRounding.AwayFromZero);
        if (multiplier == 1L << 31)
        {
            multiplier /= 2;
            _exponent++;
        }

        _multiplier = (int)multiplier;
        Largest = (int)Math.Min(Math.Floor(Math.ScaleB((1 << IntegerBits) - 1, 31 - IntegerBits - _exponent)), byte.MaxValue);
    }

    /// <summary>The largest difference that counts, at most 255.</summary>
    public int Largest { get; }

    /// <summary>Tells whether a scale can be represented.</summary>
    /// <param name="scale">The scale.</param>
    /// <returns>True where it is not too small.</returns>
    public static bool Fits(double scale) => UnitOf(scale) > 1;

    /// <summary>A difference as fixed point.</summary>
    /// <param name="difference">From 0 to <see cref="Largest"/>.</param>
    /// <returns>Zero or less, with <see cref="IntegerBits"/> integer bits.</returns>
    public int Of(int difference) => FixedPoint.Multiply((int)(-(long)difference << _exponent), _multiplier);

    /// <summary>What a difference of 1 is as fixed point, capped where it makes every difference insignificant.</summary>
    private static double UnitOf(double scale) => Math.Min(Math.ScaleB(scale, 31 - IntegerBits), (1L << 31) - 1.0);
}
