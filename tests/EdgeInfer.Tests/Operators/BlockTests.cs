using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

/// <summary>SpaceToDepth, SpaceToBatch and the ways back.</summary>
public class BlockTests
{
    [Fact]
    public void Literal_examples()
    {
        NestedArray x = new([1, 2, 2, 1], [1, 2, 3, 4]);
        Assert.Equal([1, 2, 3, 4], Movement.Run(new SpaceToDepth(Tensor(x.Shape), 2, Tensor([1, 1, 1, 4])), x)[0]);
        Assert.Equal([1, 2, 3, 4], Movement.Run(new SpaceToBatch(Tensor(x.Shape), [2, 2], [0, 0], [0, 0], Tensor([4, 1, 1, 1])), x)[0]);
        Assert.Equal([7, 3, 1, 7], Movement.Run(new SpaceToBatch(Tensor([1, 2, 1]), [2], [1], [1], Tensor([2, 2, 1])), new NestedArray([1, 2, 1], [1, 3]))[0]);
    }

    [Fact]
    public void Depth_agrees_with_the_definition() =>
        (from shape in Gen.Int[1, 4].Array[4]
         from block in Gen.Int[1, 4]
         from type in Movement.AnyType
         select (shape, block, type))
        .Sample(
            s =>
            {
                NestedArray wide = Movement.Numbers([s.shape[0], s.shape[1] * s.block, s.shape[2] * s.block, s.shape[3]]);
                NestedArray deep = RearrangementOracle.SpaceToDepth(wide, s.block);
                Assert.Equal(deep.Values, Movement.Run(new SpaceToDepth(Tensor(wide.Shape, s.type), s.block, Tensor(deep.Shape, s.type)), wide)[0]);

                NestedArray other = Movement.Numbers(deep.Shape, seed: 5);
                Assert.Equal(
                    RearrangementOracle.DepthToSpace(other, s.block).Values,
                    Movement.Run(new DepthToSpace(Tensor(deep.Shape, s.type), s.block, Tensor(wide.Shape, s.type)), other)[0]);
            },
            iter: 200);

    [Fact]
    public void Batches_agree_with_the_definition() =>
        (from rank in Gen.Int[1, 2]
         from shape in Gen.Int[1, 4].Array[rank + 2]
         from block in Gen.Int[1, 3].Array[rank]
         from before in Gen.Int[0, 4].Array[rank]
         from after in Gen.Int[0, 4].Array[rank]
         from type in Movement.AnyType
         select (shape, block, before, after, type))
        .Sample(
            s =>
            {
                // The borders are what is left of whole blocks.
                int[] blocked = [.. s.shape];
                int[] shape = [.. s.shape], after = [.. s.after];
                for (int d = 0; d < s.block.Length; d++)
                {
                    blocked[d + 1] = (s.before[d] + shape[d + 1] + after[d] + s.block[d] - 1) / s.block[d];
                    after[d] = (blocked[d + 1] * s.block[d]) - s.before[d] - shape[d + 1];
                }

                blocked[0] *= s.block.Aggregate(1, (a, b) => a * b);
                NestedArray image = Movement.Numbers(shape), blocks = Movement.Numbers(blocked, seed: 3);
                Assert.Equal(
                    RearrangementOracle.SpaceToBatch(image, s.block, s.before, after, Movement.Zero(s.type)).Values,
                    Movement.Run(new SpaceToBatch(Tensor(shape, s.type), s.block, s.before, after, Tensor(blocked, s.type)), image)[0]);
                Assert.Equal(
                    RearrangementOracle.BatchToSpace(blocks, s.block, s.before, after).Values,
                    Movement.Run(new BatchToSpace(Tensor(blocked, s.type), s.block, s.before, after, Tensor(shape, s.type)), blocks)[0]);
            },
            iter: 300);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Tensor([1, 4, 4, 2]);
        Refusal.Demand("blocks of 3", new SpaceToDepth(input, 3, Tensor([1, 2, 2, 8])));
        Refusal.Demand("blocks of 0", new SpaceToDepth(input, 0, Tensor([1, 2, 2, 8])));
        Refusal.Demand("four dimensions", new DepthToSpace(Tensor([4, 4, 4]), 2, Tensor([8, 8, 1])));
        Refusal.Demand("is not [4,2,3,2]", new SpaceToBatch(input, [2, 2], [0, 0], [0, 0], Tensor([4, 2, 3, 2])));
        Refusal.Demand("negative", new SpaceToBatch(input, [2, 2], [-1, 0], [1, 0], Tensor([4, 2, 2, 2])));
        Refusal.Demand("does not fit a tensor of 4", new SpaceToBatch(input, [2, 2, 2, 2], [0, 0, 0, 0], [0, 0, 0, 0], Tensor([16, 2, 2, 1])));
        Refusal.Demand("positions, supported", new BatchToSpace(Tensor([400, 1, 1, 1]), [20, 20], [0, 0], [0, 0], Tensor([1, 20, 20, 1])));
    }

    private static GraphTensor Tensor(int[] shape, ElementType type = ElementType.Int8) => Movement.Tensor($"tensor [{string.Join(',', shape)}]", type, shape);
}
