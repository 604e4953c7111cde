using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.Pairwise;

namespace EdgeInfer.Tests.Operators;

public class SquaredDifferenceTests
{
    [Fact]
    public void A_literal_example()
    {
        GraphTensor a = Operands.Activation("a", [2, 2], 0.5f, 1), b = Operands.Activation("b", [1], 0.25f, -2), output = Operands.Activation("output", [2, 2], 0.5f, -100);

        // (0.5, 1; 1.5, -2) less 1.5, squared: 1, 0.25, 0 and 12.25 in halves; halves are rounded upwards.
        Assert.Equal([-98, -99, -100, -75], GraphRunner.For(new SquaredDifference(a, b, output)).Run([2, 3, 4, -3], [4]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        PairCase.CheckProperty(Make, (n, a, b) =>
        {
            double common = 2.0 * Math.Max(n.Scale1, n.Scale2);
            (int multiplier1, int exponent1) = GemmlowpOracle.Quantize(n.Scale1 / common);
            (int multiplier2, int exponent2) = GemmlowpOracle.Quantize(n.Scale2 / common);
            (int multiplier, int exponent) = GemmlowpOracle.Quantize(common * common / (16384 * OutputScale(n.Scale1, n.Scale2, n.ScaleOut)));
            long difference = (long)(GemmlowpOracle.Requantize((a - n.ZeroPoints.First) * 128, multiplier1, exponent1)
                - GemmlowpOracle.Requantize((b - n.ZeroPoints.Second) * 128, multiplier2, exponent2));
            return GemmlowpOracle.Clamp(GemmlowpOracle.Requantize(difference * difference, multiplier, exponent) + n.ZeroPoints.Output, -128, 127);
        });

    [Fact]
    public void Takes_the_place_of_an_operand() => PairCase.CheckInPlace(Make);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor a = Operands.Activation("a", [2], 1, 0), b = Operands.Activation("b", [2], 1, 0);
        Refusal.Demand("is too small for inputs", new SquaredDifference(a, b, Operands.Activation("output", [2], 1e-6f, 0)));
        Operator good = new SquaredDifference(a, b, Operands.Activation("output", [2], 1, 0));
        RecordRefusal.Demand("multiplier", good, Layout.Multiplier, -1);
        RecordRefusal.Demand("shift", good, Layout.SlopeShift, 63);
        RecordRefusal.Demand("output zero point", good, Layout.OutputZeroPoint, 128);
    }

    /// <summary>No smaller than what the reference can scale to.</summary>
    private static float OutputScale(float scale1, float scale2, float output) => MathF.Max(output, MathF.Pow(2 * MathF.Max(scale1, scale2), 2) / 16000);

    private static SquaredDifference Make(GraphTensor a, GraphTensor b, GraphTensor output, FusedActivation activation) =>
        new(a, b, Operands.Requantized(output, OutputScale(a.Quantization!.Scale, b.Quantization!.Scale, output.Quantization!.Scale), output.Quantization.ZeroPoint));
}
