using System.Numerics;

namespace EdgeInfer.Tests.Oracles;

/// <summary>Requantization as gemmlowp defines it, in unbounded integers and straight from the definitions.</summary>
internal static class GemmlowpOracle
{
    /// <summary>
    /// RoundingDivideByPOT(SaturatingRoundingDoublingHighMul(value * 2^left, multiplier), right), where the exponent is
    /// left - right.
    /// </summary>
    public static BigInteger Requantize(long value, int multiplier, int exponent)
    {
        BigInteger shifted = exponent > 0 ? (BigInteger)value << exponent : value;
        BigInteger high = NearestTiesUp(shifted * multiplier, BigInteger.Pow(2, 31));
        return exponent < 0 ? NearestTiesAway(high, BigInteger.Pow(2, -exponent)) : high;
    }

    public static int Clamp(BigInteger value, int min, int max) => (int)BigInteger.Max(min, BigInteger.Min(max, value));

    /// <summary>
    /// A real factor as multiplier * 2^(exponent - 31), from the bits of the double: the multiplier has 31 bits, rounded half away
    /// from zero.
    /// </summary>
    public static (int Multiplier, int Exponent) Quantize(double factor)
    {
        if (factor == 0) return (0, 0);

        long bits = BitConverter.DoubleToInt64Bits(factor);
        long mantissa = (bits & ((1L << 52) - 1)) | (1L << 52);
        int exponent = (int)((bits >> 52) & 0x7FF) - 1022;
        long multiplier = (mantissa + (1L << 21)) >> 22;
        return multiplier == 1L << 31 ? (1 << 30, exponent + 1) : exponent < -31 ? (0, 0) : ((int)multiplier, exponent);
    }

    /// <summary>The nearest integer; halves go towards positive infinity.</summary>
    private static BigInteger NearestTiesUp(BigInteger numerator, BigInteger denominator) => Floor((2 * numerator) + denominator, 2 * denominator);

    /// <summary>The nearest integer; halves go away from zero.</summary>
    private static BigInteger NearestTiesAway(BigInteger numerator, BigInteger denominator) =>
        numerator.Sign * Floor((2 * BigInteger.Abs(numerator)) + denominator, 2 * denominator);

    private static BigInteger Floor(BigInteger numerator, BigInteger denominator)
    {
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        return rest.Sign < 0 ? quotient - 1 : quotient;
    }
}
