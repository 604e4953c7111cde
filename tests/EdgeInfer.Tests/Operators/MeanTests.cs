using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.Mean;

namespace EdgeInfer.Tests.Operators;

public class MeanTests
{
    [Fact]
    public void A_literal_example()
    {
        GraphTensor input = Operands.Activation("input", [2, 3], 0.5f, 1), output = Operands.Activation("output", [2], 0.25f, -1);

        // Means of (0, 1, 2) / 2 and (-3, 3, 9) / 2 in quarters.
        Assert.Equal([1, 5], GraphRunner.For(new Mean(input, [1], output)).Run([1, 2, 3, -2, 4, 10]));
    }

    [Fact]
    public void Over_rows_and_columns_of_an_image()
    {
        GraphTensor input = Operands.Activation("input", [1, 2, 2, 2], 1, 0), output = Operands.Activation("output", [1, 1, 1, 2], 1, 0);

        Assert.Equal([4, -5], GraphRunner.For(new Mean(input, [1, 2], output)).Run([1, -2, 3, -4, 5, -6, 7, -8]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Gen.Frequency((4, Gen.Int[1, 5].Array[1, 6]), (1, Gen.Select(Gen.Int[1, 3], Gen.Int[4, 9], Gen.Int[4, 9], Gen.Int[60, 140], (a, b, c, d) => new[] { a, b, c, d })))
         from chosen in Gen.Int[0, (1 << shape.Length) - 1]
         from keep in Gen.Bool
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from scales in Gen.Select(Gen.Float[0.01f, 2], Gen.Float[0.01f, 2])
         from pattern in Operands.Patterns
         from seed in Gen.Int
         select (shape, chosen, keep, zeroPoints, scales, pattern, seed))
        .Sample(
            s =>
            {
                int[] axes = [.. Enumerable.Range(0, s.shape.Length).Where(d => (s.chosen >> d & 1) != 0).OrderDescending()];
                NestedArray x = new(s.shape, Operands.Int8s(NestedArray.Count(s.shape), s.pattern, new Random(s.seed)));
                int[] shape = [.. s.shape.Select((n, d) => axes.Contains(d) ? (s.keep ? 1 : 0) : n).Where(n => n > 0)];
                GraphRunner runner = GraphRunner.For(new Mean(
                    Operands.Activation("input", s.shape, s.scales.Item1, s.zeroPoints.Item1), axes, Operands.Activation("output", shape, s.scales.Item2, s.zeroPoints.Item2)));

                int[] expected = MeanOracle.Run(x, axes, s.zeroPoints, s.scales.Item1, s.scales.Item2);
                Assert.Equal(expected, runner.Run(x.Values));
                Assert.Equal(expected, runner.RunInSteps(x.Values));
            },
            iter: 1000);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Activation("input", [2, 3], 1, 0), output = Operands.Activation("output", [2], 1, 0);
        Refusal.Demand("not a set of dimensions", new Mean(input, [2], output));
        Refusal.Demand("not a set of dimensions", new Mean(input, [1, 1], output));
        Refusal.Demand("does not follow", new Mean(input, [0], output));
        Refusal.Demand("is too small for an input", new Mean(input, [1], Operands.Activation("output", [2], 1e-8f, 0)));
        Refusal.Demand("is Int32", new Mean(input, [1], new GraphTensor("output", ElementType.Int32, [2])));
        Refusal.Demand("more than 8388608 elements", new Mean(Operands.Activation("input", [1 << 12, (1 << 11) + 1], 1, 0), [0, 1], Operands.Activation("output", [], 1, 0)));
        GraphTensor deep = Operands.Activation("input", [2, 2, 2, 2, 2, 2, 2], 1, 0);
        Refusal.Demand("separate groups", new Mean(deep, [0, 2, 4, 6], Operands.Activation("output", [2, 2, 2], 1, 0)));

        Mean good = new(input, [1], output);
        RecordRefusal.Demand("stride", good, Layout.SummedStrides + 2, 2);
        RecordRefusal.Demand("stride", good, Layout.SummedStrides + 2, 0);
        RecordRefusal.Demand("stride", good, Layout.KeptStrides + 2, 4);
        RecordRefusal.Demand("work", good, Layout.KeptLengths + 2, 3);
        RecordRefusal.Demand("units", good, Layout.KeptLengths, 2);
        RecordRefusal.Demand("length", good, Layout.SummedLengths, 0);
        RecordRefusal.Demand("shift", good, Layout.Shift, 63);
        RecordRefusal.Demand("output zero point", good, Layout.OutputZeroPoint, 200);
    }
}
