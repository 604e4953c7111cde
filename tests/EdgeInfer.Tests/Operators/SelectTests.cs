using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.Select;

namespace EdgeInfer.Tests.Operators;

public class SelectTests
{
    [Fact]
    public void A_literal_example() =>
        Assert.Equal(
            [1, -2, -3, 4],
            GraphRunner.For(new Select(Tensor([2, 2]), Tensor([2, 2]), Condition([2, 2]), Tensor([2, 2]))).Run([1, 2, 3, 4], [-1, -2, -3, -4], [1, 0, 0, 1]));

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Gen.Int[1, 6].Array[1, 5]
         from repeated in Gen.Int[0, 31].Array[3]
         from missing in Gen.Int[0, shape.Length].Array[3]
         from seed in Gen.Int
         select (shape, repeated, missing, seed))
        .Sample(
            s =>
            {
                Random random = new(s.seed);
                int[] Operand(int i) => [.. s.shape.Select((n, d) => i > 0 && (s.repeated[i] >> d & 1) != 0 ? 1 : n).Skip(i > 0 ? s.missing[i] : 0)];
                int[][] shapes = [.. Enumerable.Range(0, 3).Select(Operand)];
                NestedArray[] x = [.. shapes.Select((shape, i) => new NestedArray(shape, [.. Enumerable.Range(0, NestedArray.Count(shape)).Select(_ => i == 2 ? random.Next(2) : random.Next(-128, 128))]))];
                Select op = new(Tensor(shapes[0]), Tensor(shapes[1]), Condition(shapes[2]), Tensor(s.shape));
                if (!Walks(op)) return;

                NestedArray chosen = BroadcastOracle.Run(x[2], BroadcastOracle.Run(x[0], x[1], s.shape, (a, b) => (a << 8) | (b & 255)), s.shape, (c, both) => c != 0 ? both >> 8 : (sbyte)both);
                GraphRunner runner = GraphRunner.For(op);
                int[][] inputs = [.. x.Select(each => each.Values)];
                Assert.Equal(chosen.Values, runner.Run(inputs));
                Assert.Equal(chosen.Values, runner.RunInSteps(inputs));
            },
            iter: 800);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Refusal.Demand("different scales", new Select(Tensor([2]), Operands.Activation("b", [2], 2, 0), Condition([2]), Tensor([2])));
        Refusal.Demand("condition 'condition' is Int8, supported is Bool", new Select(Tensor([2]), Tensor([2]), Operands.Activation("condition", [2], 1, 0), Tensor([2])));
        Refusal.Demand("cannot be broadcast", new Select(Tensor([2]), Tensor([2]), Condition([3]), Tensor([2])));
        Operator good = new Select(Tensor([2, 3]), Tensor([2, 3]), Condition([2, 1]), Tensor([2, 3]));
        RecordRefusal.Demand("condition", good, Layout.Condition, 1);
        RecordRefusal.Demand("stride", good, Layout.ConditionStrides + 3, -1);
        RecordRefusal.Demand("condition", good, Layout.ConditionStrides + 3, 5);
    }

    /// <summary>Three operands can alternate more often than a record has dimensions.</summary>
    private static bool Walks(Select op)
    {
        ProblemList problems = new();
        op.Check(problems);
        Assert.All(problems.Problems, p => Assert.Contains("alternate", p.What, StringComparison.Ordinal));
        return problems.Problems.Count == 0;
    }

    private static GraphTensor Tensor(int[] shape) => Operands.Activation($"tensor [{string.Join(',', shape)}]", shape, 1, 0);

    private static GraphTensor Condition(int[] shape) => new("condition", ElementType.Bool, shape);
}
