using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using EdgeInfer.Tests.Verification;
using Layout = EdgeInfer.Kernels.Conv2DInt16;

namespace EdgeInfer.Tests.Operators;

/// <summary>Convolutions and matrix products of 16-bit activations with 8-bit weights.</summary>
public class Int16ConvolutionTests
{
    public static TheoryData<string> Convolutions => KernelCase.NamesOf("conv_s16");

    public static TheoryData<string> Depthwise => KernelCase.NamesOf("depthwise_s16");

    public static TheoryData<string> Products => KernelCase.NamesOf("fully_connected_s16");

    [SharedTheory]
    [MemberData(nameof(Convolutions))]
    public void Convolution_equals_cmsis_nn(string name)
    {
        KernelCase golden = KernelCase.Load("conv_s16", name);
        (GraphTensor input, GraphTensor output, Window2D window) = Images(golden);
        int[] shape = [golden["out_ch"], golden["filter_y"], golden["filter_x"], golden["in_ch"]];
        Golden(golden, new Conv2D(input, Operands.Weights(shape, golden.Integers("weights"), [1]), Bias(golden, name), output, window, FusedActivation.None));
    }

    [SharedTheory]
    [MemberData(nameof(Depthwise))]
    public void Depthwise_convolution_equals_cmsis_nn(string name)
    {
        KernelCase golden = KernelCase.Load("depthwise_s16", name);
        (GraphTensor input, GraphTensor output, Window2D window) = Images(golden);
        int[] shape = [1, golden["filter_y"], golden["filter_x"], golden["out_ch"]];
        Golden(golden, new DepthwiseConv2D(input, Operands.Weights(shape, golden.Integers("weights"), [1]), Bias(golden, name), output, window, FusedActivation.None));
    }

    [SharedTheory]
    [MemberData(nameof(Products))]
    public void Matrix_product_equals_cmsis_nn(string name)
    {
        KernelCase golden = KernelCase.Load("fully_connected_s16", name);
        int depth = golden["accumulation_depth"], channels = golden["out_ch"], batches = golden["input_batches"];
        Golden(golden, new FullyConnected(
            Operands.Wide("input", [batches, depth], 1), Operands.Weights([channels, depth], golden.Integers("weights"), [1]), Bias(golden, name), Operands.Wide("output", [batches, channels], 1), FusedActivation.None));
    }

