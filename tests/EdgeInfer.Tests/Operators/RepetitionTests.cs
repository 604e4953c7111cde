using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

/// <summary>BroadcastTo, Tile and Reverse.</summary>
public class RepetitionTests
{
    [Fact]
    public void Literal_examples()
    {
        NestedArray x = new([2, 1], [1, 2]);
        Assert.Equal([1, 1, 1, 2, 2, 2], Movement.Run(Broadcast([2, 1], [2, 3], ElementType.Int8), x)[0]);
        Assert.Equal([1, 2, 1, 2], Movement.Run(new Tile(Tensor([2, 1]), [2, 1], Tensor([4, 1])), x)[0]);
        Assert.Equal([2, 1], Movement.Run(new Reverse(Tensor([2, 1]), [0], Tensor([2, 1])), x)[0]);
    }

    [Fact]
    public void Broadcasting_agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 5, longest: 4)
         from repeated in Gen.Int[0, 31]
         from missing in Gen.Int[0, shape.Length]
         from type in Movement.AnyType
         select (shape, repeated, missing, type))
        .Sample(
            s =>
            {
                NestedArray x = Movement.Numbers([.. s.shape.Select((n, d) => (s.repeated >> d & 1) == 0 ? n : 1).Skip(s.missing)]);
                Assert.Equal(RearrangementOracle.BroadcastTo(x, s.shape).Values, Movement.Run(Broadcast(x.Shape, s.shape, s.type), x)[0]);
            },
            iter: 400);

    [Fact]
    public void Tiling_agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 4, longest: 4)
         from multiples in Gen.Int[1, 3].Array[shape.Length]
         from type in Movement.AnyType
         select (shape, multiples, type))
        .Sample(
            s =>
            {
                NestedArray x = Movement.Numbers(s.shape);
                NestedArray expected = RearrangementOracle.Tile(x, s.multiples);
                Assert.Equal(expected.Values, Movement.Run(new Tile(Tensor(s.shape, s.type), s.multiples, Tensor(expected.Shape, s.type)), x)[0]);
            },
            iter: 300);

    [Fact]
    public void Reversing_agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 4)
         from axes in Gen.Int[0, shape.Length - 1].Array[1, 3]
         from type in Movement.AnyType
         select (shape, axes, type))
        .Sample(
            s =>
            {
                NestedArray x = Movement.Numbers(s.shape);
                Assert.Equal(RearrangementOracle.Reverse(x, s.axes).Values, Movement.Run(new Reverse(Tensor(s.shape, s.type), s.axes, Tensor(s.shape, s.type)), x)[0]);
            },
            iter: 300);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Refusal.Demand("cannot be broadcast", Broadcast([2, 3], [2, 6], ElementType.Int8));
        Refusal.Demand("cannot be broadcast", Broadcast([1, 3], [3], ElementType.Int8));
        Refusal.Demand("is empty", Broadcast([1, 3], [0, 3], ElementType.Int8));
        Refusal.Demand("1 multiples for 2", new Tile(Tensor([2, 3]), [2], Tensor([4, 3])));
        Refusal.Demand("does not follow", new Tile(Tensor([2, 3]), [2, 1], Tensor([4, 6])));
        Refusal.Demand("no dimension 2", new Reverse(Tensor([2, 3]), [2], Tensor([2, 3])));
        Refusal.Demand("does not follow", new Reverse(Tensor([2, 3]), [1], Tensor([3, 2])));
    }

    private static BroadcastTo Broadcast(int[] from, int[] to, ElementType type) => new(Tensor(from, type), Tensor(to, type));

    private static GraphTensor Tensor(int[] shape, ElementType type = ElementType.Int8) => Movement.Tensor($"tensor [{string.Join(',', shape)}]", type, shape);
}
