using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class SplitTests
{
    [Fact]
    public void A_literal_example()
    {
        int[][] outputs = Run(new NestedArray([2, 3], [1, 2, 3, 4, 5, 6]), 1, [1, 2], ElementType.Int8);

        Assert.Equal([1, 4], outputs[0]);
        Assert.Equal([2, 3, 5, 6], outputs[1]);
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 5, longest: 4)
         from axis in Gen.Int[0, shape.Length - 1]
         from lengths in Gen.Int[1, 4].Array[1, 5]
         from type in Movement.AnyType
         select (shape, axis, lengths, type))
        .Sample(
            s =>
            {
                NestedArray x = Movement.Numbers([.. s.shape.Select((n, d) => d == s.axis ? s.lengths.Sum() : n)]);
                int[][] outputs = Run(x, s.axis, s.lengths, s.type);
                for (int i = 0, start = 0; i < outputs.Length; start += s.lengths[i], i++)
                {
                    Assert.Equal(ConcatenationOracle.Part(x, s.axis, start, s.lengths[i]).Values, outputs[i]);
                }
            },
            iter: 800);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Movement.Tensor("input", ElementType.Int8, [2, 4]);
        GraphTensor half = Movement.Tensor("half", ElementType.Int8, [2, 2]), rest = Movement.Tensor("rest", ElementType.Int8, [2, 1]);
        Refusal.Demand("no dimension -1", new Split(input, -1, [half, rest]));
        Refusal.Demand("together have 3", new Split(input, 1, [half, rest]));
        Refusal.Demand("does not fit the input", new Split(input, 0, [half, rest]));
        Refusal.Demand("different scales", new Split(input, 1, [half, Movement.Tensor("rest", ElementType.Int8, [2, 2], scale: 2)]));
    }

    private static int[][] Run(NestedArray x, int axis, int[] lengths, ElementType type)
    {
        GraphTensor[] outputs = [.. lengths.Select((length, i) => Movement.Tensor($"output {i}", type, [.. x.Shape.Select((n, d) => d == axis ? length : n)]))];
        return Movement.Run(new Split(Movement.Tensor("input", type, x.Shape), axis, outputs), x);
    }
}
