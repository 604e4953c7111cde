using System.Numerics;

namespace EdgeInfer.Tests.Oracles;

/// <summary>Functions of one int8 number as TensorFlow Lite defines them.</summary>
internal static class UnaryOracle
{
    public static int Logistic(int x, float scale, int zeroPoint) =>
        Saturating(x - zeroPoint, scale, argument => FixedPointOracle.Divide(FixedPointOracle.Logistic(argument, 4), 23) - 128);

    public static int Tanh(int x, float scale, int zeroPoint) =>
        Saturating(x - zeroPoint, scale, argument => FixedPointOracle.Divide(FixedPointOracle.Tanh(argument, 4), 24));

    /// <summary>Rectifiers: the slope of the negative side is 0 for the plain one.</summary>
    public static int Requantize(int x, (float Scale, int ZeroPoint) input, (float Scale, int ZeroPoint) output, float negativeSlope)
    {
        int difference = x - input.ZeroPoint;
        float ratio = difference >= 0 ? input.Scale / output.Scale : input.Scale * negativeSlope / output.Scale;
        (int multiplier, int exponent) = GemmlowpOracle.Quantize(Math.Abs((double)ratio));
        BigInteger product = GemmlowpOracle.Requantize(difference, multiplier, exponent) * (ratio < 0 ? -1 : 1);
        return GemmlowpOracle.Clamp(product + output.ZeroPoint, sbyte.MinValue, sbyte.MaxValue);
    }

    /// <summary>Absolute value.</summary>
    public static int Abs(int x, (float Scale, int ZeroPoint) input, (float Scale, int ZeroPoint) output)
    {
        (int multiplier, int exponent) = GemmlowpOracle.Quantize((double)(input.Scale / output.Scale));
        return GemmlowpOracle.Clamp(GemmlowpOracle.Requantize(Math.Abs(x - input.ZeroPoint), multiplier, exponent) + output.ZeroPoint, sbyte.MinValue, sbyte.MaxValue);
    }

    /// <summary>1 / sqrt(x), the root of the integer by Newton and Raphson in fixed point.</summary>
    public static int Rsqrt(int x, (float Scale, int ZeroPoint) input, (float Scale, int ZeroPoint) output)
    {
        int difference = x - input.ZeroPoint;
        if (difference <= 0) return sbyte.MaxValue;

        (BigInteger root, int exponent) = FixedPointOracle.InverseSquareRoot(difference);
        BigInteger raised = GemmlowpOracle.Requantize(1, (int)root, 20 + exponent);
        (int multiplier, int shift) = GemmlowpOracle.Quantize(1.0 / (float)(MathF.Sqrt(input.Scale) * output.Scale));
        return GemmlowpOracle.Clamp(GemmlowpOracle.Requantize((long)raised, multiplier, shift - 20) + output.ZeroPoint, sbyte.MinValue, sbyte.MaxValue);
    }

    /// <summary>x * clamp(x + 3, 0, 6) / 6 in 16-bit fixed point; 2^15 stands for 3 in one factor and for 1 in the other.</summary>
    public static int HardSwish(int x, (float Scale, int ZeroPoint) input, (float Scale, int ZeroPoint) output)
    {
        BigInteger raised = 128 * (x - input.ZeroPoint);
        float scale = input.Scale / 128;
        (int outputFactor, int outputExponent) = Half(scale / output.Scale);
        (int slope, int slopeExponent) = Half(scale / (3.0f / 32768));

        BigInteger third = slopeExponent > 0 ? Bits16(raised << (slopeExponent - 1)) : raised;
        third = FixedPointOracle.Multiply(third << 16, slope);
        if (slopeExponent > 0) third = Bits16(2 * third);
        if (slopeExponent < 0) third = FixedPointOracle.Divide(third, -slopeExponent);
        BigInteger share = (third + 32768) / 2;
        BigInteger product = BigInteger.Divide(share * FixedPointOracle.Multiply(raised << 16, outputFactor), 32768);
        return GemmlowpOracle.Clamp(FixedPointOracle.Divide(product, -outputExponent) + output.ZeroPoint, sbyte.MinValue, sbyte.MaxValue);
    }

    /// <summary>A factor with 15 bits.</summary>
    private static (int Multiplier, int Exponent) Half(float factor)
    {
        (int multiplier, int exponent) = GemmlowpOracle.Quantize((double)factor);
        return ((int)Math.Min(Math.Floor((multiplier / 65536.0) + 0.5), 32767), exponent);
    }

    private static BigInteger Bits16(BigInteger value) => BigInteger.Max(-32768, BigInteger.Min(32767, value));

    /// <summary>From 15 on, and below -15, both functions are as good as constant.</summary>
    private static int Saturating(int difference, float scale, Func<BigInteger, BigInteger> function)
    {
        (int multiplier, int exponent) = GemmlowpOracle.Quantize((double)scale * (1 << 27));
        double radius = Math.Floor(15.0 * (1 << 27) / Math.Pow(2, exponent));
        if (difference <= -radius) return sbyte.MinValue;
        if (difference >= radius) return sbyte.MaxValue;
        return GemmlowpOracle.Clamp(function(GemmlowpOracle.Requantize(difference, multiplier, exponent)), sbyte.MinValue, sbyte.MaxValue);
    }
}
