using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

/// <summary>Transposed convolutions of 16-bit activations.</summary>
public class Int16TransposeConvTests
{
    [Fact]
    public void A_literal_example()
    {
        // Two pixels, stride 2, three taps 1, 10, 100: they meet in the middle.
        TransposeConv op = new(
            Operands.Wide("input", [1, 1, 2, 1], 1), Operands.Weights([1, 1, 3, 1], [1, 10, 100], [1]), Operands.WideBias([5]), Operands.Wide("output", [1, 1, 5, 1], 1), new Window2D(1, 2), FusedActivation.None);

        Assert.Equal([105, 1005, 10205, 2005, 20005], GraphRunner.For(op).Run([100, 200]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from image in Gen.Int[1, 5].Array[4]
         from filters in Gen.Int[1, 4]
         from kernel in Gen.Int[1, 5].Array[2]
         from strides in Gen.Int[1, 3].Array[2]
         from cut in Gen.Int[0, 4].Array[4]
         from relu in Gen.Bool
         from bias in Gen.Int[0, 2]
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from seed in Gen.Int
         select (image, filters, kernel, strides, cut, relu, bias, patterns, seed))
        .Sample(
            s =>
            {
                Random random = new(s.seed);
                int top = Math.Min(s.cut[0], s.kernel[0] - 1), left = Math.Min(s.cut[1], s.kernel[1] - 1);
                int Length(int d, int before, int after) => Math.Max(1, ((s.image[d + 1] - 1) * s.strides[d]) + s.kernel[d] - before - after);
                int[] shape = [s.image[0], Length(0, top, s.cut[2]), Length(1, left, s.cut[3]), s.filters], wShape = [s.filters, s.kernel[0], s.kernel[1], s.image[3]];
                int[] x = Operands.Int16s(NestedArray.Count(s.image), s.patterns.Item1, random);
                int[] w = [.. Operands.Int8s(NestedArray.Count(wShape), s.patterns.Item2, random).Select(v => Math.Max(v, -127))];
                bool wide = s.bias != 1;
                long[]? bias = s.bias > 0 ? [.. Enumerable.Range(0, s.filters).Select(_ => wide ? random.NextInt64(-1L << 36, 1L << 36) : random.Next(-100000, 100000))] : null;
                float[] scales = [.. Enumerable.Range(1, s.filters).Select(c => c / 512f)];
                TransposeConv op = new(
                    Operands.Wide("input", s.image, 0.5f), Operands.Weights(wShape, w, scales), Operands.WideBias(bias, wide ? ElementType.Int64 : ElementType.Int32),
                    Operands.Wide("output", shape, 0.75f), new Window2D(s.strides[0], s.strides[1], Top: top, Left: left), s.relu ? FusedActivation.Relu : FusedActivation.None);

                int[] expected = TransposeConvOracle.Run(x, s.image, w, wShape, bias, shape, new ConvolutionOptions
                {
                    StrideHeight = s.strides[0],
                    StrideWidth = s.strides[1],
                    Top = top,
                    Left = left,
                    Min = s.relu ? 0 : short.MinValue,
                    Max = short.MaxValue,
                    Scales = [.. scales.Select(scale => GemmlowpOracle.Quantize(0.5 * scale / 0.75f))],
                }, wide);
                GraphRunner runner = GraphRunner.For(op);
                Assert.Equal(expected, runner.Run(x));
                Assert.Equal(expected, runner.RunInSteps(x));
            },
            iter: 400);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Wide("input", [1, 2, 2, 3], 1), weights = Operands.Weights([4, 3, 3, 3], new int[108], [1]);
        Refusal.Demand("is Int8, supported is Int16", new TransposeConv(input, weights, null, Operands.Activation("output", [1, 5, 5, 4], 1, 0), new Window2D(2, 2), FusedActivation.None));
        Refusal.Demand("is too small for an input", new TransposeConv(input, weights, null, Operands.Wide("output", [1, 5, 5, 4], 1e-3f), new Window2D(2, 2), FusedActivation.None));
    }
}
