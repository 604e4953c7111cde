using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class ResizeNearestNeighborTests
{
    [Fact]
    public void Literal_examples()
    {
        NestedArray x = new([1, 1, 3, 1], [1, 2, 3]);
        Assert.Equal([1, 1, 2, 2, 3, 3], Run(x, 1, 6, false, false, ElementType.Int8));
        Assert.Equal([1, 1, 2, 2, 3], Run(x, 1, 5, false, false, ElementType.Int8));
        Assert.Equal([1, 2, 2, 3, 3], Run(x, 1, 5, true, false, ElementType.Int8));
        Assert.Equal([1, 3], Run(x, 1, 2, false, true, ElementType.Int8));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Gen.Int[1, 9].Array[4]
         from height in Gen.Int[1, 14]
         from width in Gen.Int[1, 14]
         from corners in Gen.Bool
         from centers in Gen.Bool
         from type in Movement.AnyType
         select (shape, height, width, corners, centers, type))
        .Sample(
            s =>
            {
                NestedArray x = Movement.Numbers(s.shape);
                Assert.Equal(
                    RearrangementOracle.ResizeNearestNeighbor(x, s.height, s.width, s.corners, s.centers).Values,
                    Run(x, s.height, s.width, s.corners, s.centers, s.type));
            },
            iter: 300);

    [Fact]
    public void A_whole_factor_takes_one_move()
    {
        GraphTensor input = Movement.Tensor("input", ElementType.Int8, [2, 4, 5, 3]), output = Movement.Tensor("output", ElementType.Int8, [2, 8, 15, 3]);
        Assert.Single(GraphRunner.For(new ResizeNearestNeighbor(input, false, false, output)).Result.Packer.MainProgram);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Movement.Tensor("input", ElementType.Int8, [1, 4, 4, 2]);
        Refusal.Demand("four dimensions", new ResizeNearestNeighbor(input, false, false, Movement.Tensor("output", ElementType.Int8, [8, 8, 2])));
        Refusal.Demand("other batches or channels", new ResizeNearestNeighbor(input, false, false, Movement.Tensor("output", ElementType.Int8, [1, 8, 8, 3])));
    }

    private static int[] Run(NestedArray x, int height, int width, bool corners, bool centers, ElementType type) =>
        Movement.Run(
            new ResizeNearestNeighbor(
                Movement.Tensor("input", type, x.Shape), corners, centers, Movement.Tensor("output", type, [x.Shape[0], height, width, x.Shape[3]])),
            x)[0];
}
