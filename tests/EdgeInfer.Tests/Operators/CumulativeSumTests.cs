using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.CumulativeSum;

namespace EdgeInfer.Tests.Operators;

public class CumulativeSumTests
{
    [Fact]
    public void Literal_examples()
    {
        Assert.Equal([1, 3, 6, 10], Run(exclusive: false, reverse: false));
        Assert.Equal([0, 1, 3, 6], Run(exclusive: true, reverse: false));
        Assert.Equal([10, 9, 7, 4], Run(exclusive: false, reverse: true));
        Assert.Equal([9, 7, 4, 0], Run(exclusive: true, reverse: true));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 4, longest: 7)
         from axis in Gen.Int[0, shape.Length - 1]
         from exclusive in Gen.Bool
         from reverse in Gen.Bool
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from scales in Gen.Select(Gen.Float[0.01f, 2], Gen.Float[0.01f, 8])
         from pattern in Operands.Patterns
         from seed in Gen.Int
         select (shape, axis, exclusive, reverse, zeroPoints, scales, pattern, seed))
        .Sample(
            s =>
            {
                NestedArray x = new(s.shape, Operands.Int8s(NestedArray.Count(s.shape), s.pattern, new Random(s.seed)));
                SumOracle oracle = new((s.scales.Item1, s.zeroPoints.Item1), (s.scales.Item2, s.zeroPoints.Item2));
                int[] expected = NestedArray.Make(s.shape, o =>
                {
                    IEnumerable<int> places = Enumerable.Range(0, s.shape[s.axis]).Where(i => s.reverse ? i > o[s.axis] : i < o[s.axis]);
                    return oracle.Run((s.exclusive ? places : places.Append(o[s.axis])).Select(i => x[[.. o[..s.axis], i, .. o[(s.axis + 1)..]]]));
                }).Values;
                GraphRunner runner = GraphRunner.For(new CumulativeSum(
                    Operands.Activation("input", s.shape, s.scales.Item1, s.zeroPoints.Item1), s.axis, s.exclusive, s.reverse, Operands.Activation("output", s.shape, s.scales.Item2, s.zeroPoints.Item2)));
                Assert.Equal(expected, runner.Run(x.Values));
                Assert.Equal(expected, runner.RunInSteps(x.Values));
            },
            iter: 500);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Activation("input", [2, 3], 1, 0), output = Operands.Activation("output", [2, 3], 1, 0);
        Refusal.Demand("no dimension 2", new CumulativeSum(input, 2, false, false, output));
        Refusal.Demand("does not follow", new CumulativeSum(input, 0, false, false, Operands.Activation("output", [3, 2], 1, 0)));
        Refusal.Demand("is too small for inputs", new CumulativeSum(input, 0, false, false, Operands.Activation("output", [2, 3], 1e-7f, 0)));
        Operator good = new CumulativeSum(input, 1, false, false, output);
        RecordRefusal.Demand("depth", good, Layout.Depth, 0);
        RecordRefusal.Demand("work", good, Layout.Depth, 4);
        RecordRefusal.Demand("work", good, Layout.Step, 2);
        RecordRefusal.Demand("reverse", good, Layout.Reverse, 2);
        RecordRefusal.Demand("exclusive", good, Layout.Exclusive, -1);
        RecordRefusal.Demand("zero point", good, Layout.ZeroPoint, 128);
        RecordRefusal.Demand("multiplier", good, Layout.Multiplier, -1);
        RecordRefusal.Demand("shift", good, Layout.Shift, 11);
        RecordRefusal.Demand("output zero point", good, Layout.OutputZeroPoint, -129);
    }

    private static int[] Run(bool exclusive, bool reverse) => GraphRunner.For(new CumulativeSum(
        Operands.Activation("input", [4], 1, 0), 0, exclusive, reverse, Operands.Activation("output", [4], 1, 0))).Run([1, 2, 3, 4]);
}
