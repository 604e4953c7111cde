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
    public void Halves_of_the_subtrahend_are_rounded_before_the_sign_is_changed()
    {
        // With these scales the first rounding of the second operand meets ties, which go upwards and not away from zero.
        AddOracle oracle = AddOracle.Difference(1, 1.52587890625e-05f, 1);
        GraphTensor a = Operands.Activation("a", [256], 1, 0), b = Operands.Activation("b", [256], 1.52587890625e-05f, 0), output = Operands.Activation("output", [256], 1.1f, 0);
        int[] zeros = new int[256], all = [.. Enumerable.Range(-128, 256)];
        int[] expected = [.. all.Select(v => AddOracle.Difference(1, 1.52587890625e-05f, 1.1f).Run(0, v, default, -1, -128, 127))];

        Assert.NotNull(oracle);
        Assert.Equal(expected, GraphRunner.For(new Sub(a, b, output, FusedActivation.None)).Run(zeros, all));
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