    [Fact]
    public void A_literal_example()
    {
        FullyConnected op = new(
            Operands.Wide("input", [2], 0.5f), Operands.Weights([2, 2], [1, 2, -3, 4], [0.25f]), Operands.WideBias([100, -100]), Operands.Wide("output", [2], 0.125f), FusedActivation.None);

        // (1000 + 4000 + 100) and (-3000 + 8000 - 100), of the same scale.
        Assert.Equal([5100, 4900], GraphRunner.For(op).Run([1000, 2000]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from image in Gen.Int[1, 6].Array[3]
         from groups in Gen.Int[1, 3]
         from depth in Gen.Int[1, 4]
         from filters in Gen.Int[1, 3]
         from kernel in Gen.Int[1, 3].Array[2]
         from strides in Gen.Int[1, 2].Array[2]
         from dilations in Gen.Int[1, 2].Array[2]
         from wide in Gen.Bool
         from biased in Gen.Bool
         from relu in Gen.Bool
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from scale in Gen.Float[0.001f, 0.5f]
         from seed in Gen.Int
         select (image, groups, depth, filters, kernel, strides, dilations, wide, biased, relu, patterns, scale, seed))
        .Sample(
            s =>
            {
                Random random = new(s.seed);
                Window2D window = new Window2D(s.strides[0], s.strides[1], s.dilations[0], s.dilations[1]).WithSamePadding(s.image[1], s.image[2], s.kernel[0], s.kernel[1]);
                int channels = s.groups * s.filters;
                NestedArray x = new([.. s.image, s.groups * s.depth], Operands.Int16s(NestedArray.Count(s.image) * s.groups * s.depth, s.patterns.Item1, random));
                int[] wShape = [channels, s.kernel[0], s.kernel[1], s.depth];
                NestedArray w = new(wShape, [.. Operands.Int8s(NestedArray.Count(wShape), s.patterns.Item2, random).Select(v => Math.Max(v, -127))]);
                bool wide = s.wide || !s.biased;
                long[]? bias = s.biased ? [.. Enumerable.Range(0, channels).Select(_ => wide ? random.NextInt64(-1L << 36, 1L << 36) : random.Next(-100000, 100000))] : null;
                float[] scales = [.. Enumerable.Range(1, channels).Select(c => s.scale / c)];
                int[] yShape = [s.image[0], window.OutputHeight(s.image[1], s.kernel[0]), window.OutputWidth(s.image[2], s.kernel[1]), channels];
                GraphRunner runner = GraphRunner.For(new Conv2D(
                    Operands.Wide("input", x.Shape, 0.25f), Operands.Weights(wShape, w.Values, scales), Operands.WideBias(bias, wide ? ElementType.Int64 : ElementType.Int32), Operands.Wide("output", yShape, 0.75f), window,
                    s.relu ? FusedActivation.Relu : FusedActivation.None));
                int[] expected = Int16Oracle.Conv2D(x, w, bias, yShape, new ConvolutionOptions
                {
                    StrideHeight = window.StrideHeight,
                    StrideWidth = window.StrideWidth,
                    DilationHeight = window.DilationHeight,
                    DilationWidth = window.DilationWidth,
                    Top = window.Top,
                    Left = window.Left,
                    Min = s.relu ? 0 : short.MinValue,
                    Max = short.MaxValue,
                    Scales = [.. scales.Select(scale => GemmlowpOracle.Quantize(0.25 * scale / 0.75f))],
                }, wide);

                Assert.Equal(expected, runner.Run(x.Values));
                Assert.Equal(expected, runner.RunInSteps(x.Values));
            },
            iter: 400);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Wide("input", [2], 1), weights = Operands.Weights([3, 2], new int[6], [1]);
        Refusal.Demand("zero point other than 0", new FullyConnected(
            new GraphTensor("input", ElementType.Int16, [2]) { Quantization = new Quantization(1, 5) }, weights, null, Operands.Wide("output", [3], 1), FusedActivation.None));
        Refusal.Demand("output 'output' is Int8, supported is Int16", new FullyConnected(input, weights, null, Operands.Activation("output", [3], 1, 0), FusedActivation.None));
        Refusal.Demand("is too small for an input", new FullyConnected(input, weights, null, Operands.Wide("output", [3], 1e-3f), FusedActivation.None));

        Operator good = new Conv2D(
            Operands.Wide("input", [1, 3, 3, 4], 1), Operands.Weights([2, 2, 2, 2], new int[16], [1]), null, Operands.Wide("output", [1, 2, 2, 2], 1), new Window2D(), FusedActivation.None);
        RecordRefusal.Demand("groups", good, Layout.Groups, 3);
        RecordRefusal.Demand("accumulator", good, Layout.Accumulator, 2);
        RecordRefusal.Demand("activation min", good, Layout.ActivationMin, -32769);
        RecordRefusal.Demand("activation max", good, Layout.ActivationMax, 32768);
        RecordRefusal.Demand("pad top", good, Layout.PadTop, -1);
        RecordRefusal.Demand("stride or dilation", good, Layout.StrideWidth, 0);
        RecordRefusal.Demand("input", good, Layout.InputHeight, 4);
        RecordRefusal.Demand("weights", good, Layout.FilterHeight, 1 << 12);
        RecordRefusal.Demand("biases", good, Layout.Biases, 0);
        RecordRefusal.Demand("scales", good, Layout.Scales, 1 << 20);
        RecordRefusal.Demand("units", good, Layout.OutputHeight, 1);
        RecordRefusal.Demand("window", good, Layout.Window, 1);

        Operator one = new Conv2D(
            Operands.Wide("input", [1, 3, 3, 4], 1), Operands.Weights([2, 1, 1, 4], new int[8], [1]), null, Operands.Wide("output", [1, 2, 2, 2], 1), new Window2D(2, 2), FusedActivation.None);
        RecordRefusal.Demand("window", one, Layout.PadTop, 1);
        RecordRefusal.Demand("window", one, Layout.StrideWidth, 3);
        RecordRefusal.Demand("sums", one, Layout.Sums, 1 << 20);
        RecordRefusal.Demand("groups", one, Layout.Groups, 2);

        Operator channels = new DepthwiseConv2D(
            Operands.Wide("input", [1, 4, 4, 2], 1), Operands.Weights([1, 3, 3, 2], new int[18], [1], 3), null, Operands.Wide("output", [1, 2, 2, 2], 1), new Window2D(), FusedActivation.None);
        RecordRefusal.Demand("sums", channels, Layout.Sums, 1 << 20);
        RecordRefusal.Demand("window", channels, Layout.Window, 1);
        RecordRefusal.Demand("sums", channels, Layout.DilationHeight, 1 << 13);
    }

    private static (GraphTensor Input, GraphTensor Output, Window2D Window) Images(KernelCase golden)
    {
        int batches = golden["input_batches"];
        static int Rest(int output, int stride, int filter, int dilation, int input, int before) => ((output - 1) * stride) + ((filter - 1) * dilation) + 1 - input - before;
        int dilationY = golden.GetOrDefault("dilation_y", 1), dilationX = golden.GetOrDefault("dilation_x", 1);
        Window2D window = new(golden["stride_y"], golden["stride_x"], dilationY, dilationX, golden["pad_y"], golden["pad_x"])
        {
            Bottom = Math.Max(0, Rest(golden["output_h"], golden["stride_y"], golden["filter_y"], dilationY, golden["input_h"], golden["pad_y"])),
            Right = Math.Max(0, Rest(golden["output_w"], golden["stride_x"], golden["filter_x"], dilationX, golden["input_w"], golden["pad_x"])),
        };
        return (
            Operands.Wide("input", [batches, golden["input_h"], golden["input_w"], golden["in_ch"]], 1),
            Operands.Wide("output", [batches, golden["output_h"], golden["output_w"], golden["out_ch"]], 1),
            window);
    }

    /// <summary>Cases that say so in their names have sums of 32 bits, with or without a bias.</summary>
    private static GraphTensor? Bias(KernelCase golden, string name)
    {
        bool narrow = name.Contains("xint32", StringComparison.Ordinal);
        long[]? values = golden.LongsOrNull("bias") ?? (narrow ? new long[golden["out_ch"]] : null);
        return Operands.WideBias(values, narrow ? ElementType.Int32 : ElementType.Int64);
    }

    /// <summary>The operator is packed with any scales, then the integers are put into its record.</summary>
    private static void Golden(KernelCase golden, Operator op)
    {
        int channels = golden["out_ch"];
        GraphTensor weights = op.Inputs[1]!;
        op.Inputs[1] = new GraphTensor("weights", ElementType.Int8, weights.Shape)
        {
            Data = weights.Data,
            Quantization = new Quantization([.. Enumerable.Range(1, channels).Select(c => c / 1024f)], new int[channels], op is DepthwiseConv2D ? 3 : 0),
        };
        BlobEditor editor = new(GraphRunner.For(op).Result.Blob);
        int record = editor.Find(OperatorCode.Conv2DInt16);
        bool wide = editor[record + Layout.Accumulator] == Layout.Wide;
        for (int channel = 0; channel < channels; channel++)
        {
            int multiplier = golden.HasArray("output_multiplier") ? golden.Integers("output_multiplier")[channel] : golden["output_multiplier"];
            int shift = golden.HasArray("output_shift") ? golden.Integers("output_shift")[channel] : golden["output_shift"];
            int entry = editor[record + Layout.Scales] + (channel * Channel.ScaleWords);
            editor[entry + Channel.Multiplier] = !wide ? multiplier : multiplier < 0x7fff0000 ? (multiplier + 0x8000) >> 16 : 0x7fff;
            editor[entry + Channel.Shift] = (wide ? 15 : 31) - shift;
        }

        editor[record + Layout.ActivationMin] = golden["out_activation_min"];
        editor[record + Layout.ActivationMax] = golden["out_activation_max"];
        Assert.Equal(golden.Integers("output"), GraphRunner.For(editor.Seal()).Run(golden.Integers("input")));
    }
}
