using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;

namespace EdgeInfer.Tests.Operators;

/// <summary>Convolutions with 4-bit weights, against the same oracle as those with 8 bits.</summary>
public class Conv2DInt4Tests
{
    public static TheoryData<string> Cases => KernelCase.NamesOf("conv_s4");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name) => ConvolutionGolden.Check(KernelCase.Load("conv_s4", name), depthwise: false, ElementType.Int4);

    [Fact]
    public void A_literal_example()
    {
        // The two filters of 2x2 of the 8-bit example, at both ends of what 4 bits hold.
        GraphTensor input = Operands.Activation("input", [1, 2, 3, 1], 1, 1);
        GraphTensor output = Operands.Activation("output", [1, 1, 2, 2], 1, 0);
        GraphTensor weights = Operands.Weights([2, 2, 2, 1], [7, 0, 0, -8, 1, 1, 1, 1], [1], type: ElementType.Int4);
        GraphRunner runner = GraphRunner.For(new Conv2D(input, weights, Operands.Bias([50, 0]), output, new Window2D(), FusedActivation.None));

        // Inputs less their zero point: 0 1 2 / 3 4 5.
        Assert.Equal([50 - 32, 8, 50 + 7 - 40, 12], runner.Run([1, 2, 3, 4, 5, 6]));
        Assert.Equal(OperatorCode.Conv2DInt4, Assert.Single(runner.Result.Packer.MainProgram).Code);
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        ConvolutionCase.Generate(maximumGroups: 3, maximumMultiplier: 5).Sample(s => { Conv2DTests.Check(s, ElementType.Int4); }, iter: 1000);

    [Fact]
    public void Agrees_with_the_definition_where_filters_are_long() =>
        (from depth in Gen.Int[1, 300]
         from filters in Gen.Int[1, 5]
         from size in Gen.Select(Gen.Int[1, 7], Gen.Int[1, 7])
         from filter in Gen.Select(Gen.Int[1, 3], Gen.Int[1, 3])
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from flags in Gen.Int[0, 15]
         from seed in Gen.Int
         select new ConvolutionCase(
             [1, size.Item1, size.Item2, depth], filter, new Window2D().WithSamePadding(size.Item1, size.Item2, filter.Item1, filter.Item2), 1, filters,
             zeroPoints.Item1, zeroPoints.Item2, patterns.Item1, patterns.Item2, -12, flags, seed))
        .Sample(s => { Conv2DTests.Check(s, ElementType.Int4); }, iter: 250);

    [Fact]
    public void A_single_tap_takes_the_place_of_its_input()
    {
        GraphRunner runner = Conv2DTests.Check(new ConvolutionCase([2, 7, 5, 20], (1, 1), new Window2D(), 1, 17, -3, 5, Pattern.Random, Pattern.Random, -9, 3, 7), ElementType.Int4);
        Assert.Equal(runner.Interpreter.Input(0).Offset, runner.Interpreter.Output(0).Offset);
    }

    [Fact]
    public void A_filter_as_large_as_the_image_becomes_a_matrix_product()
    {
        GraphRunner runner = Conv2DTests.Check(new ConvolutionCase([2, 3, 4, 5], (3, 4), new Window2D(), 1, 6, 9, -9, Pattern.Random, Pattern.Random, -8, 3, 11), ElementType.Int4);
        Assert.Equal(OperatorCode.FullyConnectedInt4, Assert.Single(runner.Result.Packer.MainProgram).Code);
    }

    [Fact]
    public void The_blob_holds_two_weights_a_byte()
    {
        ConvolutionCase sample = new([1, 9, 9, 32], (3, 3), new Window2D(), 1, 16, -3, 5, Pattern.Random, Pattern.Random, -9, 1, 7);
        int eight = Conv2DTests.Check(sample).Result.Packer.Constants.Bytes.Count, four = Conv2DTests.Check(sample, ElementType.Int4).Result.Packer.Constants.Bytes.Count;
        Assert.Equal(eight, 2 * four);
    }

    [Fact]
    public void Refuses_weights_with_a_zero_point()
    {
        GraphTensor input = Operands.Activation("input", [1, 4, 4, 3], 1, 0);
        GraphTensor weights = new("weights", ElementType.Int4, [2, 3, 3, 3]) { Data = new byte[54], Quantization = new Quantization(1, 4) };
        Conv2DTests.Refused("not symmetric", new Conv2D(input, weights, null, Operands.Activation("output", [1, 2, 2, 2], 1, 0), new Window2D(), FusedActivation.None));
    }
}
