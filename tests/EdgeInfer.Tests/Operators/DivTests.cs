using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.Div;

namespace EdgeInfer.Tests.Operators;

public class DivTests
{
    [Fact]
    public void A_literal_example()
    {
        // A step of the output is 1/16: 12/4, -12/4, 1/2, 7/3; a divisor of zero counts as one step of its scale.
        GraphTensor a = Operands.Activation("a", [6], 1, 0), b = Operands.Activation("b", [6], 1, 0), output = Operands.Activation("output", [6], 0.0625f, 0);
        Assert.Equal([48, -48, 8, 37, 80, 0], GraphRunner.For(new Div(a, b, output, FusedActivation.None)).Run([12, -12, -1, 7, 5, 0], [4, 4, -2, 3, 0, 0]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        PairCase.CheckProperty(
            (a, b, output, activation) => new Div(a, b, output, activation),
            (n, a, b) => DivOracle.Run(a, b, n.ZeroPoints, GemmlowpOracle.Quantize((double)(n.Scale1 / (n.Scale2 * n.ScaleOut))), n.Min, n.Max));

    [Fact]
    public void Every_quotient_agrees_with_the_definition()
    {
        GraphTensor a = Operands.Activation("a", [256, 1], 0.5f, 3), b = Operands.Activation("b", [256], 0.25f, -7), output = Operands.Activation("output", [256, 256], 0.02f, 5);
        int[] all = [.. Enumerable.Range(-128, 256)];
        (int, int) factor = GemmlowpOracle.Quantize((double)(0.5f / (0.25f * 0.02f)));
        Assert.Equal([.. all.SelectMany(x => all.Select(y => DivOracle.Run(x, y, (3, -7, 5), factor, -128, 127)))], GraphRunner.For(new Div(a, b, output, FusedActivation.None)).Run(all, all));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        PairCase.CheckInPlace((a, b, output, activation) => new Div(a, b, output, activation));
        GraphTensor a = Operands.Activation("a", [2, 3], 1, 0);
        Refusal.Demand("is too small for inputs", new Div(a, a, Operands.Activation("output", [2, 3], 1e-8f, 0), FusedActivation.None));
        Refusal.Demand("is Int16, supported is Int8", new Div(Operands.Wide("a", [2, 3], 1), Operands.Wide("b", [2, 3], 1), Operands.Wide("output", [2, 3], 1), FusedActivation.None));
        Refusal.Demand("cannot be broadcast", new Div(a, Operands.Activation("b", [2], 1, 0), Operands.Activation("output", [2, 3], 1, 0), FusedActivation.None));
        Operator good = new Div(a, Operands.Activation("b", [1, 3], 1, 0), Operands.Activation("output", [2, 3], 1, 0), FusedActivation.None);
        RecordRefusal.Demand("first zero point", good, Layout.ZeroPoint1, 128);
        RecordRefusal.Demand("second zero point", good, Layout.ZeroPoint2, -129);
        RecordRefusal.Demand("reciprocals", good, Layout.Reciprocals, 1 << 20);
        RecordRefusal.Demand("multiplier", good, Layout.Multiplier, -1);
        RecordRefusal.Demand("activation max", good, Layout.ActivationMax, 128);
    }
}
