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
    public void Literal_examples_of_other_types()
    {
        Assert.Equal([30000, -2], Run(ElementType.Int16, [30000, 7], [-1, -2]));
        Assert.Equal([int.MinValue, -2], Run(ElementType.Int32, [int.MinValue, 7], [-1, -2]));
        Assert.Equal([1, 0], Run(ElementType.Bool, [1, 1], [0, 0]));
        static int[] Run(ElementType type, int[] a, int[] b) => GraphRunner.For(new Select(Tensor([2], type), Tensor([2], type), Condition([2]), Tensor([2], type))).Run(a, b, [1, 0]);
    }

    [Theory]
    [InlineData(ElementType.Int8)]
    [InlineData(ElementType.Int16)]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.Bool)]
    public void Agrees_with_the_definition(ElementType type) =>
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
                (int min, int max) = type switch { ElementType.Bool => (0, 1), ElementType.Int8 => (-128, 127), ElementType.Int16 => (-32768, 32767), _ => (int.MinValue, int.MaxValue) };
                NestedArray[] x = [.. shapes.Select((shape, i) => NestedArray.Make(shape, _ => i == 2 ? random.Next(2) : (int)random.NextInt64(min, max + 1L)))];
                Select op = new(Tensor(shapes[0], type), Tensor(shapes[1], type), Condition(shapes[2]), Tensor(s.shape, type));
                if (!Walks(op)) return;

                NestedArray Taken(NestedArray choice) => BroadcastOracle.Run(x[2], choice, s.shape, (_, value) => value);
                NestedArray truth = BroadcastOracle.Run(x[2], x[0], s.shape, (c, _) => c);
                int[] chosen = [.. truth.Values.Zip(Taken(x[0]).Values, Taken(x[1]).Values).Select(each => each.First != 0 ? each.Second : each.Third)];
                GraphRunner runner = GraphRunner.For(op);
                int[][] inputs = [.. x.Select(each => each.Values)];
                Assert.Equal(chosen, runner.Run(inputs));
                Assert.Equal(chosen, runner.RunInSteps(inputs));
            },
            iter: 400);

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

        Refusal.Demand("second input 'tensor [2]' is Int16, supported is Int8", new Select(Tensor([2]), Tensor([2], ElementType.Int16), Condition([2]), Tensor([2])));
        Refusal.Demand("output 'tensor [2]' is Int8, supported is Int16", new Select(Tensor([2], ElementType.Int16), Tensor([2], ElementType.Int16), Condition([2]), Tensor([2])));
        Refusal.Demand("output 'tensor [2]' is Int32, supported is Bool", new Select(Condition([2]), Condition([2]), Condition([2]), Tensor([2], ElementType.Int32)));
        Refusal.Demand("different scales", new Select(Tensor([2], ElementType.Int16), Operands.Wide("b", [2], 0.5f), Condition([2]), Tensor([2], ElementType.Int16)));
        GraphTensor scaled = new("b", ElementType.Int32, [2]) { Quantization = new Quantization(1, 0) };
        Refusal.Demand("has a scale", new Select(Tensor([2], ElementType.Int32), scaled, Condition([2]), Tensor([2], ElementType.Int32)));
        Operator wide = new Select(Tensor([2, 3], ElementType.Int16), Tensor([2, 3], ElementType.Int16), Condition([2, 1]), Tensor([2, 3], ElementType.Int16));
        RecordRefusal.Demand("condition", wide, Layout.Condition, 1);
        RecordRefusal.Demand("condition", wide, Layout.ConditionStrides + 3, 5);
        RecordRefusal.Demand("first input", wide, Broadcast.Strides1 + 3, 4);
    }

    /// <summary>Three operands can alternate more often than a record has dimensions.</summary>
    private static bool Walks(Select op)
    {
        ProblemList problems = new();
        op.Check(problems);
        Assert.All(problems.Problems, p => Assert.Contains("alternate", p.What, StringComparison.Ordinal));
        return problems.Problems.Count == 0;
    }

    private static GraphTensor Tensor(int[] shape, ElementType type = ElementType.Int8) =>
        new($"tensor [{string.Join(',', shape)}]", type, shape) { Quantization = type is ElementType.Int8 or ElementType.Int16 ? new Quantization(1, 0) : null };

    private static GraphTensor Condition(int[] shape) => new("condition", ElementType.Bool, shape);
}
