using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.AddN;

namespace EdgeInfer.Tests.Operators;

public class AddNTests
{
    [Fact]
    public void Literal_examples()
    {
        Assert.Equal([111, -6], Run(0, [1, 2], [10, -4], [100, -4]));

        // The sum begins with what 0 stands for: -2 here.
        Assert.Equal([4 + 5 - 2 + 2], Run(2, [6], [7]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from count in Gen.Int[1, 40]
         from inputs in Gen.Int[2, Layout.MaximumInputs]
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from scales in Gen.Select(Gen.Float[0.01f, 2], Gen.Float[0.01f, 8])
         from pattern in Operands.Patterns
         from seed in Gen.Int
         select (count, inputs, zeroPoints, scales, pattern, seed))
        .Sample(
            s =>
            {
                Random random = new(s.seed);
                int[][] x = [.. Enumerable.Range(0, s.inputs).Select(_ => Operands.Int8s(s.count, s.pattern, random))];
                SumOracle oracle = new((s.scales.Item1, s.zeroPoints.Item1), (s.scales.Item2, s.zeroPoints.Item2));
                int[] expected = [.. Enumerable.Range(0, s.count).Select(i => oracle.Run(x.Select(each => each[i])))];
                GraphTensor[] inputs = [.. x.Select((_, i) => Operands.Activation($"input {i}", [s.count], s.scales.Item1, s.zeroPoints.Item1))];
                GraphRunner runner = GraphRunner.For(new AddN(inputs, Operands.Activation("output", [s.count], s.scales.Item2, s.zeroPoints.Item2)));
                Assert.Equal(expected, runner.Run(x));
                Assert.Equal(expected, runner.RunInSteps(x));
            },
            iter: 400);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor a = Operands.Activation("a", [2], 1, 0), output = Operands.Activation("output", [2], 1, 0);
        Refusal.Demand("it has 1 inputs", new AddN([a], output));
        Refusal.Demand("it has 9 inputs", new AddN([.. Enumerable.Repeat(a, 9)], output));
        Refusal.Demand("different scales", new AddN([a, Operands.Activation("b", [2], 2, 0)], output));
        Refusal.Demand("does not follow", new AddN([a, Operands.Activation("b", [3], 1, 0)], output));
        Refusal.Demand("is too small for inputs", new AddN([a, a], Operands.Activation("output", [2], 1e-7f, 0)));
        Operator good = new AddN([a, Operands.Activation("b", [2], 1, 0)], output);
        RecordRefusal.Demand("input", good, Layout.Inputs, Record.None);
        RecordRefusal.Demand("input", good, Layout.Inputs + 3, 0);
        RecordRefusal.Demand("input", good, Layout.Count, 3);
        RecordRefusal.Demand("offset", good, Layout.Offset, 2000);
        RecordRefusal.Demand("multiplier", good, Layout.Multiplier, -1);
        RecordRefusal.Demand("shift", good, Layout.Shift, 44);
        RecordRefusal.Demand("output zero point", good, Layout.OutputZeroPoint, -129);
    }

    private static int[] Run(int zeroPoint, params int[][] x) => GraphRunner.For(new AddN(
        [.. x.Select((_, i) => Operands.Activation($"input {i}", [x[0].Length], 1, zeroPoint))], Operands.Activation("output", [x[0].Length], 1, zeroPoint))).Run(x);
}
