using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;

namespace EdgeInfer.Tests.Operators;

/// <summary>Depthwise convolutions whose models have 4-bit weights, against the same oracle as those with 8 bits.</summary>
public class DepthwiseConv2DInt4Tests
{
    public static TheoryData<string> Cases => KernelCase.NamesOf("depthwise_s4");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name) => ConvolutionGolden.Check(KernelCase.Load("depthwise_s4", name), depthwise: true, ElementType.Int4);

    [Fact]
    public void Agrees_with_the_definition() =>
        ConvolutionCase.Generate(maximumGroups: 1, maximumMultiplier: 4).Sample(s => { DepthwiseConv2DTests.Check(s, ElementType.Int4); }, iter: 500);

    [Fact]
    public void One_channel_becomes_an_ordinary_convolution()
    {
        GraphRunner runner = DepthwiseConv2DTests.Check(new ConvolutionCase([1, 9, 7, 1], (3, 3), new Window2D(), 1, 8, -30, 8, Pattern.Random, Pattern.Random, -8, 3, 3), ElementType.Int4);
        Assert.Equal(OperatorCode.Conv2DInt4, Assert.Single(runner.Result.Packer.MainProgram).Code);
    }

    [Fact]
    public void Several_channels_take_the_8_bit_kernel()
    {
        Window2D window = new Window2D(1, 1).WithSamePadding(9, 7, 3, 3);
        GraphRunner runner = DepthwiseConv2DTests.Check(new ConvolutionCase([2, 9, 7, 4], (3, 3), window, 1, 1, -30, 8, Pattern.Random, Pattern.Random, -8, 3, 3), ElementType.Int4);
        Assert.Equal(OperatorCode.DepthwiseConv2D, Assert.Single(runner.Result.Packer.MainProgram).Code);
    }
}
