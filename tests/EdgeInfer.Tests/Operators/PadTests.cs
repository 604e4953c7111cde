using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class PadTests
{
    public static TheoryData<string> Cases => KernelCase.NamesOf("pad");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name)
    {
        KernelCase golden = KernelCase.Load("pad", name);
        string[] dimensions = ["n", "h", "w", "c"];
        int[] shape = [.. dimensions.Select(d => golden["input_" + d])];
        int[] before = [.. dimensions.Select(d => golden["pre_pad_" + d])], after = [.. dimensions.Select(d => golden["post_pad_" + d])];
        GraphTensor input = Operands.Activation("input", shape, 1, golden["pad_value"]);
        GraphTensor output = Operands.Activation("output", [.. shape.Select((n, d) => before[d] + n + after[d])], 1, golden["pad_value"]);

        Assert.Equal(golden.Integers("output"), GraphRunner.For(new Pad(input, before, after, output)).Run(golden.Integers("input")));
    }

    [Fact]
    public void A_literal_example() =>
        Assert.Equal(
            [7, 7, 7, 7, 1, 2, 7, 3, 4],
            Run(new NestedArray([2, 2], [1, 2, 3, 4]), [1, 1], [0, 0], ElementType.Int8));

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 5, longest: 4)
         from before in Gen.Int[0, 2].Array[shape.Length]
         from after in Gen.Int[0, 2].Array[shape.Length]
         from type in Movement.AnyType
         select (shape, before, after, type))
        .Sample(
            s =>
            {
                NestedArray x = Movement.Numbers(s.shape);
                Assert.Equal(PadOracle.Run(x, s.before, s.after, Movement.Zero(s.type)).Values, Run(x, s.before, s.after, s.type));
            },
            iter: 800);

    [Fact]
    public void Another_value_than_zero()
    {
        NestedArray x = new([2], [1, 2]);
        Assert.Equal([-9, 1, 2, -9], Movement.Run(new Pad(Movement.Tensor("input", ElementType.Int8, [2]), [1], [1], Movement.Tensor("output", ElementType.Int8, [4]), -9), x)[0]);
    }

    [Fact]
    public void A_large_tensor_can_be_interrupted()
    {
        NestedArray x = Movement.Numbers([1, 30, 30, 8]);
        GraphRunner runner = GraphRunner.For(new Pad(
            Movement.Tensor("input", ElementType.Int8, x.Shape), [0, 1, 1, 0], [0, 1, 1, 0], Movement.Tensor("output", ElementType.Int8, [1, 32, 32, 8])));

        // Two blocks of 4096 elements for the border, then 30 rows.
        Assert.Equal(PadOracle.Run(x, [0, 1, 1, 0], [0, 1, 1, 0], Movement.Zero(ElementType.Int8)).Values, runner.RunInSteps(x.Values));
        int steps = 1;
        while (!runner.Interpreter.Step(1)) steps++;
        Assert.Equal(2 + 30, steps);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Movement.Tensor("input", ElementType.Int8, [2, 3]);
        Refusal.Demand("does not follow", new Pad(input, [0, 1], [0, 1], Movement.Tensor("output", ElementType.Int8, [2, 4])));
        Refusal.Demand("negative", new Pad(input, [0, -1], [0, 0], Movement.Tensor("output", ElementType.Int8, [2, 2])));
        Refusal.Demand("its input 2", new Pad(input, [1], [1], Movement.Tensor("output", ElementType.Int8, [4, 3])));
        Refusal.Demand("different scales", new Pad(input, [1, 0], [1, 0], Operands.Activation("output", [4, 3], 0.5f, 0)));
    }

    private static int[] Run(NestedArray x, int[] before, int[] after, ElementType type)
    {
        int[] shape = [.. x.Shape.Select((n, d) => before[d] + n + after[d])];
        return Movement.Run(new Pad(Movement.Tensor("input", type, x.Shape), before, after, Movement.Tensor("output", type, shape)), x)[0];
    }
}
