using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

/// <summary>Sum, ReduceMax and ReduceMin, which are other operators' kernels.</summary>
public class ReductionTests
{
    private static readonly Gen<(int[] Shape, int Chosen, bool Keep, Pattern Pattern, int Seed)> Cases =
        from shape in Gen.Int[1, 5].Array[1, 6]
        from chosen in Gen.Int[0, (1 << shape.Length) - 1]
        from keep in Gen.Bool
        from pattern in Operands.Patterns
        from seed in Gen.Int
        select (shape, chosen, keep, pattern, seed);

    [Fact]
    public void Literal_examples()
    {
        GraphTensor input = Operands.Activation("input", [2, 3], 0.5f, 1), output = Operands.Activation("output", [2], 0.5f, 1);
        Assert.Equal([4, 10], GraphRunner.For(new Sum(input, [1], output)).Run([1, 2, 3, -2, 4, 10]));
        Assert.Equal([3, 10], GraphRunner.For(new ReduceExtremum(input, [1], output, largest: true)).Run([1, 2, 3, -2, 4, 10]));
        Assert.Equal([1, -128], GraphRunner.For(new ReduceExtremum(input, [1], output, largest: false)).Run([1, 2, 3, -128, 4, 127]));
    }

    [Fact]
    public void Sums_agree_with_the_definition() =>
        Gen.Select(Cases, Operands.ZeroPoints, Operands.ZeroPoints, Gen.Float[0.01f, 2], Gen.Float[0.01f, 2]).Sample(
            (c, zeroIn, zeroOut, scaleIn, scaleOut) =>
            {
                (NestedArray x, int[] axes, int[] shape) = Operand(c);
                GraphRunner runner = GraphRunner.For(new Sum(Operands.Activation("input", c.Shape, scaleIn, zeroIn), axes, Operands.Activation("output", shape, scaleOut, zeroOut)));
                (int multiplier, int exponent) = GemmlowpOracle.Quantize((double)scaleIn / scaleOut);
                Assert.Equal(
                    Reduce(x, axes, values => GemmlowpOracle.Clamp(GemmlowpOracle.Requantize(values.Sum(v => (long)v - zeroIn), multiplier, exponent) + zeroOut, -128, 127)),
                    runner.Run(x.Values));
            },
            iter: 400);

    [Fact]
    public void Extremes_agree_with_the_definition() =>
        Gen.Select(Cases, Gen.Bool).Sample(
            (c, largest) =>
            {
                (NestedArray x, int[] axes, int[] shape) = Operand(c);
                GraphRunner runner = GraphRunner.For(new ReduceExtremum(Operands.Activation("input", c.Shape, 1, 3), axes, Operands.Activation("output", shape, 1, 3), largest));
                int[] expected = Reduce(x, axes, values => largest ? values.Max() : values.Min());
                Assert.Equal(expected, runner.Run(x.Values));
                Assert.Equal(expected, runner.RunInSteps(x.Values));
            },
            iter: 600);

    [Fact]
    public void Truths_agree_with_the_definition() =>
        Gen.Select(Cases, Gen.Bool).Sample(
            (c, any) =>
            {
                // Groups of a few elements, so that neither all nor none of them decide alike.
                (NestedArray numbers, int[] axes, int[] shape) = Operand(c);
                NestedArray x = new(numbers.Shape, [.. numbers.Values.Select(v => (v & 3) == 0 != any ? 0 : 1)]);
                GraphRunner runner = GraphRunner.For(new ReduceExtremum(Truth("input", c.Shape), axes, Truth("output", shape), largest: any));
                Assert.Equal(Reduce(x, axes, values => (any ? values.Any(v => v != 0) : values.All(v => v != 0)) ? 1 : 0), runner.Run(x.Values));
            },
            iter: 400);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Activation("input", [2, 3], 1, 0), output = Operands.Activation("output", [2], 1, 0);
        Refusal.Demand("not a set of dimensions", new ReduceExtremum(input, [2], output, true));
        Refusal.Demand("does not follow", new ReduceExtremum(input, [0], output, true));
        Refusal.Demand("different scales", new ReduceExtremum(input, [1], Operands.Activation("output", [2], 2, 0), false));
        Refusal.Demand("more than 16384 elements", new ReduceExtremum(Operands.Activation("input", [1, 16385], 1, 0), [1], Operands.Activation("output", [1], 1, 0), true));
        Refusal.Demand("supported is Bool", new ReduceExtremum(Truth("input", [2, 3]), [1], output, true));
        Refusal.Demand("from the sum of", new Sum(input, [0], output));
        Refusal.Demand("is too small for an input", new Sum(input, [1], Operands.Activation("output", [2], 5e-7f, 0)));
    }

    private static GraphTensor Truth(string name, int[] shape) => new(name, ElementType.Bool, shape);

    private static (NestedArray X, int[] Axes, int[] Shape) Operand((int[] Shape, int Chosen, bool Keep, Pattern Pattern, int Seed) c)
    {
        int[] axes = [.. Enumerable.Range(0, c.Shape.Length).Where(d => (c.Chosen >> d & 1) != 0)];
        int[] shape = [.. c.Shape.Select((n, d) => axes.Contains(d) ? (c.Keep ? 1 : 0) : n).Where(n => n > 0)];
        return (new NestedArray(c.Shape, Operands.Int8s(NestedArray.Count(c.Shape), c.Pattern, new Random(c.Seed))), axes, shape);
    }

    private static int[] Reduce(NestedArray x, int[] axes, Func<int[], int> reduce)
    {
        int[] kept = [.. Enumerable.Range(0, x.Shape.Length).Except(axes)];
        ILookup<string, int> groups = NestedArray.Indexes(x.Shape).ToLookup(i => string.Join(',', kept.Select(d => i[d])), i => x[i]);
        return [.. NestedArray.Indexes([.. kept.Select(d => x.Shape[d])]).Select(o => reduce([.. groups[string.Join(',', o)]]))];
    }
}
