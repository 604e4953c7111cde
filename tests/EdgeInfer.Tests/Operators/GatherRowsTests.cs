using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.GatherRows;

namespace EdgeInfer.Tests.Operators;

public class GatherRowsTests
{
    [Fact]
    public void A_literal_example()
    {
        GatherRows op = new(Movement.Tensor("input", ElementType.Int8, [3, 2]), 0, 0, Indexes([4]), Movement.Tensor("output", ElementType.Int8, [4, 2]));
        Assert.Equal([5, 6, 1, 2, 3, 4, 5, 6], GraphRunner.For(op).Run([1, 2, 3, 4, 5, 6], [2, 0, 1, 2]));
    }

    [Theory]
    [InlineData(int.MinValue, 0)]
    [InlineData(-1, 0)]
    [InlineData(3, 2)]
    [InlineData(int.MaxValue, 2)]
    public void An_index_out_of_range_is_the_nearest_one(int index, int row)
    {
        GatherRows op = new(Movement.Tensor("input", ElementType.Int8, [3]), 0, 0, Indexes([1]), Movement.Tensor("output", ElementType.Int8, [1]));
        Assert.Equal([10 * row], GraphRunner.For(op).Run([0, 10, 20], [index]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 4, longest: 5)
         from axis in Gen.Int[0, shape.Length - 1]
         from batches in Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[0, axis]))
         from counts in Gen.Int[1, 4].Array[0, 2]
         from type in Movement.AnyType
         from constant in Gen.Bool
         from seed in Gen.Int
         select (shape, axis, batches, counts, type, constant, seed))
        .Sample(
            s =>
            {
                Random random = new(s.seed);
                bool constant = s.constant && s.type == ElementType.Int8;
                NestedArray x = Movement.Numbers(s.shape);
                NestedArray indexes = NestedArray.Make([.. s.shape[..s.batches], .. s.counts], _ => random.Next(-2, s.shape[s.axis] + 2));
                int[] shape = [.. s.shape[..s.axis], .. s.counts, .. s.shape[(s.axis + 1)..]];
                GraphTensor input = Movement.Tensor("input", s.type, s.shape);
                if (constant) input.Data = [.. x.Values.Select(v => (byte)v)];
                int[] expected = NestedArray.Make(shape, o =>
                {
                    int[] index = [.. o[..s.batches], .. o[s.axis..(s.axis + s.counts.Length)]];
                    return x[[.. o[..s.axis], Math.Clamp(indexes[index], 0, s.shape[s.axis] - 1), .. o[(s.axis + s.counts.Length)..]]];
                }).Values;

                GatherRows op = new(input, s.axis, s.batches, Indexes(indexes.Shape), Movement.Tensor("output", s.type, shape));
                NestedArray[] inputs = constant ? [indexes] : [x, indexes];
                Assert.Equal(expected, Movement.Run(op, inputs)[0]);
                if (s.type != ElementType.Float32) Assert.Equal(expected, GraphRunner.For(op).RunInSteps([.. inputs.Select(i => i.Values)]));
            },
            iter: 600);

    [Fact]
    public void Constants_stay_in_the_blob()
    {
        GraphTensor table = Movement.Tensor("table", ElementType.Int8, [1000, 8]);
        table.Data = new byte[8000];
        GraphRunner runner = GraphRunner.For(new GatherRows(table, 0, 0, Indexes([2]), Movement.Tensor("output", ElementType.Int8, [2, 8])));
        Assert.Equal((2 * 4) + (2 * 8), runner.Result.Model.ArenaBytes);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Movement.Tensor("input", ElementType.Int8, [3, 2]), output = Movement.Tensor("output", ElementType.Int8, [4, 2]);
        Refusal.Demand("indexes 'indexes' is Int64, supported is Int32", new GatherRows(input, 0, 0, new GraphTensor("indexes", ElementType.Int64, [4]), output));
        Refusal.Demand("no dimension 2", new GatherRows(input, 2, 0, Indexes([4]), output));
        Refusal.Demand("does not follow", new GatherRows(input, 1, 0, Indexes([4]), output));
        Refusal.Demand("1 batch dimensions do not fit", new GatherRows(input, 1, 1, Indexes([4]), output));
        Refusal.Demand("different scales", new GatherRows(input, 0, 0, Indexes([4]), Operands.Activation("output", [4, 2], 7, 0)));
        Operator good = new GatherRows(Movement.Tensor("input", ElementType.Int8, [2, 3, 2]), 1, 0, Indexes([4]), Movement.Tensor("output", ElementType.Int8, [2, 4, 2]));
        RecordRefusal.Demand("batches", good, Layout.Batches, 0);
        RecordRefusal.Demand("units", good, Layout.Outer, 3);
        RecordRefusal.Demand("input", good, Layout.Length, 4);
        RecordRefusal.Demand("length", good, Layout.Length, 0);
        RecordRefusal.Demand("work", good, Layout.Count, 5);
        RecordRefusal.Demand("work", good, Layout.Inner, 3);
        RecordRefusal.Demand("table", good, Layout.Table, 0);
        RecordRefusal.Demand("table", good, Layout.Input, Record.None);
        RecordRefusal.Demand("indexes", good, Layout.Indexes, -3);
        RecordRefusal.Demand("depth", good, Layout.Depth, 9);
        RecordRefusal.Demand("strides", good, Layout.Depth, 2);
        RecordRefusal.Demand("strides", good, Layout.Strides, 0);
    }

    private static GraphTensor Indexes(int[] shape) => new("indexes", ElementType.Int32, shape);
}
