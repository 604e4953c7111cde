using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Tests.Tflite;

/// <summary>Operators that move elements, from the file to their result.</summary>
public sealed class MovementImportTests
{
    private readonly TfliteBuilder _builder = new();

    private TfliteBuilder.Subgraph Main => _builder.Main;

    [Fact]
    public void Transpose()
    {
        int input = Input(2, 3);
        Main.Add("TRANSPOSE", [input, Ints(-1, 0)], [Output(3, 2)]);

        Assert.Equal([1, 4, 2, 5, 3, 6], Run([1, 2, 3, 4, 5, 6])[0]);
    }

    [Fact]
    public void Pad()
    {
        int input = Input(1, 2);
        Main.Add("PAD", [input, Main.Constant<int>("paddings", ElementType.Int32, [2, 2], [1, 0, 0, 1])], [Output(2, 3)]);

        Assert.Equal([-3, -3, -3, 1, 2, -3], Run([1, 2])[0]);
    }

    [Fact]
    public void Concatenation()
    {
        int first = Input(2, 1), second = Input(2, 2);
        Main.Add("CONCATENATION", [first, second], [Output(2, 3)], new() { [0] = -1 }, version: 2);

        Assert.Equal([1, 3, 4, 2, 5, 6], Run([1, 2], [3, 4, 5, 6])[0]);
    }

    [Fact]
    public void Split()
    {
        int input = Input(2, 2);
        Main.Add("SPLIT", [Main.Constant<int>("axis", ElementType.Int32, [], [1]), input], [Output(2, 1), Output(2, 1)], new() { [0] = 2 });

        Assert.Equal([[1, 3], [2, 4]], Run([1, 2, 3, 4]));
    }

    [Fact]
    public void Split_into_parts_of_different_length()
    {
        int input = Input(5);
        Main.Add("SPLIT_V", [input, Ints(3, -1), Ints(-1)], [Output(3), Output(2)], new() { [0] = 2 }, version: 2);

        Assert.Equal([[1, 2, 3], [4, 5]], Run([1, 2, 3, 4, 5]));
    }

    [Fact]
    public void Slice()
    {
        int input = Input(3, 4);
        Main.Add("SLICE", [input, Ints(1, 2), Ints(1, -1)], [Output(1, 2)], version: 2);

        Assert.Equal([7, 8], Run([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])[0]);
    }

    [Fact]
    public void Replacing_a_part()
    {
        int input = Input(2, 3), part = Input(1, 2);
        Main.Add("DYNAMIC_UPDATE_SLICE", [input, part, Ints(1, 0)], [Output(2, 3)]);

        Assert.Equal([1, 2, 3, 8, 9, 6], Run([1, 2, 3, 4, 5, 6], [8, 9])[0]);
    }

