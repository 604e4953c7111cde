using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class SubTests
{
    [Fact]
    public void A_literal_example()
    {
        GraphTensor a = Operands.Activation("a", [2], 0.5f, 1), b = Operands.Activation("b", [2, 1], 0.25f, -2), output = Operands.Activation("output", [2, 2], 0.5f, 10);

        // (0.5, 1) - (0.5; -1.5), in halves, 10 being zero.
        Assert.Equal([10, 11, 14, 15], GraphRunner.For(new Sub(a, b, output, FusedActivation.None)).Run([2, 3], [0, -8]));
    }

    [Fact]
    public void The_sign_is_changed_after_rounding()
    {
        // The scaled -83 lies on a half, which goes upwards, and the result beside another: rounding 83 instead would give -39.
        GraphTensor a = Operands.Activation("a", [1], 1, 0), b = Operands.Activation("b", [1], 0.5644145011901855f, 0), output = Operands.Activation("output", [1], 1.34566068649292f, 0);

        Assert.Equal([-40], GraphRunner.For(new Sub(a, b, output, FusedActivation.None)).Run([-100], [-83]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        PairCase.CheckProperty(Make, (n, a, b) => AddOracle.Difference(n.Scale1, n.Scale2, n.ScaleOut).Run(a, b, n.ZeroPoints, -1, n.Min, n.Max));

    [Fact]
    public void Takes_the_place_of_an_operand() => PairCase.CheckInPlace(Make);

    [Fact]
    public void Refuses_what_does_not_fit() => PairCase.CheckRefusals(Make);

    private static Sub Make(GraphTensor input1, GraphTensor input2, GraphTensor output, FusedActivation activation) => new(input1, input2, output, activation);
}
