using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Operators;

public class TransposeConvTests
{
    public static TheoryData<string> Cases => KernelCase.NamesOf("transpose_conv_s8");

    public static TheoryData<string> ReverseCases => KernelCase.NamesOf("transpose_conv_reverse_s8");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name) => Golden(KernelCase.Load("transpose_conv_s8", name));

    [SharedTheory]
    [MemberData(nameof(ReverseCases))]
    public void Equals_the_other_algorithm_of_cmsis_nn(string name) => Golden(KernelCase.Load("transpose_conv_reverse_s8", name));

    [Fact]
    public void A_literal_example()
    {
        // Two pixels, stride 2, three taps 1, 10, 100: they meet in the middle.
        GraphTensor input = Operands.Activation("input", [1, 1, 2, 1], 1, 0), output = Operands.Activation("output", [1, 1, 5, 1], 1, 0);
        TransposeConv op = new(input, Operands.Weights([1, 1, 3, 1], [1, 10, 100], [1]), null, output, new Window2D(1, 2), FusedActivation.None);

        Assert.Equal([1, 10, 102, 20, 127], GraphRunner.For(op).Run([1, 2]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from image in Gen.Int[1, 5].Array[4]
         from filters in Gen.Int[1, 4]
         from kernel in Gen.Int[1, 5].Array[2]
         from strides in Gen.Int[1, 4].Array[2]
         from cut in Gen.Int[0, 4].Array[4]
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from relu in Gen.Bool
         from biased in Gen.Bool
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from seed in Gen.Int
         select (image, filters, kernel, strides, cut, zeroPoints, relu, biased, patterns, seed))
        .Sample(
            s =>
            {
                Random random = new(s.seed);
                int top = Math.Min(s.cut[0], s.kernel[0] - 1), left = Math.Min(s.cut[1], s.kernel[1] - 1);
                int Length(int d, int before, int after) => Math.Max(1, ((s.image[d + 1] - 1) * s.strides[d]) + s.kernel[d] - before - after);
                int[] shape = [s.image[0], Length(0, top, s.cut[2]), Length(1, left, s.cut[3]), s.filters], wShape = [s.filters, s.kernel[0], s.kernel[1], s.image[3]];
                int[] x = Operands.Int8s(NestedArray.Count(s.image), s.patterns.Item1, random);
                int[] w = [.. Operands.Int8s(NestedArray.Count(wShape), s.patterns.Item2, random).Select(v => Math.Max(v, -127))];
                int[]? bias = s.biased ? [.. Enumerable.Range(0, s.filters).Select(_ => random.Next(-5000, 5000))] : null;
                float[] scales = [.. Enumerable.Range(1, s.filters).Select(c => c / 512f)];
                TransposeConv op = new(
                    Operands.Activation("input", s.image, 0.5f, s.zeroPoints.Item1), Operands.Weights(wShape, w, scales), Operands.Bias(bias),
                    Operands.Activation("output", shape, 0.75f, s.zeroPoints.Item2), new Window2D(s.strides[0], s.strides[1], Top: top, Left: left), s.relu ? FusedActivation.Relu : FusedActivation.None);

                int[] expected = TransposeConvOracle.Run(x, s.image, w, wShape, bias is null ? null : Array.ConvertAll(bias, b => (long)b), shape, new ConvolutionOptions
                {
                    StrideHeight = s.strides[0],
                    StrideWidth = s.strides[1],
                    Top = top,
                    Left = left,
                    InputZeroPoint = s.zeroPoints.Item1,
                    OutputZeroPoint = s.zeroPoints.Item2,
                    Min = s.relu ? s.zeroPoints.Item2 : -128,
                    Scales = [.. scales.Select(scale => GemmlowpOracle.Quantize(0.5 * scale / 0.75f))],
                });
                GraphRunner runner = GraphRunner.For(op);
                Assert.Equal(expected, runner.Run(x));
                Assert.Equal(expected, runner.RunInSteps(x));
            },
            iter: 500);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Activation("input", [1, 2, 2, 3], 1, 0), weights = Operands.Weights([4, 3, 3, 3], new int[108], [1]);
        TransposeConv Make(int[] shape, Window2D window) => new(input, weights, null, Operands.Activation("output", shape, 1, 0), window, FusedActivation.None);
        Refusal.Demand("does not follow", Make([1, 9, 5, 4], new Window2D(2, 2)));
        Refusal.Demand("does not follow", Make([1, 5, 5, 3], new Window2D(2, 2)));
        Refusal.Demand("only up to 64 positions", Make([1, 5, 5, 4], new Window2D(9, 9)));
        Refusal.Demand("not symmetric", new TransposeConv(
            input,
            new GraphTensor("weights", ElementType.Int8, [4, 3, 3, 3]) { Data = new byte[108], Quantization = new Quantization(1, 3) },
            null,
            Operands.Activation("output", [1, 5, 5, 4], 1, 0),
            new Window2D(2, 2),
            FusedActivation.None));
    }

    private static void Golden(KernelCase golden)
    {
        int[] x = golden.Integers("input"), w = golden.Integers("weights");
        int channels = golden["out_ch"];
        TransposeConv op = new(
            Operands.Activation("input", [golden["input_batches"], golden["input_h"], golden["input_w"], golden["in_ch"]], 1, -golden["input_offset"]),
            Operands.Weights([channels, golden["filter_y"], golden["filter_x"], golden["in_ch"]], w, [.. Enumerable.Range(1, channels).Select(channel => channel / 1024f)]),
            Operands.Bias(golden.IntegersOrNull("bias")),
            Operands.Activation("output", [golden["input_batches"], golden["output_h"], golden["output_w"], channels], 1, golden["output_offset"]),
            new Window2D(golden["stride_y"], golden["stride_x"], Top: golden["pad_y"], Left: golden["pad_x"]),
            FusedActivation.None);

        BlobEditor editor = new(GraphRunner.For(op).Result.Blob);
        foreach (int record in editor.MainProgram.Where(r => (OperatorCode)editor[r + Record.Code] != OperatorCode.Copy))
        {
            ConvolutionGolden.SetIntegers(
                editor, record, golden.Integers("output_multiplier"), golden.Integers("output_shift"), golden["out_activation_min"], golden["out_activation_max"]);
        }

        Assert.Equal(golden.Integers("output"), GraphRunner.For(editor.Seal()).Run(x));
    }
}