    [Fact]
    public void Replacing_a_part_at_computed_indexes_is_refused_with_a_way_out()
    {
        int input = Input(2, 3), part = Input(1, 2), indexes = Main.Plain("indexes", ElementType.Int32, 2);
        Main.Inputs.Add(indexes);
        Main.Add("DYNAMIC_UPDATE_SLICE", [input, part, indexes], [Output(2, 3)]);

        Assert.Contains("'indexes' are computed; only constants are supported. Keep the newest rows by SLICE and CONCATENATION", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_rows_are_kept_by_a_slice_and_a_concatenation()
    {
        int rows = Input(3, 2), row = Input(1, 2), rest = Main.Activation("rest", 2, 2);
        Main.Add("SLICE", [rows, Ints(1, 0), Ints(-1, -1)], [rest]);
        Main.Add("CONCATENATION", [rest, row], [Output(3, 2)], new() { [0] = 0 });

        Assert.Equal([3, 4, 5, 6, 7, 8], Run([1, 2, 3, 4, 5, 6], [7, 8])[0]);
    }

    [Fact]
    public void Shapes_that_are_broadcast_together()
    {
        int input = Input(3), shape = Main.Plain("shape", ElementType.Int32, 2);
        Main.Add("BROADCAST_ARGS", [Ints(2, 1), Ints(3)], [shape]);
        Main.Add("BROADCAST_TO", [input, shape], [Output(2, 3)]);

        Assert.Equal([1, 2, 3, 1, 2, 3], Run([1, 2, 3])[0]);
    }

    [Fact]
    public void Shapes_that_cannot_be_broadcast_together_are_refused()
    {
        Main.Add("BROADCAST_ARGS", [Ints(2, 2), Ints(3)], [Main.Plain("shape", ElementType.Int32, 2)]);
        Main.Add("BROADCAST_TO", [Input(3), 2], [Output(2, 3)]);

        Assert.Contains("[2,2] and [3] cannot be broadcast together", Refusal(), StringComparison.Ordinal);
    }

    /// <summary>The advice for REDUCE_PROD.</summary>
    [Fact]
    public void A_product_over_a_dimension_is_made_of_its_slices()
    {
        int input = Input(2, 2), first = Main.Activation("first", 2), second = Main.Activation("second", 2);
        Main.Add("UNPACK", [input], [first, second], new() { [0] = 2, [1] = 0 });
        Main.Add("MUL", [first, second], [Output(2)]);

        // (x + 3) * (y + 3) * 0.1 - 3
        Assert.Equal([5, -3], Run([7, -3, 5, 100])[0]);
    }

    [Fact]
    public void Pack_and_unpack()
    {
        int first = Input(2), second = Input(2);
        int stacked = Main.Activation("stacked", 2, 2);
        Main.Add("PACK", [first, second], [stacked], new() { [0] = 2, [1] = -1 }, version: 2);
        Main.Add("UNPACK", [stacked], [Output(2), Output(2)], new() { [0] = 2, [1] = 0 }, version: 2);

        Assert.Equal([[1, 3], [2, 4]], Run([1, 2], [3, 4]));
    }

    [Fact]
    public void Padding_with_a_value()
    {
        int input = Input(1, 2);
        int value = Main.Constant<sbyte>("value", ElementType.Int8, [], [9], (0.1f, -3));
        Main.Add("PADV2", [input, Main.Constant<int>("paddings", ElementType.Int32, [2, 2], [1, 0, 0, 1]), value], [Output(2, 3)], version: 2);

        Assert.Equal([9, 9, 9, 1, 2, 9], Run([1, 2])[0]);
    }

    [Theory]
    [InlineData(0, new[] { 3, 2, 1, 2, 3, 2 })]
    [InlineData(1, new[] { 2, 1, 1, 2, 3, 3 })]
    public void Mirrors(int mode, int[] expected)
    {
        int input = Input(1, 3);
        Main.Add("MIRROR_PAD", [input, Main.Constant<int>("paddings", ElementType.Int32, [2, 2], [0, 0, 2, 1])], [Output(1, 6)], new() { [0] = (sbyte)mode }, version: 2);

        Assert.Equal(expected, Run([1, 2, 3])[0]);
    }

    [Fact]
    public void Gathering_along_an_axis_counted_from_the_end()
    {
        int input = Input(2, 3);
        Main.Add("GATHER", [input, Ints(2, 0)], [Output(2, 2)], new() { [0] = -1 }, version: 2);

        Assert.Equal([3, 1, 6, 4], Run([1, 2, 3, 4, 5, 6])[0]);
    }

    [Fact]
    public void Gathering_by_tuples()
    {
        int input = Input(2, 3);
        Main.Add("GATHER_ND", [input, Main.Constant<int>("indexes", ElementType.Int32, [3, 2], [1, 2, 0, 0, 1, 0])], [Output(3)], version: 2);

        Assert.Equal([6, 1, 4], Run([1, 2, 3, 4, 5, 6])[0]);
    }

    [Fact]
    public void Gathering_by_computed_tuples()
    {
        int input = Input(2, 3), indexes = Main.Plain("indexes", ElementType.Int32, 3, 2);
        Main.Inputs.Add(indexes);
        Main.Add("GATHER_ND", [input, indexes], [Output(3)], version: 2);

        Assert.Equal([6, 1, 4], Run([1, 2, 3, 4, 5, 6], [1, 2, 0, 0, 1, 0])[0]);
    }

    [Fact]
    public void Gathering_in_batches()
    {
        int input = Input(2, 3);
        Main.Add("GATHER", [input, Main.Constant<int>("indexes", ElementType.Int32, [2, 1], [1, 2])], [Output(2, 1)], new() { [0] = 1, [1] = 1 }, version: 5);

        Assert.Equal([2, 6], Run([1, 2, 3, 4, 5, 6])[0]);
    }

    [Fact]
    public void Gathering_by_computed_indexes()
    {
        int input = Input(3, 2), indexes = Main.Plain("indexes", ElementType.Int32, 2);
        Main.Inputs.Add(indexes);
        Main.Add("GATHER", [input, indexes], [Output(2, 2)], new() { [0] = 0 }, version: 2);

        Assert.Equal([5, 6, 1, 2], Run([1, 2, 3, 4, 5, 6], [2, 0])[0]);
    }

    [Fact]
    public void Rows_of_an_embedding()
    {
        int indexes = Main.Plain("indexes", ElementType.Int32, 2);
        Main.Inputs.Add(indexes);
        Main.Add("EMBEDDING_LOOKUP", [indexes, Main.Constant<sbyte>("rows", ElementType.Int8, [3, 2], [1, 2, 3, 4, 5, 6], (0.1f, -3))], [Output(2, 2)]);

        Assert.Equal([3, 4, 5, 6], Run([1, 2])[0]);
    }

    [Fact]
    public void Repetition_and_the_opposite_order()
    {
        int input = Input(2), wide = Main.Activation("wide", 2, 2), tiled = Main.Activation("tiled", 2, 4);
        Main.Add("BROADCAST_TO", [input, Ints(2, 2)], [wide], version: 2);
        Main.Add("TILE", [wide, Ints(1, 2)], [tiled], version: 3);
        Main.Add("REVERSE_V2", [tiled, Ints(-1)], [Output(2, 4)]);

        Assert.Equal([2, 1, 2, 1, 2, 1, 2, 1], Run([1, 2])[0]);
    }

    [Fact]
    public void Filling_with_a_constant_and_with_a_computed_number()
    {
        int input = Input(1);
        int scalar = Main.Activation("scalar");
        Main.Add("RESHAPE", [input], [scalar]);
        Main.Add("FILL", [Ints(3), scalar], [Output(3)], version: 3);
        Main.Add("FILL", [Ints(2), Main.Constant<sbyte>("five", ElementType.Int8, [], [5], (0.1f, -3))], [Output(2)], version: 3);
        Main.Add("ZEROS_LIKE", [input], [Output(1)]);

        Assert.Equal([[9, 9, 9], [5, 5], [0]], Run([9]));
    }

    [Fact]
    public void Blocks()
    {
        int input = Input(1, 2, 2, 1), deep = Main.Activation("deep", 1, 1, 1, 4), wide = Main.Activation("wide", 1, 2, 2, 1), batches = Main.Activation("batches", 4, 2, 1, 1);
        Main.Add("SPACE_TO_DEPTH", [input], [deep], new() { [0] = 2 });
        Main.Add("DEPTH_TO_SPACE", [deep], [wide], new() { [0] = 2 });
        Main.Add("SPACE_TO_BATCH_ND", [wide, Ints(2, 2), Main.Constant<int>("paddings", ElementType.Int32, [2, 2], [1, 1, 0, 0])], [batches], version: 2);
        Main.Add("BATCH_TO_SPACE_ND", [batches, Ints(2, 2), Main.Constant<int>("crops", ElementType.Int32, [2, 2], [1, 0, 0, 0])], [Output(1, 3, 2, 1)], version: 2);

        Assert.Equal([1, 2, 3, 4, -3, -3], Run([1, 2, 3, 4])[0]);
    }

    [Fact]
    public void Nearest_neighbours()
    {
        int input = Input(1, 1, 2, 1);
        Main.Add("RESIZE_NEAREST_NEIGHBOR", [input, Ints(1, 4)], [Output(1, 1, 4, 1)], new() { [0] = false, [1] = true }, version: 3);

        Assert.Equal([1, 1, 2, 2], Run([1, 2])[0]);
    }

    [Fact]
    public void A_computed_permutation_is_refused()
    {
        int input = Input(2, 3);
        int permutation = Main.Plain("permutation", ElementType.Int32, 2);
        Main.Inputs.Add(permutation);
        Main.Add("TRANSPOSE", [input, permutation], [Output(3, 2)]);

        Assert.Contains("'permutation' is computed", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_axis_is_one_number()
    {
        int input = Input(2, 2);
        Main.Add("SPLIT", [Ints(1, 0), input], [Output(2, 1), Output(2, 1)], new() { [0] = 2 });

        Assert.Contains("its axis has 2 elements", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Bounds_fit_the_dimensions()
    {
        int input = Input(3, 4);
        Main.Add("SLICE", [input, Ints(1), Ints(1, -1)], [Output(1, 2)]);

        Assert.Contains("1 first indexes and 2 sizes for 2 dimensions", Refusal(), StringComparison.Ordinal);
    }

    private int Input(params int[] shape)
    {
        int input = Main.Activation($"input {Main.Inputs.Count}", shape);
        Main.Inputs.Add(input);
        return input;
    }

    private int Output(params int[] shape)
    {
        int output = Main.Activation($"output {Main.Outputs.Count}", shape);
        Main.Outputs.Add(output);
        return output;
    }

    private int Ints(params int[] values) => Main.Constant<int>($"constant {Main.Tensors.Count}", ElementType.Int32, [values.Length], values);

    private int[][] Run(params int[][] inputs)
    {
        GraphRunner runner = GraphRunner.For(ModelConverter.Convert(_builder.Build(), "test.tflite").Blob);
        runner.Run(inputs);
        return [.. Enumerable.Range(0, runner.Interpreter.OutputCount).Select(runner.Output)];
    }

    private string Refusal() => Assert.Throws<ConversionException>(() => ModelConverter.Convert(_builder.Build(), "test.tflite")).Message;
}
