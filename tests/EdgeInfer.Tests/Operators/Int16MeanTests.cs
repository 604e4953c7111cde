using CsCheck;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.MeanInt16;

namespace EdgeInfer.Tests.Operators;

/// <summary>Means and sums of 16-bit elements.</summary>
public class Int16MeanTests
{
    [Fact]
    public void Literal_examples()
    {
        Assert.Equal([2000, -32768], GraphRunner.For(new Mean(Operands.Wide("input", [2, 3], 0.5f), [1], Operands.Wide("output", [2], 0.25f))).Run([0, 1000, 2000, -30000, -20000, -1000]));
        Assert.Equal([1500, -25500], GraphRunner.For(new Sum(Operands.Wide("input", [2, 3], 0.5f), [1], Operands.Wide("output", [2], 1))).Run([0, 1000, 2000, -30000, -20000, -1000]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Gen.Frequency((4, Gen.Int[1, 5].Array[1, 6]), (1, Gen.Select(Gen.Int[1, 3], Gen.Int[4, 9], Gen.Int[4, 9], Gen.Int[60, 140], (a, b, c, d) => new[] { a, b, c, d })))
         from chosen in Gen.Int[0, (1 << shape.Length) - 1]
         from keep in Gen.Bool
         from scales in Gen.Select(Gen.Float[0.01f, 2], Gen.Float[0.01f, 2])
         from pattern in Operands.Patterns
         from seed in Gen.Int
         select (shape, chosen, keep, scales, pattern, seed))
        .Sample(
            s =>
            {
                int[] axes = [.. Enumerable.Range(0, s.shape.Length).Where(d => (s.chosen >> d & 1) != 0)];
                NestedArray x = new(s.shape, Operands.Int16s(NestedArray.Count(s.shape), s.pattern, new Random(s.seed)));
                int[] shape = [.. s.shape.Select((n, d) => axes.Contains(d) ? (s.keep ? 1 : 0) : n).Where(n => n > 0)];
                GraphRunner runner = GraphRunner.For(new Mean(Operands.Wide("input", s.shape, s.scales.Item1), axes, Operands.Wide("output", shape, s.scales.Item2)));

                int[] expected = MeanOracle.Run(x, axes, (0, 0), s.scales.Item1, s.scales.Item2, bits: 16);
                Assert.Equal(expected, runner.Run(x.Values));
                Assert.Equal(expected, runner.RunInSteps(x.Values));
            },
            iter: 600);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Refusal.Demand("more than 65535 elements", new Mean(Operands.Wide("input", [256, 256], 1), [0, 1], Operands.Wide("output", [], 1)));
        Refusal.Demand("is too small for an input", new Sum(Operands.Wide("input", [2, 3], 1), [1], Operands.Wide("output", [2], 1e-4f)));
        Refusal.Demand("is Int8, supported is Int16", new Mean(Operands.Wide("input", [2, 3], 1), [1], Operands.Activation("output", [2], 1, 0)));
        Mean good = new(Operands.Wide("input", [2, 3], 1), [1], Operands.Wide("output", [2], 1));
        RecordRefusal.Demand("stride", good, Layout.SummedStrides + 2, 2);
        RecordRefusal.Demand("output zero point", good, Layout.OutputZeroPoint, 200);
    }
}
