using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class AveragePool2DTests
{
    public static TheoryData<string> Cases => KernelCase.NamesOf("avgpool_s8");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name) => PoolingCase.CheckGolden(Make, "avgpool_s8", name);

    [Fact]
    public void Halves_are_rounded_away_from_zero()
    {
        GraphTensor input = Operands.Activation("input", [1, 2, 3, 1], 1, 0), output = Operands.Activation("output", [1, 1, 3, 1], 1, 0);

        // Sums 3, -3 and -1 of two cells each.
        Assert.Equal([2, -2, -1], GraphRunner.For(Make(input, output, 2, 1, new Window2D(), FusedActivation.None)).Run([1, -1, 0, 2, -2, -1]));
    }

    [Fact]
    public void Padding_is_not_averaged()
    {
        GraphTensor input = Operands.Activation("input", [1, 2, 2, 1], 1, 0), output = Operands.Activation("output", [1, 2, 2, 1], 1, 0);
        Window2D window = new Window2D().WithSamePadding(2, 2, 2, 2);

        // Four cells, then the right column, the lower row, and the corner alone.
        Assert.Equal([25, 30, 35, 40], GraphRunner.For(Make(input, output, 2, 2, window, FusedActivation.None)).Run([10, 20, 30, 40]));
    }

    [Fact]
    public void Agrees_with_the_definition() => PoolingCase.CheckProperty(Make, PoolingOracle.Average);

    [Fact]
    public void Refuses_what_does_not_fit() => PoolingCase.CheckRefusals(Make);

    private static AveragePool2D Make(GraphTensor input, GraphTensor output, int filterHeight, int filterWidth, Window2D window, FusedActivation activation) =>
        new(input, output, filterHeight, filterWidth, window, activation);
}
