using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class LogicalTests
{
    [Fact]
    public void Tables_of_truth()
    {
        Assert.Equal([0, 0, 0, 1], GraphRunner.For(new Logical(Truth([4]), Truth([4]), Truth([4]), both: true)).Run([0, 0, 1, 1], [0, 1, 0, 1]));
        Assert.Equal([0, 1, 1, 1], GraphRunner.For(new Logical(Truth([4]), Truth([4]), Truth([4]), both: false)).Run([0, 0, 1, 1], [0, 1, 0, 1]));
        Assert.Equal([1, 0], GraphRunner.For(new LogicalNot(Truth([2]), Truth([2]))).Run([0, 1]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Gen.Int[1, 5].Array[1, 5]
         from repeated in Gen.Int[0, 31]
         from missing in Gen.Int[0, shape.Length]
         from both in Gen.Bool
         from seed in Gen.Int
         select (shape, repeated, missing, both, seed))
        .Sample(
            s =>
            {
                Random random = new(s.seed);
                int[] shape = [.. s.shape.Select((n, d) => (s.repeated >> d & 1) != 0 ? 1 : n).Skip(s.missing)];
                NestedArray a = NestedArray.Make(s.shape, _ => random.Next(2)), b = NestedArray.Make(shape, _ => random.Next(2));
                int[] expected = BroadcastOracle.Run(a, b, s.shape, (x, y) => s.both ? x & y : x | y).Values;
                GraphRunner runner = GraphRunner.For(new Logical(Truth(s.shape), Truth(shape), Truth(s.shape), s.both));
                Assert.Equal(expected, runner.Run(a.Values, b.Values));
                Assert.Equal(expected, runner.RunInSteps(a.Values, b.Values));
            },
            iter: 300);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Refusal.Demand("its input 0 'input' is Int8, supported is Bool", new Logical(Operands.Activation("input", [2], 1, 0), Truth([2]), Truth([2]), both: true));
        Refusal.Demand("cannot be broadcast", new Logical(Truth([2]), Truth([3]), Truth([3]), both: false));
        Refusal.Demand("its output 'output' is Int8, supported is Bool", new LogicalNot(Truth([2]), Operands.Activation("output", [2], 1, 0)));
        Refusal.Demand("does not follow", new LogicalNot(Truth([2]), Truth([3])));
    }

    private static GraphTensor Truth(int[] shape) => new($"truth [{string.Join(',', shape)}]", ElementType.Bool, shape);
}
