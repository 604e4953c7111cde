using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class SliceTests
{
    [Fact]
    public void A_literal_example() =>
        Assert.Equal([6, 4, 3, 1], Run(new NestedArray([2, 3], [1, 2, 3, 4, 5, 6]), [1, 2], [2, 2], [-1, -2], ElementType.Int8));

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 5)
         from bounds in Gen.Select(Gen.Int[0, 100], Gen.Int[0, 100], Gen.Int[1, 3], Gen.Bool).Array[shape.Length]
         from type in Movement.AnyType
         select (shape, bounds, type))
        .Sample(
            s =>
            {
                int rank = s.shape.Length;
                int[] begin = new int[rank], sizes = new int[rank], strides = new int[rank];
                for (int d = 0; d < rank; d++)
                {
                    (int first, int size, int step, bool back) = s.bounds[d];
                    begin[d] = first % s.shape[d];
                    strides[d] = back ? -step : step;
                    sizes[d] = 1 + (size % (1 + ((back ? begin[d] : s.shape[d] - 1 - begin[d]) / step)));
                }

                NestedArray x = Movement.Numbers(s.shape);
                int[][] indexes = [.. begin.Select((first, d) => Enumerable.Range(0, sizes[d]).Select(i => first + (i * strides[d])).ToArray())];
                Assert.Equal(SliceOracle.Run(x, indexes).Values, Run(x, begin, sizes, strides, s.type));
            },
            iter: 1000);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Movement.Tensor("input", ElementType.Int8, [2, 5]);
        GraphTensor output = Movement.Tensor("output", ElementType.Int8, [2, 3]);
        Refusal.Demand("3 elements from 3 on in steps of 1", new Slice(input, [0, 3], [2, 3], [1, 1], output));
        Refusal.Demand("3 elements from 1 on in steps of -1", new Slice(input, [0, 1], [2, 3], [1, -1], output));
        Refusal.Demand("0 elements from 1", new Slice(input, [1, 0], [0, 3], [1, 1], output));
        Refusal.Demand("2 elements from -1", new Slice(input, [-1, 0], [2, 3], [1, 1], output));
        Refusal.Demand("does not follow", new Slice(input, [0, 0], [1, 3], [1, 1], output));
        Refusal.Demand("its bounds are for 1", new Slice(input, [0], [2], [1], output));
        Refusal.Demand("different scales", new Slice(input, [0, 0], [2, 3], [1, 1], Movement.Tensor("output", ElementType.Int8, [2, 3], scale: 3)));
    }

    private static int[] Run(NestedArray x, int[] begin, int[] sizes, int[] strides, ElementType type) =>
        Movement.Run(new Slice(Movement.Tensor("input", type, x.Shape), begin, sizes, strides, Movement.Tensor("output", type, sizes)), x)[0];
}
