using EdgeInfer.Tests.Verification;
using CsCheck;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Packing;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.DepthwiseConv2D;

namespace EdgeInfer.Tests.Operators;

public class DepthwiseConv2DTests
{
    public static TheoryData<string> Cases => KernelCase.NamesOf("depthwise_s8");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name) => ConvolutionGolden.Check(KernelCase.Load("depthwise_s8", name), depthwise: true);

    [Fact]
    public void A_literal_example()
    {
        // Two channels, filters [1, 2] and [-1, 3] over two columns.
        GraphTensor input = Operands.Activation("input", [1, 1, 3, 2], 1, 0);
        GraphTensor output = Operands.Activation("output", [1, 1, 2, 2], 1, 0);
        GraphTensor weights = Operands.Weights([1, 1, 2, 2], [1, -1, 2, 3], [1]);
        GraphRunner runner = GraphRunner.For(new DepthwiseConv2D(input, weights, Operands.Bias([0, 100]), output, new Window2D(), FusedActivation.None));

        Assert.Equal([1 + 6, 100 - 2 + 12, 3 + 10, 100 - 4 + 18], runner.Run([1, 2, 3, 4, 5, 6]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        ConvolutionCase.Generate(maximumGroups: 1, maximumMultiplier: 4).Sample(s => { Check(s); }, iter: 1500);

    [Fact]
    public void Agrees_with_the_definition_for_three_by_three() =>
        (from size in Gen.Select(Gen.Int[1, 14], Gen.Int[1, 14])
         from channels in Gen.Int[1, 6]
         from multiplier in Gen.Int[1, 2]
         from stride in Gen.Select(Gen.Int[1, 2], Gen.Int[1, 2])
         from dilation in Gen.Select(Gen.Int[1, 2], Gen.Int[1, 2])
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from flags in Gen.Int[0, 15]
         from seed in Gen.Int
         select new ConvolutionCase(
             [1, size.Item1, size.Item2, channels], (3, 3),
             new Window2D(stride.Item1, stride.Item2, dilation.Item1, dilation.Item2).WithSamePadding(size.Item1, size.Item2, 3, 3), 1, multiplier,
             zeroPoints.Item1, zeroPoints.Item2, patterns.Item1, patterns.Item2, -9, flags, seed))
        .Sample(s => { Check(s); }, iter: 800);

    [Theory]
    [InlineData(3, 1, 1, Layout.ThreeColumns)]
    [InlineData(5, 1, 1, Layout.FiveColumns)]
    [InlineData(6, 1, 1, Layout.StrideOne)]
    [InlineData(8, 1, 1, Layout.StrideOne)]
    [InlineData(9, 1, 1, Layout.StrideOne)]
    [InlineData(10, 1, 0, Layout.StrideOne)]
    [InlineData(8, 2, 1, Layout.StrideTwo)]
    [InlineData(9, 2, 0, Layout.StrideTwo)]
    public void Variants_for_three_by_three_agree_with_the_definition(int width, int stride, int padding, int variant) =>
        (from height in Gen.Int[stride == 1 ? 1 : 7, 14]
         from channels in Gen.Int[2, 4]
         from batches in Gen.Int[1, 2]
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from activation in Gen.Bool.Select(six => six ? FusedActivation.Relu6 : FusedActivation.Relu)
         from exponent in Gen.Int[-14, -2]
         from flags in Gen.Int[0, 3]
         from seed in Gen.Int
         let fits = height + (2 * padding) >= 3 && (stride == 2 || (height >= 5 - (2 * padding) && (width is not (3 or 5 or 6) || height % 3 != 2)))
         where fits
         let window = new Window2D(stride, stride)
         select new ConvolutionCase(
             [batches, height, width, channels], (3, 3), padding == 1 ? window.WithSamePadding(height, width, 3, 3) : window, 1, 1,
             zeroPoints.Item1, zeroPoints.Item2, patterns.Item1, patterns.Item2, exponent, ((int)activation << 2) | flags, seed))
        .Sample(
            s =>
            {
                PackedRecord record = Assert.Single(Check(s).Result.Packer.MainProgram);
                if (!s.HasBias) Assert.Equal(variant, record[Layout.Variant]);
            },
            iter: 250);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(5, 1)]
    [InlineData(8, 1)]
    [InlineData(3, 0)]
    [InlineData(4, 0)]
    [InlineData(10, 0)]
    public void Three_by_three_whose_outputs_may_be_negative_agree_with_the_definition(int width, int padding)
    {
        int signed = 0;
        (from height in Gen.Int[5 - (2 * padding), 14]
         from channels in Gen.Int[2, 4]
         from batches in Gen.Int[1, 2]
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from exponent in Gen.Int[-14, -2]
         from activation in Gen.Bool.Select(cut => cut ? FusedActivation.ReluN1To1 : FusedActivation.None)
         from flags in Gen.Int[0, 3]
         from seed in Gen.Int
         let window = new Window2D(1, 1)
         select new ConvolutionCase(
             [batches, height, width, channels], (3, 3), padding == 1 ? window.WithSamePadding(height, width, 3, 3) : window, 1, 1,
             zeroPoints.Item1, zeroPoints.Item2, patterns.Item1, patterns.Item2, exponent, ((int)activation << 2) | flags, seed))
        .Sample(
            s =>
            {
                PackedRecord record = Assert.Single(Check(s).Result.Packer.MainProgram);
                if (record[Layout.Finish] == Layout.Signed) Assert.Equal(Layout.StrideOne, record[Layout.Variant]);
                if (record[Layout.Finish] == Layout.Signed) Interlocked.Increment(ref signed);
            },
            iter: 250);
        Assert.InRange(signed, 60, 250);
    }

    [Fact]
    public void A_single_position_agrees_with_the_definition() =>
        (from filter in Gen.Select(Gen.Int[1, 24], Gen.Int[1, 12])
         from larger in Gen.Select(Gen.Int[0, 1], Gen.Int[0, 1])
         from channels in Gen.Int[2, 5]
         from batches in Gen.Int[1, 2]
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from exponent in Gen.Int[-14, 2]
         from flags in Gen.Int[0, 15]
         from seed in Gen.Int
         select new ConvolutionCase(
             [batches, filter.Item1 + larger.Item1, filter.Item2 + larger.Item2, channels], filter, new Window2D(2, 2), 1, 1,
             zeroPoints.Item1, zeroPoints.Item2, patterns.Item1, patterns.Item2, exponent, flags, seed))
        .Sample(s => Assert.Equal(Layout.OnePosition, Assert.Single(Check(s).Result.Packer.MainProgram)[Layout.Variant]), iter: 300);

    [Fact]
    public void Planes_of_both_kinds_and_all_finishes_agree_with_the_definition()
    {
        HashSet<(int Variant, int Finish)> seen = [];
        (from filter in Gen.Select(Gen.Int[1, 8], Gen.Int[1, 7])
         from size in Gen.Select(Gen.Int[1, 16], Gen.Int[1, 16])
         from channels in Gen.Int[2, 4]
         from multiplier in Gen.Int[1, 3]
         from stride in Gen.Select(Gen.Int[1, 2], Gen.Int[1, 2])
         from dilation in Gen.Int[1, 2]
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from exponent in Gen.Int[-14, 2]
         from activation in Gen.Int[0, 3]
         from seed in Gen.Int
         select new ConvolutionCase(
             [1, size.Item1, size.Item2, channels], filter,
             new Window2D(stride.Item1, stride.Item2, dilation, dilation).WithSamePadding(size.Item1, size.Item2, filter.Item1, filter.Item2), 1, multiplier,
             zeroPoints.Item1, zeroPoints.Item2, patterns.Item1, patterns.Item2, exponent, (activation << 2) | 2, seed))
        .Sample(
            s =>
            {
                PackedRecord record = Assert.Single(Check(s).Result.Packer.MainProgram);
                lock (seen) seen.Add((record[Layout.Variant], record[Layout.Finish]));
            },
            iter: 1200);
        Assert.Superset(
            new HashSet<(int, int)>(new[] { Layout.General, Layout.Columns }.SelectMany(v => new[] { Layout.Rounded, Layout.CutBelow, Layout.Signed }.Select(f => (v, f)))),
            seen);
    }

    [Fact]
    public void Outputs_made_in_the_lanes_agree_with_the_definition_for_every_input() =>
        (from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from exponent in Gen.Double[-7, -1.1]
         from weights in Gen.Int[-127, 127].Array[6]
         from biases in Gen.Int[-20000, 20000].Array[6]
         select (zeroPoints, exponent, weights, biases))
        .Sample(
            s =>
            {
                // One tap, so that outputs step through their range by every sum there is, halves and limits among them.
                int[] x = [.. Enumerable.Range(0, 6 * 256).Select(i => (i / 6) - 128)];
                float scale = (float)Math.Pow(2, s.exponent);
                GraphTensor input = Operands.Activation("input", [1, 16, 16, 6], 1, s.zeroPoints.Item1);
                GraphTensor output = Operands.Activation("output", [1, 16, 16, 6], 1, s.zeroPoints.Item2);
                GraphRunner runner = GraphRunner.For(new DepthwiseConv2D(
                    input, Operands.Weights([1, 1, 1, 6], s.weights, [scale], axis: 3), Operands.Bias(s.biases), output, new Window2D(), FusedActivation.None));
                PackedRecord record = Assert.Single(runner.Result.Packer.MainProgram);
                Assert.Equal(s.zeroPoints.Item2 == sbyte.MinValue ? Layout.CutBelow : Layout.Signed, record[Layout.Finish]);
                ConvolutionOptions options = new()
                {
                    InputZeroPoint = s.zeroPoints.Item1,
                    OutputZeroPoint = s.zeroPoints.Item2,
                    Scales = [.. Enumerable.Repeat(GemmlowpOracle.Quantize(scale), 6)],
                };
                Assert.Equal(DepthwiseConv2DOracle.Run(x, [1, 16, 16, 6], s.weights, [1, 1, 1, 6], s.biases, [1, 16, 16, 6], options), runner.Run(x));
            },
            iter: 400);

    [Fact]
    public void More_taps_than_a_lane_holds_become_a_convolution_in_groups() =>
        (from filter in Gen.Select(Gen.Int[8, 12], Gen.Int[8, 12])
         from size in Gen.Select(Gen.Int[7, 16], Gen.Int[7, 16])
         from multiplier in Gen.Int[1, 2]
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from flags in Gen.Int[0, 15]
         from seed in Gen.Int
         select new ConvolutionCase(
             [1, size.Item1, size.Item2, 3], filter, new Window2D().WithSamePadding(size.Item1, size.Item2, filter.Item1, filter.Item2), 1, multiplier,
             zeroPoints.Item1, zeroPoints.Item2, patterns.Item1, patterns.Item2, -12, flags, seed))
        .Sample(s => Assert.Equal(OperatorCode.Conv2D, Assert.Single(Check(s).Result.Packer.MainProgram).Code), iter: 100);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void One_filter_a_channel_takes_the_place_of_its_input(int stride)
    {
        Window2D window = new Window2D(stride, stride).WithSamePadding(9, 7, 3, 3);
        GraphRunner runner = Check(new ConvolutionCase([2, 9, 7, 4], (3, 3), window, 1, 1, -30, 8, Pattern.Random, Pattern.Random, -8, 3, 3));
        Assert.Equal(runner.Interpreter.Input(0).Offset, runner.Interpreter.Output(0).Offset);
        Assert.Equal(2 * 9 * 7 * 4, runner.Interpreter.Arena.Int8.Length);
    }

    [Fact]
    public void One_channel_becomes_an_ordinary_convolution()
    {
        GraphRunner runner = Check(new ConvolutionCase([1, 9, 7, 1], (3, 3), new Window2D(), 1, 8, -30, 8, Pattern.Random, Pattern.Random, -8, 3, 3));
        Assert.Equal(OperatorCode.Conv2D, Assert.Single(runner.Result.Packer.MainProgram).Code);
    }

    [Fact]
    public void A_unit_packs_no_more_elements_than_its_work_says()
    {
        GraphTensor input = Operands.Activation("input", [1, 16, 16, 3], 1, 0);
        DepthwiseConv2D op = new(
            input, Operands.Weights([1, 1, 1, 3], [1, 2, 3], [1], axis: 3), null, Operands.Activation("output", [1, 4, 4, 3], 1, 0), new Window2D(4, 4), FusedActivation.None);
        BlobEditor editor = new(GraphRunner.For(op).Result.Blob);
        int record = editor.Find(OperatorCode.DepthwiseConv2D);
        Assert.Equal(Layout.Reach(2, 4, 1, 1) * Layout.Reach(4, 4, 1, 1), editor[record + Record.Work]);
        editor[record + Record.Work] = 16;
        Verification.Refusal.Expect(editor, "(DepthwiseConv2D)", "work");
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    public void A_single_column_is_a_row(int stride, int pad)
    {
        GraphRunner runner = Check(new ConvolutionCase([2, 17, 1, 3], (5, 1), new Window2D(stride, 1, 1, 1, pad, 0, pad), 1, 1, -30, 8, Pattern.Random, Pattern.Random, -8, 3, 3));
        PackedRecord record = Assert.Single(runner.Result.Packer.MainProgram);
        Assert.Equal((1, 5, 17), (record[Layout.FilterHeight], record[Layout.FilterWidth], record[Layout.InputWidth]));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Activation("input", [1, 4, 4, 3], 1, 0);
        GraphTensor weights = Operands.Weights([1, 3, 3, 4], new int[36], [1], axis: 3);
        DepthwiseConv2D op = new(input, weights, null, Operands.Activation("output", [1, 2, 2, 4], 1, 0), new Window2D(), FusedActivation.None);
        ConversionException refusal = Assert.Throws<ConversionException>(() => GraphRunner.For(op));
        Assert.Contains("does not follow", refusal.Message, StringComparison.Ordinal);
    }

    internal static GraphRunner Check(ConvolutionCase sample, ElementType type = ElementType.Int8)
    {
        Random random = sample.NewRandom();
        int channels = sample.Input[3] * sample.Multiplier;
        int[] shape = [1, sample.Filter.Height, sample.Filter.Width, channels];
        int taps = shape[1] * shape[2];
        int[] x = Operands.Int8s(sample.Input.Aggregate(1, (a, b) => a * b), sample.InputPattern, random);
        int[] w = Operands.Weights(taps * channels, sample.WeightPattern, random, type);
        int[]? bias = sample.BiasValues(channels, random);
        float[] scales = sample.WeightScales(channels, taps, random);
        int[] expected = DepthwiseConv2DOracle.Run(x, sample.Input, w, shape, bias, sample.OutputShape(channels), sample.Options(scales, channels));

        GraphRunner runner = GraphRunner.For(new DepthwiseConv2D(
            sample.InputTensor(), Operands.Weights(shape, w, scales, axis: 3, type), Operands.Bias(bias), sample.OutputTensor(channels), sample.Window, sample.Activation));
        Assert.Equal(expected, runner.Run(x));
        Assert.Equal(expected, runner.RunInSteps(x));
        return runner;
    }
}
