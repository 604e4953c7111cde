using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class GatherTests
{
    [Fact]
    public void A_literal_example() =>
        Assert.Equal([5, 6, 1, 2, 5, 6], Run(new NestedArray([3, 2], [1, 2, 3, 4, 5, 6]), 0, [2, 0, 2], ElementType.Int8));

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 4, longest: 7)
         from axis in Gen.Int[0, shape.Length - 1]
         from indices in Gen.Int[0, shape[axis] - 1].Array[1, 12]
         from type in Movement.AnyType
         select (shape, axis, indices, type))
        .Sample(
            s =>
            {
                NestedArray x = Movement.Numbers(s.shape);
                Assert.Equal(RearrangementOracle.Gather(x, s.axis, s.indices).Values, Run(x, s.axis, s.indices, s.type));
            },
            iter: 400);

    [Theory]
    [InlineData(1, new[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(1, new[] { 5, 4, 3, 2, 1, 0 })]
    [InlineData(1, new[] { 1, 3, 5, 1, 3, 5, 1, 3, 5 })]
    [InlineData(1, new[] { 0, 0, 2, 2, 4, 4 })]
    [InlineData(3, new[] { 0, 0, 1, 2, 2, 3, 4, 4, 5 })]
    [InlineData(2, new[] { 0, 1, 2, 4, 5 })]
    public void Regular_indexes_take_few_moves(int records, int[] indices)
    {
        NestedArray x = Movement.Numbers([2, 6, 3]);
        GraphRunner runner = GraphRunner.For(Make(x, 1, indices, ElementType.Int8));

        Assert.Equal(records, runner.Result.Packer.MainProgram.Count);
        Assert.Equal(RearrangementOracle.Gather(x, 1, indices).Values, runner.Run(x.Values));
    }

    [Fact]
    public void Several_dimensions_are_indexed_as_one()
    {
        NestedArray x = Movement.Numbers([2, 3, 4]);
        Gather gather = new(Movement.Tensor("input", ElementType.Int8, x.Shape), 0, 2, [4, 1], Movement.Tensor("output", ElementType.Int8, [2, 4]));

        Assert.Equal([.. Enumerable.Range(0, 4).Select(c => x[[1, 1, c]]), .. Enumerable.Range(0, 4).Select(c => x[[0, 1, c]])], Movement.Run(gather, x)[0]);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Movement.Tensor("input", ElementType.Int8, [3, 2]);
        Refusal.Demand("not in 0 to 2", new Gather(input, 0, 1, [3], Movement.Tensor("output", ElementType.Int8, [1, 2])));
        Refusal.Demand("not in 0 to 2", new Gather(input, 0, 1, [-1], Movement.Tensor("output", ElementType.Int8, [1, 2])));
        Refusal.Demand("there are no 1 dimensions from 2", new Gather(input, 2, 1, [0], Movement.Tensor("output", ElementType.Int8, [1, 2])));
        Refusal.Demand("does not follow", new Gather(input, 0, 1, [0], Movement.Tensor("output", ElementType.Int8, [2, 2])));
        int[] scattered = [.. Enumerable.Range(0, 600).Select(i => i * i % 601)];
        Refusal.Demand("so irregularly", new Gather(
            Movement.Tensor("input", ElementType.Int8, [601]), 0, 1, scattered, Movement.Tensor("output", ElementType.Int8, [600])));
    }

    private static Gather Make(NestedArray x, int axis, int[] indices, ElementType type) =>
        new(Movement.Tensor("input", type, x.Shape), axis, 1, indices, Movement.Tensor("output", type, [.. x.Shape.Select((n, d) => d == axis ? indices.Length : n)]));

    private static int[] Run(NestedArray x, int axis, int[] indices, ElementType type) => Movement.Run(Make(x, axis, indices, type), x)[0];
}
