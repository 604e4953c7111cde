using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class StackTests
{
    [Fact]
    public void A_literal_example() =>
        Assert.Equal([1, 4, 2, 5, 3, 6], Run([new NestedArray([3], [1, 2, 3]), new NestedArray([3], [4, 5, 6])], 1, ElementType.Int8));

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Movement.Shapes(0, 4, longest: 4)
         from axis in Gen.Int[0, shape.Length]
         from count in Gen.Int[1, 5]
         from type in Movement.AnyType
         select (shape, axis, count, type))
        .Sample(
            s =>
            {
                NestedArray[] parts = [.. Enumerable.Range(0, s.count).Select(i => Movement.Numbers(s.shape, seed: 50 * i))];
                Assert.Equal(StackOracle.Join(parts, s.axis).Values, Run(parts, s.axis, s.type));
            },
            iter: 500);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor a = Movement.Tensor("a", ElementType.Int8, [2, 3]);
        GraphTensor output = Movement.Tensor("output", ElementType.Int8, [2, 2, 3]);
        Refusal.Demand("no dimension 3", new Stack([a, a], 3, output));
        Refusal.Demand("do not fill 2", new Stack([a], 0, output));
        Refusal.Demand("not that of a slice", new Stack([a, a], 2, output));
        Refusal.Demand("is Int32, but", new Stack([a, Movement.Tensor("b", ElementType.Int32, [2, 3])], 0, output));
    }

    private static int[] Run(NestedArray[] parts, int axis, ElementType type)
    {
        GraphTensor[] inputs = [.. parts.Select((p, i) => Movement.Tensor($"input {i}", type, p.Shape))];
        return Movement.Run(new Stack(inputs, axis, Movement.Tensor("output", type, StackOracle.Join(parts, axis).Shape)), parts)[0];
    }
}
