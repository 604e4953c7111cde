using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.LogSoftmax;

namespace EdgeInfer.Tests.Operators;

public class LogSoftmaxTests
{
    [Fact]
    public void A_literal_example()
    {
        // Equals are ln(1/4) = -1.386 = -22 of 16ths; one that stands out is 0, the others are beyond -16.
        Assert.Equal([105, 105, 105, 105, 127, -128, -128, -128], GraphRunner.For(Make([2, 4], 0.1f, 5)).Run([9, 9, 9, 9, 127, -128, -100, -90]));
    }

    [Fact]
    public void A_single_class_is_certain() => Assert.Equal([127], GraphRunner.For(Make([1, 1], 0.1f, 0)).Run([-7]));

    [Fact]
    public void Agrees_with_the_definition() =>
        (from rows in Gen.Int[1, 3]
         from depth in Gen.Frequency((5, Gen.Int[1, 20]), (1, Gen.Int[100, 4095]))
         from exponent in Gen.Int[-14, 6]
         from fraction in Gen.Double[0.5, 1]
         from zeroPoint in Operands.ZeroPoints
         from pattern in Operands.Patterns
         from seed in Gen.Int
         select (rows, depth, scale: (float)(fraction * Math.Pow(2, exponent)), zeroPoint, pattern, seed))
        .Sample(
            s =>
            {
                int[] x = Operands.Int8s(s.rows * s.depth, s.pattern, new Random(s.seed));
                int[] expected = LogSoftmaxOracle.Run(x, s.depth, s.scale);
                GraphRunner runner = GraphRunner.For(Make([s.rows, s.depth], s.scale, s.zeroPoint));
                Assert.Equal(expected, runner.Run(x));
                Assert.Equal(expected, runner.RunInSteps(x));
            },
            iter: 500);

    [Fact]
    public void Comes_close_to_the_real_function() =>
        (from depth in Gen.Int[1, 30]
         from scale in Gen.Float[0.001f, 0.1f]
         from seed in Gen.Int
         select (depth, scale, seed))
        .Sample(
            s =>
            {
                int[] x = Operands.Int8s(s.depth, Pattern.Random, new Random(s.seed));
                int[] y = GraphRunner.For(Make([1, s.depth], s.scale, 0)).Run(x);
                double sum = Math.Log(x.Sum(v => Math.Exp((v - x.Max()) * (double)s.scale)));
                for (int i = 0; i < x.Length; i++)
                {
                    double exact = ((x[i] - x.Max()) * (double)s.scale) - sum;
                    if (exact > -15) Assert.InRange(y[i] - (exact * 16) - 127, -0.55, 0.55);
                }
            },
            iter: 200);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Activation("input", [2, 3], 0.1f, 0);
        Refusal.Demand("supported is scale 1/16 and zero point 127", new LogSoftmax(input, Operands.Activation("output", [2, 3], 1f / 16, 0)));
        Refusal.Demand("does not follow", new LogSoftmax(input, Operands.Activation("output", [3, 2], 1f / 16, 127)));
        Refusal.Demand("its rows have 4096 elements", Make([1, 4096], 0.1f, 0));
        Refusal.Demand("out of range", Make([1, 4], 1e-9f, 0));
        Operator good = Make([2, 3], 0.1f, 0);
        RecordRefusal.Demand("depth", good, Layout.Depth, 0);
        RecordRefusal.Demand("work", good, Layout.Depth, 30);
        RecordRefusal.Demand("entries", good, Layout.Entries, 0);
        RecordRefusal.Demand("entries", good, Layout.Entries, 257);
        RecordRefusal.Demand("table", good, Layout.Table, 1 << 20);
    }

    private static LogSoftmax Make(int[] shape, float scale, int zeroPoint) =>
        new(Operands.Activation("input", shape, scale, zeroPoint), Operands.Activation("output", shape, 1f / 16, 127));
}
