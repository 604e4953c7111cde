using CsCheck;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class Conv2DTests
{
    public static TheoryData<string> PlainCases => KernelCase.NamesOf("conv_s8");

    public static TheoryData<string> GroupedCases => KernelCase.NamesOf("conv_grouped_s8");

    [SharedTheory]
    [MemberData(nameof(PlainCases))]
    public void Equals_cmsis_nn(string name) => ConvolutionGolden.Check(KernelCase.Load("conv_s8", name), depthwise: false);

    [SharedTheory]
    [MemberData(nameof(GroupedCases))]
    public void Equals_cmsis_nn_with_groups(string name) => ConvolutionGolden.Check(KernelCase.Load("conv_grouped_s8", name), depthwise: false);

    [Fact]
    public void A_literal_example()
    {
        // Two filters of 2x2 on a 3x3 image, no padding: the first adds the window up, the second takes its diagonal.
        GraphTensor input = Operands.Activation("input", [1, 3, 3, 1], 1, 1);
        GraphTensor output = Operands.Activation("output", [1, 2, 2, 2], 2, -3);
        GraphTensor weights = Operands.Weights([2, 2, 2, 1], [1, 1, 1, 1, 1, 0, 0, -1], [1]);
        GraphRunner runner = GraphRunner.For(new Conv2D(input, weights, Operands.Bias([10, -2]), output, new Window2D(), FusedActivation.None));

        int[] y = runner.Run([1, 2, 3, 4, 5, 6, 7, 8, 9]);

        // Window sums less zero points: 8, 12, 20, 24; halved with the bias: 9, 11, 15, 17. Diagonals: -4 each; (-4 - 2) / 2 = -3.
        Assert.Equal([6, -6, 8, -6, 12, -6, 14, -6], y);
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        ConvolutionCase.Generate(maximumGroups: 3, maximumMultiplier: 5).Sample(s => { Check(s); }, iter: 1500);

    [Fact]
    public void Agrees_with_the_definition_where_filters_are_long() =>
        (from depth in Gen.Int[40, 300]
         from filters in Gen.Int[1, 4]
         from size in Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6])
         from filter in Gen.Select(Gen.Int[1, 3], Gen.Int[1, 3])
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from flags in Gen.Int[0, 15]
         from seed in Gen.Int
         select new ConvolutionCase(
             [1, size.Item1, size.Item2, depth], filter, new Window2D().WithSamePadding(size.Item1, size.Item2, filter.Item1, filter.Item2), 1, filters,
             zeroPoints.Item1, zeroPoints.Item2, patterns.Item1, patterns.Item2, -14, flags, seed))
        .Sample(s => { Check(s); }, iter: 150);

    [Fact]
    public void A_single_tap_with_no_more_filters_than_channels_takes_the_place_of_its_input()
    {
        ConvolutionCase sample = new([2, 7, 5, 20], (1, 1), new Window2D(), 1, 17, -3, 5, Pattern.Random, Pattern.Random, -9, 3, 7);
        GraphRunner runner = Check(sample);
        Assert.Equal(runner.Interpreter.Input(0).Offset, runner.Interpreter.Output(0).Offset);
        Assert.Equal(sample.Input.Aggregate(1, (a, b) => a * b), runner.Interpreter.Arena.Int8.Length);
    }

    [Fact]
    public void A_filter_as_large_as_the_image_becomes_a_matrix_product()
    {
        GraphRunner runner = Check(new ConvolutionCase([2, 3, 4, 5], (3, 4), new Window2D(), 1, 6, 9, -9, Pattern.Random, Pattern.Random, -8, 3, 11));
        Assert.Equal(OperatorCode.FullyConnected, Assert.Single(runner.Result.Packer.MainProgram).Code);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Activation("input", [1, 4, 4, 3], 1, 0);
        GraphTensor weights = Operands.Weights([2, 3, 3, 3], new int[54], [1]);
        Refused("does not follow", new Conv2D(input, weights, null, Operands.Activation("output", [1, 4, 4, 2], 1, 0), new Window2D(), FusedActivation.None));
        Refused(
            "input channels do not fit",
            new Conv2D(input, Operands.Weights([2, 3, 3, 2], new int[36], [1]), null, Operands.Activation("output", [1, 2, 2, 2], 1, 0), new Window2D(), FusedActivation.None));
        Refused("four dimensions", new Conv2D(input, weights, null, Operands.Activation("output", [2, 2, 2], 1, 0), new Window2D(), FusedActivation.None));
        GraphTensor asymmetric = new("weights", ElementType.Int8, [2, 3, 3, 3]) { Data = new byte[54], Quantization = new Quantization(1, 4) };
        Refused("not symmetric", new Conv2D(input, asymmetric, null, Operands.Activation("output", [1, 2, 2, 2], 1, 0), new Window2D(), FusedActivation.None));
        GraphTensor real = new("input", ElementType.Float32, [1, 4, 4, 3]);
        Refused("hybrid", new Conv2D(real, weights, null, Operands.Activation("output", [1, 2, 2, 2], 1, 0), new Window2D(), FusedActivation.None));
    }

    private static void Refused(string reason, Operator op)
    {
        ConversionException refusal = Assert.Throws<ConversionException>(() => GraphRunner.For(op));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private static GraphRunner Check(ConvolutionCase sample)
    {
        Random random = sample.NewRandom();
        int depth = sample.Input[3] / sample.Groups;
        int filters = sample.Groups * sample.Multiplier;
        int[] shape = [filters, sample.Filter.Height, sample.Filter.Width, depth];
        int taps = shape[1] * shape[2] * depth;
        int[] x = Operands.Int8s(sample.Input.Aggregate(1, (a, b) => a * b), sample.InputPattern, random);
        int[] w = Operands.Int8s(filters * taps, sample.WeightPattern, random);
        int[]? bias = sample.BiasValues(filters, random);
        float[] scales = sample.WeightScales(filters, taps, random);
        int[] expected = Conv2DOracle.Run(x, sample.Input, w, shape, bias, sample.OutputShape(filters), sample.Options(scales, filters));

        GraphRunner runner = GraphRunner.For(new Conv2D(
            sample.InputTensor(), Operands.Weights(shape, w, scales), Operands.Bias(bias), sample.OutputTensor(filters), sample.Window, sample.Activation));
        Assert.Equal(expected, runner.Run(x));
        Assert.Equal(expected, runner.RunInSteps(x));
        return runner;
    }
}
