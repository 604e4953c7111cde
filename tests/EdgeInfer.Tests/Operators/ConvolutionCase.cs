using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

/// <summary>Geometry, quantization and contents of a convolution, ordinary or depthwise, chosen by CsCheck.</summary>
/// <param name="Input">Input shape, NHWC.</param>
/// <param name="Filter">Height and width of the filter.</param>
/// <param name="Window">Strides, dilations and padding.</param>
/// <param name="Groups">Groups of an ordinary convolution; not used by a depthwise one.</param>
/// <param name="Multiplier">Filters a group, or the depth multiplier.</param>
/// <param name="InputZeroPoint">Input zero point.</param>
/// <param name="OutputZeroPoint">Output zero point.</param>
/// <param name="InputPattern">How the input is chosen.</param>
/// <param name="WeightPattern">How the weights are chosen.</param>
/// <param name="ScaleExponent">Power of two of the output's share of an accumulator.</param>
/// <param name="Flags">Bit 0: a bias; bit 1: one scale a channel; bits 2 and 3: the activation.</param>
/// <param name="Seed">Seed of all contents.</param>
internal sealed record ConvolutionCase(
    int[] Input, (int Height, int Width) Filter, Window2D Window, int Groups, int Multiplier, int InputZeroPoint, int OutputZeroPoint,
    Pattern InputPattern, Pattern WeightPattern, int ScaleExponent, int Flags, int Seed)
{
    private const float InputScale = 0.05f;
    private const float OutputScale = 0.11f;
    private const int LargestBias = 1 << 20;

    public static Gen<ConvolutionCase> Generate(int maximumGroups, int maximumMultiplier) =>
        from batches in Gen.Int[1, 2]
        from height in Gen.Int[1, 11]
        from width in Gen.Int[1, 11]
        from groups in Gen.Int[1, maximumGroups]
        from depth in Gen.Int[1, 9]
        from multiplier in Gen.Int[1, maximumMultiplier]
        from filterHeight in Gen.Int[1, 5]
        from filterWidth in Gen.Int[1, 5]
        from strides in Gen.Select(Gen.Int[1, 3], Gen.Int[1, 3])
        from dilations in Gen.Select(Gen.Int[1, 3], Gen.Int[1, 3])
        from padding in Gen.Int[0, 2]
        from border in Gen.Int[0, 3].Array[4]
        from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
        from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
        from exponent in Gen.Int[-20, 3]
        from flags in Gen.Int[0, 15]
        from seed in Gen.Int[0, 1 << 20]
        let window = Place(new Window2D(strides.Item1, strides.Item2, dilations.Item1, dilations.Item2), padding, border, (height, width), (filterHeight, filterWidth))
        where window.OutputHeight(height, filterHeight) > 0 && window.OutputWidth(width, filterWidth) > 0
        select new ConvolutionCase(
            [batches, height, width, groups * depth], (filterHeight, filterWidth), window, groups, multiplier,
            zeroPoints.Item1, zeroPoints.Item2, patterns.Item1, patterns.Item2, exponent, flags, seed);

    public bool HasBias => (Flags & 1) != 0;

    public bool IsPerChannel => (Flags & 2) != 0;

    public FusedActivation Activation => (FusedActivation)((Flags >> 2) & 3);

    public Random NewRandom() => new(Seed);

    public int[] OutputShape(int channels) =>
        [Input[0], Window.OutputHeight(Input[1], Filter.Height), Window.OutputWidth(Input[2], Filter.Width), channels];

    public GraphTensor InputTensor() => Operands.Activation("input", Input, InputScale, InputZeroPoint);

    public GraphTensor OutputTensor(int channels) => Operands.Activation("output", OutputShape(channels), OutputScale, OutputZeroPoint);

    public int[]? BiasValues(int channels, Random random) =>
        HasBias ? [.. Enumerable.Range(0, channels).Select(_ => random.Next(-LargestBias, LargestBias))] : null;

    /// <summary>Scales of the weights such that no rescaled accumulator leaves 32 bits, where TensorFlow Lite defines nothing.</summary>
    public float[] WeightScales(int channels, int taps, Random random)
    {
        double largest = ((double)taps * 128 * 255) + LargestBias;
        double ratio = Math.Min(Math.Pow(2, ScaleExponent), Math.Pow(2, 29) / largest);
        return [.. Enumerable.Range(0, IsPerChannel ? channels : 1).Select(_ => (float)(ratio * (0.5 + random.NextDouble()) * OutputScale / InputScale))];
    }

    public ConvolutionOptions Options(float[] weightScales, int channels)
    {
        (int min, int max) = Limits(Activation, OutputZeroPoint);
        return new ConvolutionOptions
        {
            StrideHeight = Window.StrideHeight,
            StrideWidth = Window.StrideWidth,
            DilationHeight = Window.DilationHeight,
            DilationWidth = Window.DilationWidth,
            Top = Window.Top,
            Left = Window.Left,
            InputZeroPoint = InputZeroPoint,
            OutputZeroPoint = OutputZeroPoint,
            Min = min,
            Max = max,
            Scales =
            [
                .. Enumerable.Range(0, channels)
                    .Select(c => GemmlowpOracle.Quantize((double)InputScale * weightScales[IsPerChannel ? c : 0] / OutputScale)),
            ],
        };
    }

    /// <summary>The limits of an activation for a scale of 0.11: 6 / 0.11 rounds to 55, 1 / 0.11 to 9.</summary>
    private static (int Min, int Max) Limits(FusedActivation activation, int zeroPoint) => activation switch
    {
        FusedActivation.Relu => (zeroPoint, 127),
        FusedActivation.Relu6 => (zeroPoint, Math.Min(127, zeroPoint + 55)),
        FusedActivation.ReluN1To1 => (Math.Max(-128, zeroPoint - 9), Math.Min(127, zeroPoint + 9)),
        _ => (-128, 127),
    };

    private static Window2D Place(Window2D window, int padding, int[] border, (int Height, int Width) input, (int Height, int Width) filter) => padding switch
    {
        0 => window,
        1 => window.WithSamePadding(input.Height, input.Width, filter.Height, filter.Width),
        _ => window with { Top = border[0], Left = border[1], Bottom = border[2], Right = border[3] },
    };
}
