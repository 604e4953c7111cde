using System.Numerics;

namespace EdgeInfer.Tests.Oracles;

/// <summary>Quantized quotient of two numbers as tflite-micro defines it, in unbounded integers.</summary>
internal static class DivOracle
{
    public static int Run(int x1, int x2, (int First, int Second, int Output) zeroPoints, (int Multiplier, int Exponent) scale, int min, int max)
    {
        int dividend = x1 - zeroPoints.First, divisor = x2 - zeroPoints.Second;
        if (divisor < 0) (dividend, divisor) = (-dividend, -divisor);
        if (divisor == 0) divisor = 1;

        // divisor = (1 + rest) * 2^power; a dividend is raised until only its sign is left of 32 bits.
        int power = (int)new BigInteger(divisor).GetBitLength() - 1;
        BigInteger rest = (new BigInteger(divisor) << (31 - power)) - (BigInteger.One << 31);
        BigInteger reciprocal = FixedPointOracle.Saturate(2 * FixedPointOracle.Reciprocal(rest));
        int raised = 31 - (int)new BigInteger(dividend).GetBitLength();
        BigInteger quotient = FixedPointOracle.Multiply(FixedPointOracle.Multiply(new BigInteger(dividend) << raised, reciprocal), scale.Multiplier);
        int right = power + raised - scale.Exponent;
        return GemmlowpOracle.Clamp((right > 31 ? 0 : FixedPointOracle.Divide(quotient, right)) + zeroPoints.Output, min, max);
    }
}
