using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class GatherTuplesTests
{
    [Fact]
    public void A_literal_example()
    {
        GatherTuples op = new(Movement.Tensor("input", ElementType.Int8, [2, 2]), Indexes([3, 2]), Movement.Tensor("output", ElementType.Int8, [3]));
        Assert.Equal([30, 10, 40], GraphRunner.For(op).Run([10, 20, 30, 40], [1, 0, 0, 0, 1, 1]));
    }

    /// <summary>What the indexes of a tuple count together decides, as in the reference.</summary>
    [Theory]
    [InlineData(0, 2, 2)]
    [InlineData(1, -1, 1)]
    [InlineData(-1, 0, 0)]
    [InlineData(2, 0, 3)]
    [InlineData(int.MaxValue, int.MaxValue, 3)]
    [InlineData(int.MinValue, int.MinValue, 0)]
    public void A_slice_out_of_range_is_the_nearest_one(int first, int second, int slice)
    {
        GatherTuples op = new(Movement.Tensor("input", ElementType.Int8, [2, 2]), Indexes([1, 2]), Movement.Tensor("output", ElementType.Int8, [1]));
        Assert.Equal([10 * slice], GraphRunner.For(op).Run([0, 10, 20, 30], [first, second]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 5, longest: 4)
         from depth in Gen.Int[1, shape.Length]
         from counts in Gen.Int[1, 4].Array[0, 2]
         from type in Movement.AnyType
         from constant in Gen.Bool
         from seed in Gen.Int
         select (shape, depth, counts, type, constant, seed))
        .Sample(
            s =>
            {
                Random random = new(s.seed);
                bool constant = s.constant && s.type == ElementType.Int8;
                NestedArray x = Movement.Numbers(s.shape);
                NestedArray indexes = NestedArray.Make([.. s.counts, s.depth], o => random.Next(s.shape[o[^1]]));
                int[] shape = [.. s.counts, .. s.shape[s.depth..]];
                GraphTensor input = Movement.Tensor("input", s.type, s.shape);
                if (constant) input.Data = [.. x.Values.Select(v => (byte)v)];
                int[] expected = NestedArray.Make(shape, o =>
                {
                    int[] tuple = [.. Enumerable.Range(0, s.depth).Select(d => indexes[[.. o[..s.counts.Length], d]])];
                    return x[[.. tuple, .. o[s.counts.Length..]]];
                }).Values;

                GatherTuples op = new(input, Indexes(indexes.Shape), Movement.Tensor("output", s.type, shape));
                NestedArray[] inputs = constant ? [indexes] : [x, indexes];
                Assert.Equal(expected, Movement.Run(op, inputs)[0]);
                if (s.type != ElementType.Float32) Assert.Equal(expected, GraphRunner.For(op).RunInSteps([.. inputs.Select(i => i.Values)]));
            },
            iter: 600);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Movement.Tensor("input", ElementType.Int8, [3, 2]), output = Movement.Tensor("output", ElementType.Int8, [4]);
        Refusal.Demand("indexes 'indexes' is Int64, supported is Int32", new GatherTuples(input, new GraphTensor("indexes", ElementType.Int64, [4, 2]), output));
        Refusal.Demand("tuples of 3 indexes", new GatherTuples(input, Indexes([4, 3]), output));
        Refusal.Demand("tuples of 0 indexes", new GatherTuples(input, Indexes([]), output));
        Refusal.Demand("does not follow", new GatherTuples(input, Indexes([4, 1]), output));
        Refusal.Demand("different scales", new GatherTuples(input, Indexes([4, 2]), Operands.Activation("output", [4], 7, 0)));
    }

    private static GraphTensor Indexes(int[] shape) => new("indexes", ElementType.Int32, shape);
}
