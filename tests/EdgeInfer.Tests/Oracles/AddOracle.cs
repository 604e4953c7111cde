using System.Numerics;

namespace EdgeInfer.Tests.Oracles;

/// <summary>Quantized sum and difference of two numbers, in unbounded integers.</summary>
internal sealed class AddOracle((int Multiplier, int Exponent) first, (int Multiplier, int Exponent) second, (int Multiplier, int Exponent) result, int leftShift = 20)
{
    /// <summary>Factors of a sum, in double precision.</summary>
    public static AddOracle Sum(float scale1, float scale2, float scaleOut, int leftShift = 20)
    {
        double twice = 2.0 * Math.Max(scale1, scale2);
        return new(GemmlowpOracle.Quantize(scale1 / twice), GemmlowpOracle.Quantize(scale2 / twice), GemmlowpOracle.Quantize(twice / (Math.Pow(2, leftShift) * scaleOut)), leftShift);
    }

    /// <summary>Factors of a difference, in single precision.</summary>
    public static AddOracle Difference(float scale1, float scale2, float scaleOut, int leftShift = 20)
    {
        float twice = 2f * Math.Max(scale1, scale2);
        return new(GemmlowpOracle.Quantize(scale1 / twice), GemmlowpOracle.Quantize(scale2 / twice), GemmlowpOracle.Quantize(twice / (MathF.Pow(2, leftShift) * scaleOut)), leftShift);
    }

    public int Run(int x1, int x2, (int First, int Second, int Output) zeroPoints, int sign, int min, int max)
    {
        BigInteger a = GemmlowpOracle.Requantize((long)(x1 - zeroPoints.First) << leftShift, first.Multiplier, first.Exponent);
        BigInteger b = GemmlowpOracle.Requantize((long)(x2 - zeroPoints.Second) << leftShift, second.Multiplier, second.Exponent);
        BigInteger sum = GemmlowpOracle.Requantize((long)(a + (sign * b)), result.Multiplier, result.Exponent);
        return GemmlowpOracle.Clamp(sum + zeroPoints.Output, min, max);
    }
}
