namespace EdgeInfer.Tests.Oracles;

/// <summary>Sums of numbers of one scale as tflite-micro defines them: each is raised by 20 bits and halved, the sum begins with what the number 0 stands for.</summary>
internal sealed class SumOracle((float Scale, int ZeroPoint) input, (float Scale, int ZeroPoint) output)
{
    private readonly (int Multiplier, int Exponent) _factor = GemmlowpOracle.Quantize(2.0 * input.Scale / (1048576.0 * output.Scale));

    /// <summary>The sum of some numbers.</summary>
    public int Run(IEnumerable<int> values)
    {
        long sum = Raised(0);
        foreach (int value in values) sum += Raised(value);
        return GemmlowpOracle.Clamp(GemmlowpOracle.Requantize(sum, _factor.Multiplier, _factor.Exponent) + output.ZeroPoint, -128, 127);
    }

    private long Raised(int value) => (long)GemmlowpOracle.Requantize((long)(value - input.ZeroPoint) << 20, 1 << 30, 0);
}
