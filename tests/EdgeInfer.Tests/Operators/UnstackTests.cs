using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class UnstackTests
{
    [Fact]
    public void A_literal_example()
    {
        int[][] outputs = Run(new NestedArray([2, 3], [1, 2, 3, 4, 5, 6]), 1, ElementType.Int8);

        Assert.Equal([1, 4], outputs[0]);
        Assert.Equal([2, 5], outputs[1]);
        Assert.Equal([3, 6], outputs[2]);
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 5, longest: 4)
         from axis in Gen.Int[0, shape.Length - 1]
         from type in Movement.AnyType
         select (shape, axis, type))
        .Sample(
            s =>
            {
                NestedArray x = Movement.Numbers(s.shape);
                int[][] outputs = Run(x, s.axis, s.type);
                for (int i = 0; i < outputs.Length; i++) Assert.Equal(StackOracle.Part(x, s.axis, i).Values, outputs[i]);
            },
            iter: 500);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Movement.Tensor("input", ElementType.Int8, [2, 3]);
        GraphTensor a = Movement.Tensor("a", ElementType.Int8, [3]), b = Movement.Tensor("b", ElementType.Int8, [3]);
        Refusal.Demand("no dimension 2", new Unstack(input, 2, [a, b]));
        Refusal.Demand("do not take up 2", new Unstack(input, 0, [a]));
        Refusal.Demand("not that of a slice", new Unstack(input, 1, [a, b]));
    }

    private static int[][] Run(NestedArray x, int axis, ElementType type)
    {
        int[] shape = [.. x.Shape.Where((_, d) => d != axis)];
        GraphTensor[] outputs = [.. Enumerable.Range(0, x.Shape[axis]).Select(i => Movement.Tensor($"output {i}", type, shape))];
        return Movement.Run(new Unstack(Movement.Tensor("input", type, x.Shape), axis, outputs), x);
    }
}
