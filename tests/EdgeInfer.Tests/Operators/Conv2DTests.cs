using CsCheck;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Packing;
using EdgeInfer.Kernels;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using Conv2D = EdgeInfer.Converter.Operators.Conv2D;
using Layout = EdgeInfer.Kernels.Conv2D;

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
    public void Agrees_with_the_definition_where_windows_share_a_strip() =>
        (from batches in Gen.Int[1, 2]
         from height in Gen.Int[9, 14]
         from width in Gen.OneOf(Gen.Const(24), Gen.Const(28), Gen.Const(30))
         from depth in Gen.OneOf(Gen.Const(16), Gen.Const(32))
         from groups in Gen.Int[1, 2]
         from filters in Gen.Int[1, 3]
         from filter in Gen.Select(Gen.Int[1, 3], Gen.Int[2, 3])
         from strides in Gen.Select(Gen.Int[1, 2], Gen.Int[1, 2])
         from dilation in Gen.Int[1, 2]
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from exponent in Gen.Int[-18, -6]
         from flags in Gen.Int[0, 15]
         from seed in Gen.Int
         select new ConvolutionCase(
             [batches, height, width, groups * depth], filter,
             new Window2D(strides.Item1, strides.Item2, dilation, 1).WithSamePadding(height, width, filter.Item1, filter.Item2), groups, filters,
             zeroPoints.Item1, zeroPoints.Item2, patterns.Item1, patterns.Item2, exponent, flags, seed))
        .Sample(s => { Check(s); }, iter: 60);

    [Fact]
    public void Agrees_with_the_definition_where_rows_are_taken_two_at_a_time() =>
        (from batches in Gen.Int[1, 2]
         from channels in Gen.Int[1, 2]
         from height in Gen.Int[1, 9]
         from runs in Gen.Int[1, 3]
         from left in Gen.Int[0, 20]
         from right in Gen.Int[0, 20]
         from filterHeight in Gen.Int[9, 12]
         from top in Gen.Int[6, 12]
         from bottom in Gen.Int[6, 12]
         from filters in Gen.Int[1, 6]
         from stride in Gen.Int[1, 3]
         from dilation in Gen.Int[1, 2]
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from flags in Gen.Int[0, 15]
         from seed in Gen.Int
         let width = (Conv2DRows.Positions * runs - 1) * Conv2DRows.Step / channels + Conv2DRows.Taps / channels - (left + right) / channels
         let window = new Window2D(stride, Conv2DRows.Step / channels, dilation, 1, top, left / channels, bottom, (left + right) / channels - left / channels)
         where width > 0 && window.OutputHeight(height, filterHeight) > 0
         select new ConvolutionCase(
             [batches, height, width, channels], (filterHeight, Conv2DRows.Taps / channels), window, 1, filters,
             zeroPoints.Item1, zeroPoints.Item2, patterns.Item1, patterns.Item2, -12, flags, seed))
        .Sample(s => { Check(s); }, iter: 300);

    [Fact]
    public void Agrees_with_the_definition_where_pruning_has_left_few_weights()
    {
        HashSet<(int Packing, int Finish)> seen = [];
        (from size in Gen.Select(Gen.Int[4, 9], Gen.Int[4, 9])
         from filter in Gen.Select(Gen.Int[1, 3], Gen.Int[1, 3])
         from groups in Gen.Int[1, 2]
         from depth in Gen.Int[0, 3].Select(i => new[] { 16, 21, 32, 64 }[i])
         from multiplier in Gen.Int[1, 9]
         from strides in Gen.Select(Gen.Int[1, 2], Gen.Int[1, 2])
         from dilations in Gen.Select(Gen.Int[1, 2], Gen.Int[1, 2])
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from exponent in Gen.Int[-16, 0]
         from kept in Gen.Int[0, 3].Select(tenths => tenths / 10.0)
         from flags in Gen.Int[0, 15]
         from seed in Gen.Int
         select (Kept: kept, Case: new ConvolutionCase(
             [1, size.Item1, size.Item2, groups * depth], filter,
             new Window2D(strides.Item1, strides.Item2, dilations.Item1, dilations.Item2).WithSamePadding(size.Item1, size.Item2, filter.Item1, filter.Item2),
             groups, multiplier, zeroPoints.Item1, zeroPoints.Item2, patterns.Item1, patterns.Item2, exponent, flags, seed)))
        .Sample(
            s =>
            {
                PackedRecord record = Assert.Single(Check(s.Case, kept: s.Kept).Result.Packer.MainProgram);
                lock (seen) seen.Add((record[Layout.Packing], record[Layout.Finish]));
            },
            iter: 500);
        Assert.Superset(new HashSet<(int, int)> { (Layout.Windows, Layout.Skipping), (Layout.Strip, Layout.Skipping) }, seen);
    }

    [Theory]
    [InlineData(1.0, false)]
    [InlineData(0.9, false)]
    [InlineData(0.25, true)]
    public void Tiles_of_zeros_are_passed_over_where_there_are_enough(double kept, bool skips)
    {
        GraphRunner runner = Check(new ConvolutionCase([1, 9, 9, 64], (1, 1), new Window2D(), 1, 16, 3, -128, Pattern.Random, Pattern.Random, -12, (int)FusedActivation.Relu << 2, 5), kept: kept);
        Assert.Equal(skips, Field(runner, Layout.Finish) == Layout.Skipping);
    }

    [Fact]
    public void Packs_what_costs_least_in_the_memory_there_is()
    {
        // With 8 KB of activations windows of four tiles share a strip; those of five tiles and eight taps a row, in less memory, are taken by rows.
        GraphRunner strip = Check(new ConvolutionCase([1, 16, 32, 16], (2, 2), new Window2D().WithSamePadding(16, 32, 2, 2), 1, 2, -3, 5, Pattern.Random, Pattern.Random, -9, 3, 7));
        Assert.Equal(Layout.Strip, Field(strip, Layout.Packing));
        GraphRunner rows = Check(new ConvolutionCase([1, 12, 14, 1], (10, 8), new Window2D(2, 2, Top: 4, Left: 1, Bottom: 5, Right: 1), 1, 3, -3, -128, Pattern.Random, Pattern.Sparse, -12, 5, 7));
        Assert.Equal(Layout.Rows, Field(rows, Layout.Packing));
        GraphRunner windows = Check(new ConvolutionCase([1, 12, 14, 1], (10, 8), new Window2D(2, 1, Top: 4, Left: 1, Bottom: 5, Right: 1), 1, 3, -3, -128, Pattern.Random, Pattern.Sparse, -12, 5, 7));
        Assert.Equal(Layout.Windows, Field(windows, Layout.Packing));
    }

    [Theory]
    [InlineData(FusedActivation.Relu, 127, Layout.Direct)]
    [InlineData(FusedActivation.None, 127, Layout.FromLanes)]
    [InlineData(FusedActivation.Relu, -128, Layout.FromSums)]
    public void Finishes_as_the_weights_and_the_activation_allow(FusedActivation activation, int weight, int finish)
    {
        // 64 weights of 127 add up to 8128 and fit into a lane of 8191; 64 of -128 do not.
        GraphTensor input = Operands.Activation("input", [1, 1, 5, 64], 0.05f, -7);
        GraphTensor output = Operands.Activation("output", [1, 1, 5, 3], 0.11f, 11);
        int[] w = [.. Enumerable.Repeat(weight, 3 * 64)];
        GraphRunner runner = GraphRunner.For(new Conv2D(input, Operands.Weights([3, 1, 1, 64], w, [0.0001f]), null, output, new Window2D(), activation));
        Assert.Equal(finish, Field(runner, Layout.Finish));

        ConvolutionOptions options = new()
        {
            InputZeroPoint = -7,
            OutputZeroPoint = 11,
            Min = activation == FusedActivation.Relu ? 11 : -128,
            Max = 127,
            Scales = [.. Enumerable.Repeat(GemmlowpOracle.Quantize((double)0.05f * 0.0001f / 0.11f), 3)],
        };
        foreach (int extreme in new[] { -128, 127 })
        {
            int[] x = [.. Enumerable.Repeat(extreme, 5 * 64)];
            Assert.Equal(Conv2DOracle.Run(x, input.Shape, w, [3, 1, 1, 64], null, output.Shape, options), runner.Run(x));
        }
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

    private static int Field(GraphRunner runner, int field) => Assert.Single(runner.Result.Packer.MainProgram)[field];

    internal static void Refused(string reason, Operator op)
    {
        ConversionException refusal = Assert.Throws<ConversionException>(() => GraphRunner.For(op));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    /// <param name="sample">The case.</param>
    /// <param name="type">The type of the weights.</param>
    /// <param name="kept">Share of blocks of sixteen weights, counted from each filter's first, that pruning has left.</param>
    internal static GraphRunner Check(ConvolutionCase sample, ElementType type = ElementType.Int8, double kept = 1)
    {
        Random random = sample.NewRandom();
        int depth = sample.Input[3] / sample.Groups;
        int filters = sample.Groups * sample.Multiplier;
        int[] shape = [filters, sample.Filter.Height, sample.Filter.Width, depth];
        int taps = shape[1] * shape[2] * depth;
        int[] x = Operands.Int8s(sample.Input.Aggregate(1, (a, b) => a * b), sample.InputPattern, random);
        int[] w = Operands.Weights(filters * taps, sample.WeightPattern, random, type);
        for (int first = 0; kept < 1 && first < w.Length; first += first % taps + 16 > taps ? taps - (first % taps) : 16)
        {
            if (random.NextDouble() >= kept) w.AsSpan(first, Math.Min(16, taps - (first % taps))).Clear();
        }

        int[]? bias = sample.BiasValues(filters, random);
        float[] scales = sample.WeightScales(filters, taps, random);
        int[] expected = Conv2DOracle.Run(x, sample.Input, w, shape, bias, sample.OutputShape(filters), sample.Options(scales, filters));

        GraphRunner runner = GraphRunner.For(new Conv2D(
            sample.InputTensor(), Operands.Weights(shape, w, scales, type: type), Operands.Bias(bias), sample.OutputTensor(filters), sample.Window, sample.Activation));
        Assert.Equal(expected, runner.Run(x));
        Assert.Equal(expected, runner.RunInSteps(x));
        return runner;
    }
}
