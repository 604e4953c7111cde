using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class UpdateSliceTests
{
    [Fact]
    public void Literal_examples()
    {
        NestedArray x = new([2, 3], [1, 2, 3, 4, 5, 6]);
        Assert.Equal([1, 2, 3, 4, 8, 9], Run(x, new([1, 2], [8, 9]), [1, 1]));

        // A part that would reach beyond the end is moved back, as one that would begin before the first element.
        Assert.Equal([1, 2, 3, 4, 8, 9], Run(x, new([1, 2], [8, 9]), [7, 2]));
        Assert.Equal([8, 9, 3, 4, 5, 6], Run(x, new([1, 2], [8, 9]), [-1, -5]));
        Assert.Equal([9, 8, 7, 6, 5, 4], Run(x, new([2, 3], [9, 8, 7, 6, 5, 4]), [3, 3]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 6, longest: 4)
         from part in Gen.Int[1, 4].Array[shape.Length]
         from begin in Gen.Int[-2, 5].Array[shape.Length]
         from type in Movement.AnyType
         select (shape, part, begin, type))
        .Sample(
            s =>
            {
                int[] length = [.. s.part.Select((n, d) => Math.Min(n, s.shape[d]))];
                NestedArray x = Movement.Numbers(s.shape), part = Movement.Numbers(length, seed: 1000);
                Assert.Equal(RearrangementOracle.UpdateSlice(x, part, s.begin).Values, Run(x, part, s.begin, s.type));
            },
            iter: 400);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Refusal.Demand("does not fit the input [2,3]", Update([2, 3], [3, 1], [0, 0], [2, 3]));
        Refusal.Demand("does not fit the input [2,3]", Update([2, 3], [2], [0], [2, 3]));
        Refusal.Demand("does not fit the input [2,3]", Update([2, 3], [1, 1], [0], [2, 3]));
        Refusal.Demand("does not follow", Update([2, 3], [1, 1], [0, 0], [3, 2]));
    }

    private static int[] Run(NestedArray x, NestedArray part, int[] begin, ElementType type = ElementType.Int8) =>
        Movement.Run(Update(x.Shape, part.Shape, begin, x.Shape, type), x, part)[0];

    private static UpdateSlice Update(int[] shape, int[] part, int[] begin, int[] output, ElementType type = ElementType.Int8) =>
        new(Movement.Tensor("input", type, shape), Movement.Tensor("part", type, part), begin, Movement.Tensor("output", type, output));
}
