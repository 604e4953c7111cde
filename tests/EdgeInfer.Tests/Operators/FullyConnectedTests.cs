using CsCheck;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Operators;

public class FullyConnectedTests
{
    private const float InputScale = 0.02f;
    private const float OutputScale = 0.5f;

    public static TheoryData<string> Cases => KernelCase.NamesOf("fully_connected_s8");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name) => CheckGolden(KernelCase.Load("fully_connected_s8", name), ElementType.Int8);

    [Fact]
    public void A_literal_example()
    {
        GraphTensor input = Operands.Activation("input", [2, 3], 1, -1);
        GraphTensor output = Operands.Activation("output", [2, 2], 4, 10);
        GraphTensor weights = Operands.Weights([2, 3], [1, 2, 3, -1, 0, 1], [1]);
        GraphRunner runner = GraphRunner.For(new FullyConnected(input, weights, Operands.Bias([4, -8]), output, FusedActivation.None));

        // Rows less the zero point: (1, 2, 3) and (-4, 0, 9); products and bias: 18, -6; 27, 5. A quarter is a half, rounded, and
        // half of that, rounded again, which makes 2 of the 5.
        Assert.Equal([15, 8, 17, 12], runner.Run([0, 1, 2, -5, -1, 8]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from batches in Gen.Int[1, 4]
         from depth in Gen.Frequency((4, Gen.Int[1, 70]), (1, Gen.Int[200, 900]))
         from channels in Gen.Frequency((6, Gen.Int[1, 12]), (1, Gen.Int[120, 300]))
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Gen.Frequency((3, Gen.Const(0)), (1, Operands.ZeroPoints)), Operands.ZeroPoints)
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from exponent in Gen.Int[-20, 3]
         from flags in Gen.Int[0, 7]
         from seed in Gen.Int
         select (batches, depth, channels, zeroPoints, patterns, exponent, flags, seed))
        .Sample(
            s => { Check(s.batches, s.depth, s.channels, s.zeroPoints, s.patterns, s.exponent, s.flags, s.seed); },
            iter: 2500);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Activation("input", [1, 7], 1, 0);
        Refused("does not follow", new FullyConnected(input, Operands.Weights([2, 3], new int[6], [1]), null, Operands.Activation("output", [1, 2], 1, 0), FusedActivation.None));
        Refused("dimensions", new FullyConnected(input, Operands.Weights([2, 7, 1], new int[14], [1]), null, Operands.Activation("output", [1, 2], 1, 0), FusedActivation.None));
        GraphTensor computed = Operands.Activation("weights", [2, 7], 1, 0);
        Refused("computed", new FullyConnected(input, computed, null, Operands.Activation("output", [1, 2], 1, 0), FusedActivation.None));
        GraphTensor perChannel = new("weights", ElementType.Int8, [2, 7]) { Data = new byte[14], Quantization = new Quantization([1, 2], [0, 3]) };
        Refused("not symmetric", new FullyConnected(input, perChannel, null, Operands.Activation("output", [1, 2], 1, 0), FusedActivation.None));
    }

    internal static void CheckGolden(KernelCase golden, ElementType type)
    {
        int[] x = golden.Integers("input");
        int channels = golden["out_ch"], depth = golden["accumulation_depth"];
        int[] w = type == ElementType.Int4 ? golden.Nibbles("weights", channels * depth) : golden.Integers("weights");
        GraphTensor input = Operands.Activation("input", [x.Length / depth, depth], 1, -golden["input_offset"]);
        GraphTensor output = Operands.Activation("output", [x.Length / depth, channels], 1, golden["output_offset"]);
        GraphTensor weights = golden.HasArray("output_multiplier")
            ? Operands.Weights([channels, depth], w, [.. Enumerable.Range(1, channels).Select(channel => channel / 1024f)], type: type)
            : WeightsWithZeroPoint([channels, depth], w, 1, -golden.GetOrDefault("filter_offset", 0), type);
        BlobEditor editor = new(GraphRunner.For(new FullyConnected(input, weights, Operands.Bias(golden.IntegersOrNull("bias")), output, FusedActivation.None)).Result.Blob);
        int[] multipliers = golden.IntegersOrNull("output_multiplier") ?? [.. Enumerable.Repeat(golden["output_multiplier"], channels)];
        int[] shifts = golden.IntegersOrNull("output_shift") ?? [.. Enumerable.Repeat(golden["output_shift"], channels)];
        ConvolutionGolden.SetIntegers(editor, Assert.Single(editor.MainProgram), multipliers, shifts, golden["out_activation_min"], golden["out_activation_max"]);

        Assert.Equal(golden.Integers("output"), GraphRunner.For(editor.Seal()).Run(x));
    }

    private static void Refused(string reason, Operator op)
    {
        ConversionException refusal = Assert.Throws<ConversionException>(() => GraphRunner.For(op));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private static GraphTensor WeightsWithZeroPoint(int[] shape, int[] values, float scale, int zeroPoint, ElementType type = ElementType.Int8) =>
        new("weights", type, shape) { Data = [.. values.Select(v => (byte)v)], Quantization = new Quantization(scale, zeroPoint) };

    internal static GraphRunner Check(
        int batches, int depth, int channels, (int Input, int Weights, int Output) zeroPoints, (Pattern Input, Pattern Weights) patterns,
        int exponent, int flags, int seed, ElementType type = ElementType.Int8)
    {
        bool hasBias = (flags & 1) != 0, perChannel = (flags & 2) != 0, packWeights = (flags & 4) != 0;
        Random random = new(seed);
        if (perChannel) zeroPoints.Weights = 0;
        int[] x = Operands.Int8s(batches * depth, patterns.Input, random);
        int[] w = Operands.Weights(channels * depth, patterns.Weights, random, type);
        int[]? bias = hasBias ? [.. Enumerable.Range(0, channels).Select(_ => random.Next(-(1 << 20), 1 << 20))] : null;
        double ratio = Math.Min(Math.Pow(2, exponent), Math.Pow(2, 29) / ((depth * 255d * 255) + (1 << 20)));
        float[] scales = [.. Enumerable.Range(0, perChannel ? channels : 1).Select(_ => (float)(ratio * (0.5 + random.NextDouble()) * OutputScale / InputScale))];

        // One scale for all is multiplied in single precision, one a channel in double; a table of one entry is one for all.
        (int, int)[] quantized =
        [
            .. Enumerable.Range(0, channels).Select(c => GemmlowpOracle.Quantize(
                scales.Length > 1 ? (double)InputScale * scales[c] / OutputScale : (double)(float)(InputScale * scales[0]) / OutputScale)),
        ];
        GraphTensor weights = perChannel || type == ElementType.Int4 ? Operands.Weights([channels, depth], w, scales, type: type) : WeightsWithZeroPoint([channels, depth], w, scales[0], zeroPoints.Weights);
        FullyConnected op = new(
            Operands.Activation("input", [batches, depth], InputScale, zeroPoints.Input), weights, Operands.Bias(bias),
            Operands.Activation("output", [batches, channels], OutputScale, zeroPoints.Output), FusedActivation.Relu);
        GraphRunner runner = GraphRunner.For(op, packWeights);

        int[] expected = FullyConnectedOracle.Run(x, w, bias, zeroPoints, quantized, zeroPoints.Output, sbyte.MaxValue);
        Assert.Equal(expected, runner.Run(x));
        Assert.Equal(expected, runner.RunInSteps(x));
        return runner;
    }
}
