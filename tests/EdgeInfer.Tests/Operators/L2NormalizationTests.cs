using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.L2Normalization;

namespace EdgeInfer.Tests.Operators;

public class L2NormalizationTests
{
    [Fact]
    public void Literal_examples()
    {
        // 3 and 4 of 5 in 128ths; vectors along an axis, clamped where they reach 1; four equals.
        Assert.Equal([77, 102, 127, 0, -128, 0], Run([5, 6, 7, 2, -7, 2], 2, 2));
        Assert.Equal([-64, 64, 64, -64], Run([-1, 1, 1, -1], 4, 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-128)]
    public void A_vector_of_zeros_stays_one(int zeroPoint) => Assert.Equal([0, 0, 0], Run([zeroPoint, zeroPoint, zeroPoint], 3, zeroPoint));

    [Fact]
    public void Agrees_with_the_definition() =>
        (from rows in Gen.Int[1, 4]
         from depth in Gen.Frequency((5, Gen.Int[1, 30]), (1, Gen.Int[1000, 9000]))
         from zeroPoint in Operands.ZeroPoints
         from pattern in Operands.Patterns
         from range in Gen.OneOf(Gen.Const(1), Gen.Const(4), Gen.Const(256))
         from seed in Gen.Int
         select (rows, depth, zeroPoint, pattern, range, seed))
        .Sample(
            s =>
            {
                int[] x = [.. Operands.Int8s(s.rows * s.depth, s.pattern, new Random(s.seed)).Select(v => Math.Clamp(s.range == 256 ? v : s.zeroPoint + (v % (s.range + 1)), -128, 127))];
                int[] expected = L2NormalizationOracle.Run(x, s.depth, s.zeroPoint);
                GraphRunner runner = GraphRunner.For(Make([s.rows, s.depth], s.zeroPoint));
                Assert.Equal(expected, runner.Run(x));
                Assert.Equal(expected, runner.RunInSteps(x));
            },
            iter: 500);

    [Fact]
    public void Comes_close_to_the_real_function() =>
        (from depth in Gen.Int[1, 40]
         from seed in Gen.Int
         select (depth, seed))
        .Sample(
            s =>
            {
                int[] x = Operands.Int8s(s.depth, Pattern.Random, new Random(s.seed));
                int[] y = Run(x, s.depth, 5);
                double length = Math.Sqrt(x.Sum(v => (v - 5.0) * (v - 5)));
                for (int i = 0; i < x.Length; i++) Assert.InRange(y[i] - Math.Min(127, (x[i] - 5) / length * 128), -0.501, 0.501);
            },
            iter: 200);

    [Fact]
    public void The_longest_row_does_not_overflow()
    {
        int[] x = Operands.Int8s(Layout.MaximumDepth, Pattern.AllSmallest, new Random(1));
        Assert.Equal(L2NormalizationOracle.Run(x, x.Length, 127), Run(x, x.Length, 127));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Activation("input", [2, 3], 1, 0);
        Refusal.Demand("supported is scale 1/128 and zero point 0", new L2Normalization(input, Operands.Activation("output", [2, 3], 1f / 128, 1)));
        Refusal.Demand("does not follow", new L2Normalization(input, Operands.Activation("output", [3, 2], 1f / 128, 0)));
        Refusal.Demand("its rows have 40000 elements", Make([1, 40000], 0));
        Operator good = Make([2, 3], 0);
        RecordRefusal.Demand("depth", good, Layout.Depth, 0);
        RecordRefusal.Demand("depth", good, Layout.Depth, Layout.MaximumDepth + 1);
        RecordRefusal.Demand("work", good, Layout.Depth, 30);
        RecordRefusal.Demand("zero point", good, Layout.ZeroPoint, 128);
    }

    private static L2Normalization Make(int[] shape, int zeroPoint) =>
        new(Operands.Activation("input", shape, 0.3f, zeroPoint), Operands.Activation("output", shape, 1f / 128, 0));

    private static int[] Run(int[] x, int depth, int zeroPoint) => GraphRunner.For(Make([x.Length / depth, depth], zeroPoint)).Run(x);
}
