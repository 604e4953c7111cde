using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.Pairwise;

namespace EdgeInfer.Tests.Operators;

public class PreluTests
{
    [Fact]
    public void A_literal_example()
    {
        GraphTensor input = Operands.Activation("input", [2, 2], 1, 0), alpha = Operands.Activation("alpha", [2], 0.25f, 0), output = Operands.Activation("output", [2, 2], 1, 0);

        // Slopes 0.5 and -1.
        Assert.Equal([-10, 20, 7, 9], GraphRunner.For(new Prelu(input, alpha, output)).Run([-20, -20, 7, -9], [2, -4]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        PairCase.CheckProperty(Make, (n, x, alpha) =>
        {
            int difference = x - n.ZeroPoints.First;
            (int multiplier, int exponent) = GemmlowpOracle.Quantize(difference >= 0 ? (double)n.Scale1 / n.ScaleOut : (double)n.Scale1 * n.Scale2 / n.ScaleOut);
            long product = difference >= 0 ? difference : (long)difference * (alpha - n.ZeroPoints.Second);
            return GemmlowpOracle.Clamp(GemmlowpOracle.Requantize(product, multiplier, exponent) + n.ZeroPoints.Output, -128, 127);
        });

    [Fact]
    public void Takes_the_place_of_an_operand() => PairCase.CheckInPlace(Make);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Activation("input", [2], 1, 0), alpha = Operands.Activation("alpha", [2], 1, 0);
        Refusal.Demand("is too small for inputs", new Prelu(input, alpha, Operands.Activation("output", [2], 1e-9f, 0)));
        Operator good = new Prelu(input, alpha, Operands.Activation("output", [2], 1, 0));
        RecordRefusal.Demand("multiplier", good, Layout.SlopeMultiplier, -1);
        RecordRefusal.Demand("shift", good, Layout.Shift, 0);
    }

    private static Prelu Make(GraphTensor input, GraphTensor alpha, GraphTensor output, FusedActivation activation) => new(input, alpha, output);
}
