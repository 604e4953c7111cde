namespace EdgeInfer.Tests.Oracles;

/// <summary>Quantized product of two numbers.</summary>
internal static class MulOracle
{
    public static int Run(int x1, int x2, (int First, int Second, int Output) zeroPoints, (int Multiplier, int Exponent) scale, int min, int max)
    {
        long product = (long)(x1 - zeroPoints.First) * (x2 - zeroPoints.Second);
        return GemmlowpOracle.Clamp(GemmlowpOracle.Requantize(product, scale.Multiplier, scale.Exponent) + zeroPoints.Output, min, max);
    }
}
