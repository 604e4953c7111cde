using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class MaxPool2DTests
{
    public static TheoryData<string> Cases => KernelCase.NamesOf("maxpool_s8");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name) => PoolingCase.CheckGolden(Make, "maxpool_s8", name);

    [Fact]
    public void A_literal_example()
    {
        GraphTensor input = Operands.Activation("input", [1, 2, 4, 1], 1, 3), output = Operands.Activation("output", [1, 1, 2, 1], 1, 3);

        // The activation lets nothing below the zero point pass.
        Assert.Equal([4, 3], GraphRunner.For(Make(input, output, 2, 2, new Window2D(2, 2), FusedActivation.Relu)).Run([1, 2, -9, -5, 4, -3, -7, -6]));
    }

    [Fact]
    public void Agrees_with_the_definition() => PoolingCase.CheckProperty(Make, PoolingOracle.Maximum);

    [Fact]
    public void Refuses_what_does_not_fit() => PoolingCase.CheckRefusals(Make);

    private static MaxPool2D Make(GraphTensor input, GraphTensor output, int filterHeight, int filterWidth, Window2D window, FusedActivation activation) =>
        new(input, output, filterHeight, filterWidth, window, activation);
}
