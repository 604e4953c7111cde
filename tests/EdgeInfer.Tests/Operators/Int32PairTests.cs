using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.PairwiseInt32;

namespace EdgeInfer.Tests.Operators;

/// <summary>Arithmetic and comparisons of 32-bit integers that stand for themselves.</summary>
public class Int32PairTests
{
    private static readonly Dictionary<string, PairMaker> Makers = new()
    {
        ["ADD"] = (a, b, y, activation) => new Add(a, b, y, activation),
        ["SUB"] = (a, b, y, activation) => new Sub(a, b, y, activation),
        ["MUL"] = (a, b, y, activation) => new Mul(a, b, y, activation),
        ["DIV"] = (a, b, y, activation) => new Div(a, b, y, activation),
        ["SQUARED_DIFFERENCE"] = (a, b, y, _) => new SquaredDifference(a, b, y),
        ["MAXIMUM"] = (a, b, y, _) => new Extremum(a, b, y, largest: true),
        ["MINIMUM"] = (a, b, y, _) => new Extremum(a, b, y, largest: false),
    };

    public static TheoryData<string> Names => [.. Makers.Keys];

    [Fact]
    public void Literal_examples()
    {
        Assert.Equal([int.MinValue, 3], Run("ADD", [int.MaxValue, 5], [1, -2]));
        Assert.Equal([int.MaxValue, 7], Run("SUB", [int.MinValue, 5], [1, -2]));
        Assert.Equal([0, -10], Run("MUL", [1 << 16, 5], [1 << 16, -2]));
        Assert.Equal([-3, int.MinValue, 5], Run("DIV", [-7, int.MinValue, 5], [2, -1, 0]));
        Assert.Equal([9, 1], Run("SQUARED_DIFFERENCE", [-1, int.MaxValue], [2, int.MinValue]));
        Assert.Equal([6, 0], Run("MUL", [3, 3], [4, -4], FusedActivation.Relu6));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_the_definition(string name) =>
        (from shape in Gen.Int[1, 6].Array[1, 5]
         from repeated in Gen.Int[0, 31].Array[2]
         from missing in Gen.Int[0, shape.Length].Array[2]
         from whole in Gen.Bool.Array[2]
         from activation in Gen.Int[0, 3].Select(i => (FusedActivation)i)
         from seed in Gen.Int
         from constant in Gen.Int[0, 3]
         select (shape, repeated, missing, whole, activation, seed, constant))
        .Sample(
            s =>
            {
                int[] Operand(int i) => s.whole[i] ? s.shape : [.. s.shape.Select((n, d) => (s.repeated[i] >> d & 1) != 0 ? 1 : n).Skip(s.missing[i])];
                int[] shape1 = Operand(0), shape2 = Operand(1), shape = ElementwisePair.BroadcastShape(shape1, shape2)!;
                Random random = new(s.seed);
                NestedArray x1 = new(shape1, Numbers(random, shape1)), x2 = new(shape2, Numbers(random, shape2));
                FusedActivation activation = name is "SUB" or "MUL" or "DIV" ? s.activation : FusedActivation.None;
                GraphTensor second = Tensor("second", shape2);
                if (s.constant == 0) second.Data = [.. x2.Values.SelectMany(BitConverter.GetBytes)];
                GraphRunner runner = GraphRunner.For(Makers[name](Tensor("first", shape1), second, Tensor("output", shape), activation));
                int[][] inputs = s.constant == 0 ? [x1.Values] : [x1.Values, x2.Values];
                int[] wanted = BroadcastOracle.Run(x1, x2, shape, (a, b) => Int32PairOracle.Run(name, a, b, activation)).Values;
                Assert.Equal(wanted, runner.Run(inputs));
                Assert.Equal(wanted, runner.RunInSteps(inputs));
            },
            iter: 200);

    [Fact]
    public void Comparisons_agree_with_the_definition()
    {
        (Relation Relation, Func<int, int, bool> Holds)[] relations =
        [
            (Relation.Equal, (a, b) => a == b), (Relation.NotEqual, (a, b) => a != b), (Relation.Less, (a, b) => a < b),
            (Relation.LessEqual, (a, b) => a <= b), (Relation.Greater, (a, b) => a > b), (Relation.GreaterEqual, (a, b) => a >= b),
        ];
        int[] numbers = [int.MinValue, -2, -1, 0, 1, 2, int.MaxValue];
        foreach ((Relation relation, Func<int, int, bool> holds) in relations)
        {
            Comparison op = new(Tensor("first", [7, 1]), Tensor("second", [7]), new GraphTensor("output", ElementType.Bool, [7, 7]), relation);
            Assert.Equal([.. numbers.SelectMany(a => numbers.Select(b => holds(a, b) ? 1 : 0))], GraphRunner.For(op).Run(numbers, numbers));
        }
    }

    [Fact]
    public void The_output_takes_the_memory_of_an_operand_but_not_that_of_a_comparison()
    {
        Assert.Equal(8 * 10, GraphRunner.For(Makers["ADD"](Tensor("a", [10]), Tensor("b", [10]), Tensor("y", [10]), FusedActivation.None)).Result.Model.ArenaBytes);
        Assert.Equal(9 * 10, GraphRunner.For(new Comparison(Tensor("a", [10]), Tensor("b", [10]), new GraphTensor("y", ElementType.Bool, [10]), Relation.Less)).Result.Model.ArenaBytes);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor a = Tensor("a", [2, 3]);
        Refusal.Demand("its input 1 'b' is Int8", new Mul(a, Operands.Activation("b", [3], 1, 0), Tensor("output", [2, 3]), FusedActivation.None));
        Refusal.Demand("output 'output' is Int8", new Mul(a, a, Operands.Activation("output", [2, 3], 1, 0), FusedActivation.None));
        Refusal.Demand("cannot be broadcast", new Sub(a, Tensor("b", [2]), Tensor("output", [2, 3]), FusedActivation.None));
        Refusal.Demand("has a scale", new Sub(a, new GraphTensor("b", ElementType.Int32, [3]) { Quantization = new Quantization(1, 0) }, Tensor("output", [2, 3]), FusedActivation.None));
        Refusal.Demand("tflite-micro does not", new Add(a, a, Tensor("output", [2, 3]), FusedActivation.Relu));
        Refusal.Demand("output 'output' is Int32, supported is Bool", new Comparison(a, a, Tensor("output", [2, 3]), Relation.Less));

        Operator good = new Sub(a, Tensor("b", [3]), Tensor("output", [2, 3]), FusedActivation.Relu6);
        RecordRefusal.Demand("function", good, Layout.Function, 8);
        RecordRefusal.Demand("max", good, Layout.Max, -1);
        RecordRefusal.Demand("same", good, Layout.Same, 1);
        RecordRefusal.Demand("stride", good, Broadcast.Strides1 + 3, -1);
        Operator comparison = new Comparison(a, Tensor("b", [3]), new GraphTensor("output", ElementType.Bool, [2, 3]), Relation.Less);
        RecordRefusal.Demand("min", comparison, Layout.Min, 2);
    }

    private static int[] Run(string name, int[] a, int[] b, FusedActivation activation = FusedActivation.None) =>
        GraphRunner.For(Makers[name](Tensor("a", [a.Length]), Tensor("b", [b.Length]), Tensor("output", [a.Length]), activation)).Run(a, b);

    private static int[] Numbers(Random random, int[] shape) =>
        [.. Enumerable.Range(0, NestedArray.Count(shape)).Select(_ => random.Next(6) switch { 0 => int.MinValue, 1 => int.MaxValue, 2 => random.Next(int.MinValue, int.MaxValue), _ => random.Next(-9, 10) })];

    private static GraphTensor Tensor(string name, int[] shape) => new(name, ElementType.Int32, shape);
}
