using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Packing;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Tests.Conformance;
using static EdgeInfer.Tests.Passes.PassComparison;

namespace EdgeInfer.Tests.Passes;

public sealed class PartAliasingTests
{
    [Fact]
    public void A_concatenation_is_computed_in_place()
    {
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 2, 3), first = Tensor("first", 2, 3), second = Tensor("second", 2, 3), all = Tensor("all", 4, 3), result = Tensor("result", 4, 3);
                return Graph([input], [result], Square(input, first), Square(first, second), Join(0, all, first, second), Square(all, result));
            },
            PartAliasing.Run);

        Assert.Equal(["Mul", "Mul", "Mul"], RecordsOf(graph));
        Assert.Equal((graph.Operators[2].Output, 6), (graph.Operators[1].Output.Storage, graph.Operators[1].Output.StorageStart));
    }

    [Fact]
    public void Concatenations_of_concatenations_are_computed_in_place()
    {
        // As dense networks do it: each layer sees all layers before it.
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 1, 3), a = Tensor("a", 1, 3), ab = Tensor("ab", 1, 6), b = Tensor("b", 1, 3), c = Tensor("c", 1, 6), abc = Tensor("abc", 1, 12), result = Tensor("result", 1, 12);
                return Graph([input], [result], Square(input, a), Square(a, b), Join(1, ab, a, b), Square(ab, c), Join(1, abc, ab, c), Square(abc, result));
            },
            PartAliasing.Run);

        Assert.Equal(["Mul", "Mul", "Mul", "Mul"], RecordsOf(graph));
    }

    [Fact]
    public void Slices_and_splits_are_read_where_they_are()
    {
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 1, 4, 3), squared = Tensor("squared", 1, 4, 3), rows = Tensor("rows", 1, 2, 3), top = Tensor("top", 1, 2, 3), bottom = Tensor("bottom", 1, 2, 3);
                GraphTensor sum = Tensor("sum", 1, 2, 3), result = Tensor("result", 1, 2, 3);
                return Graph(
                    [input],
                    [result],
                    Square(input, squared),
                    new Slice(squared, [0, 1, 0], [1, 2, 3], [1, 1, 1], rows),
                    new Split(squared, 1, [top, bottom]),
                    new Add(top, bottom, sum, FusedActivation.None),
                    new Mul(sum, rows, result, FusedActivation.None));
            },
            PartAliasing.Run);

        Assert.Equal(["Mul", "Add", "Mul"], RecordsOf(graph));
    }

    [Fact]
    public void What_is_not_contiguous_is_copied()
    {
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 2, 3), first = Tensor("first", 2, 3), all = Tensor("all", 2, 6), column = Tensor("column", 2, 2);
                return Graph([input], [column], Square(input, first), Join(1, all, first, input), new Slice(all, [0, 1], [2, 2], [1, 1], column));
            },
            PartAliasing.Run);

        Assert.Equal(["Mul", "Copy", "Copy", "Copy"], RecordsOf(graph));
    }

    [Fact]
    public void A_tensor_that_comes_twice_and_a_constant_are_copied_beside_what_is_in_place()
    {
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 3), first = Tensor("first", 3), all = Tensor("all", 9), result = Tensor("result", 9);
                GraphTensor constant = new("constant", ElementType.Int8, [3]) { Quantization = input.Quantization, Data = [1, 2, 3] };
                return Graph([input], [result], Square(input, first), Join(0, all, first, first, constant), Square(all, result));
            },
            PartAliasing.Run);

        Assert.Equal(["Mul", "Copy", "Copy", "Mul"], RecordsOf(graph));
    }

    [Fact]
    public void A_part_that_would_keep_its_neighbours_place_free_for_long_is_copied()
    {
        // While the middle is computed, only the first part needs to be kept.
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 1, 2), small = Tensor("small", 1, 2), wide = Tensor("wide", 40, 2), mean = Tensor("mean", 1, 2), far = Tensor("far", 10, 2), all = Tensor("all", 11, 2);
                return Graph(
                    [input],
                    [all],
                    Square(input, small),
                    new Add(small, Ones(40, 2), wide, FusedActivation.None),
                    new Mean(wide, [0], mean),
                    new Add(mean, Ones(10, 2), far, FusedActivation.None),
                    Join(0, all, small, far));
            },
            PartAliasing.Run);

        Assert.False(graph.Operators[0].Output.IsPart);
        Assert.True(graph.Operators[3].Output.IsPart);
    }

    [SharedTheory]
    [InlineData("mww_v2_vad", 8)]
    public void Streaming_models_copy_their_states_only(string name, int copies)
    {
        ConversionResult result = PublicModel.Load(name).Convert();
        Assert.Equal(copies, result.Packer.MainProgram.Count(r => r.Code == OperatorCode.Copy));
    }

    private static Mul Square(GraphTensor input, GraphTensor output) => new(input, input, output, FusedActivation.None);

    private static Concatenation Join(int axis, GraphTensor all, params GraphTensor[] parts) => new(parts, axis, all, FusedActivation.None);

    private static GraphTensor Ones(params int[] shape)
    {
        GraphTensor ones = Constant("ones", shape);
        return new GraphTensor("ones", ElementType.Int8, shape) { Quantization = new Quantization(0.05f, -3), Data = ones.Data };
    }

    private static IEnumerable<string> RecordsOf(ModelGraph graph) => Packer.Pack(graph, 0).MainProgram.Select(r => r.Code.ToString());
}
