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
