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
    public void Pack_and_unpack()
    {
        int first = Input(2), second = Input(2);
        int stacked = Main.Activation("stacked", 2, 2);
        Main.Add("PACK", [first, second], [stacked], new() { [0] = 2, [1] = -1 }, version: 2);
        Main.Add("UNPACK", [stacked], [Output(2), Output(2)], new() { [0] = 2, [1] = 0 }, version: 2);

        Assert.Equal([[1, 3], [2, 4]], Run([1, 2], [3, 4]));
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
