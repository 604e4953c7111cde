using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Tflite;
using Layout = EdgeInfer.Kernels.Pool2D;

namespace EdgeInfer.Tests.Tflite;

/// <summary>Pools, means and operators on two tensors: what their rules read from the file.</summary>
public sealed class ArithmeticImportTests
{
    private const sbyte Relu6 = 3;

    [Fact]
    public void Sums_differences_and_products()
    {
        Assert.Equal(FusedActivation.Relu6, Assert.IsType<Add>(Pair("ADD")).Activation);
        Assert.Equal(FusedActivation.Relu6, Assert.IsType<Sub>(Pair("SUB")).Activation);
        Mul product = Assert.IsType<Mul>(Pair("MUL"));
        Assert.Equal(FusedActivation.Relu6, product.Activation);
        Assert.Equal(["a", "b"], product.Inputs.Select(t => t!.Name));
    }

    [Fact]
    public void Functions_of_two_tensors()
    {
        Assert.True(Assert.IsType<Extremum>(Pair("MAXIMUM")).Largest);
        Assert.False(Assert.IsType<Extremum>(Pair("MINIMUM")).Largest);
        Assert.Equal(["a", "b"], Assert.IsType<SquaredDifference>(Pair("SQUARED_DIFFERENCE")).Inputs.Select(t => t!.Name));
        Assert.Equal(["a", "b"], Assert.IsType<Prelu>(Pair("PRELU", version: 1)).Inputs.Select(t => t!.Name));
    }

    [Theory]
    [InlineData("EQUAL")]
    [InlineData("NOT_EQUAL")]
    [InlineData("LESS")]
    [InlineData("LESS_EQUAL")]
    [InlineData("GREATER")]
    [InlineData("GREATER_EQUAL")]
    public void Comparisons_by_their_names(string name) =>
        Assert.Equal(name.Replace("_", string.Empty, StringComparison.Ordinal), Assert.IsType<Comparison>(Pair(name)).Relation.Name, ignoreCase: true);

    [Fact]
    public void Quotients_and_sums_of_several()
    {
        Assert.Equal(FusedActivation.Relu6, Assert.IsType<Div>(Pair("DIV")).Activation);
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int a = main.Activation("a", 4), b = main.Activation("b", 4), c = main.Activation("c", 4), output = main.Activation("out", 4);
        main.Inputs.AddRange([b, c]);
        main.Add("ADD_N", [a, b, c], [output]);
        Assert.Equal(["a", "b", "c"], Assert.IsType<AddN>(Import(builder, a, output)).Inputs.Select(t => t!.Name));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Cumulative_sums_with_their_options(bool exclusive, bool reverse)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 2, 3), output = main.Activation("out", 2, 3);
        main.Add("CUMSUM", [input, main.Constant<int>("axis", ElementType.Int32, [1], [-1])], [output], new() { [0] = exclusive, [1] = reverse });

        CumulativeSum op = Assert.IsType<CumulativeSum>(Import(builder, input, output));
        Assert.Equal((1, exclusive, reverse), (op.Axis, op.Exclusive, op.Reverse));
    }

    [Fact]
    public void Functions_of_truth_values()
    {
        Operator Make(string name, int operands)
        {
            TfliteBuilder builder = new();
            TfliteBuilder.Subgraph main = builder.Main;
            int[] inputs = [.. Enumerable.Range(0, operands).Select(i => main.Plain($"input {i}", ElementType.Bool, 4))];
            int output = main.Plain("out", ElementType.Bool, 4);
            main.Inputs.AddRange(inputs[1..]);
            main.Add(name, inputs, [output]);
            return Import(builder, inputs[0], output);
        }

        Assert.True(Assert.IsType<Logical>(Make("LOGICAL_AND", 2)).Both);
        Assert.False(Assert.IsType<Logical>(Make("LOGICAL_OR", 2)).Both);
        Assert.IsType<LogicalNot>(Make("LOGICAL_NOT", 1));
    }

    [Theory]
    [InlineData("SELECT")]
    [InlineData("SELECT_V2")]
    public void Selections_by_a_condition(string name)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int condition = main.Plain("condition", ElementType.Bool, 4), a = main.Activation("a", 4), b = main.Constant<sbyte>("b", ElementType.Int8, [4], [1, 2, 3, 4], (0.1f, -3)), output = main.Activation("out", 4);
        main.Inputs.Add(condition);
        main.Add(name, [condition, a, b], [output]);

        Assert.Equal(["a", "b", "condition"], Assert.IsType<Select>(Import(builder, a, output)).Inputs.Select(t => t!.Name));
    }

    [Fact]
    public void Slices_by_a_condition_are_refused()
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int condition = main.Plain("condition", ElementType.Bool, 4), a = main.Activation("a", 4, 4), b = main.Activation("b", 4, 4), output = main.Activation("out", 4, 4);
        main.Inputs.AddRange([condition, b]);
        main.Add("SELECT", [condition, a, b], [output]);

        Assert.Contains("chooses slices of [4,4]", Assert.Throws<ConversionException>(() => Import(builder, a, output)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Transposed_convolutions()
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int shape = main.Constant<int>("shape", ElementType.Int32, [4], [1, 6, 8, 3]);
        int weights = main.Constant("weights", ElementType.Int8, [3, 3, 2, 2], new sbyte[36], (1, 0)), bias = main.Constant("bias", ElementType.Int32, [3], new int[3]);
        int input = main.Activation("in", 1, 3, 4, 2), output = main.Activation("out", 1, 6, 8, 3);
        main.Add("TRANSPOSE_CONV", [shape, weights, input, bias], [output], new() { [0] = (sbyte)0, [1] = 2, [2] = 2, [3] = Relu6 }, version: 4);

        // SAME: (3 - 1) * 2 + 3 - 6 = 1 row, (4 - 1) * 2 + 2 - 8 = 0 columns.
        TransposeConv op = Assert.IsType<TransposeConv>(Import(builder, input, output));
        Assert.Equal((2, 2, 0, 0), (op.Window.StrideHeight, op.Window.StrideWidth, op.Window.Top, op.Window.Left));
        Assert.Equal(FusedActivation.Relu6, op.Activation);
        Assert.NotNull(op.Bias);
    }

    [Fact]
    public void Sums_and_extremes_over_dimensions()
    {
        Assert.Equal([1], Assert.IsType<Sum>(Reduction("SUM")).Axes);
        Assert.True(Assert.IsType<ReduceExtremum>(Reduction("REDUCE_MAX")).Largest);
        Assert.False(Assert.IsType<ReduceExtremum>(Reduction("REDUCE_MIN")).Largest);
    }

    [Fact]
    public void Means_over_dimensions_counted_from_either_end()
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 2, 3, 4), output = main.Activation("out", 3);
        main.Add("MEAN", [input, main.Constant<int>("axes", ElementType.Int32, [3], [-1, 0, 2])], [output], new() { [0] = false }, version: 2);

        Assert.Equal([2, 0], Assert.IsType<Mean>(Import(builder, input, output)).Axes);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Products_of_matrices_with_their_options(bool first, bool second)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int a = main.Activation("a", 3, 3), b = main.Activation("b", 3, 3), output = main.Activation("out", 3, 3);
        main.Inputs.Add(b);
        main.Add("BATCH_MATMUL", [a, b], [output], new() { [0] = first, [1] = second }, version: 2);

        BatchMatMul op = Assert.IsType<BatchMatMul>(Import(builder, a, output));
        Assert.Equal((first, second), (op.Transposes1, op.Transposes2));
        Assert.Equal(["a", "b"], op.Inputs.Select(t => t!.Name));
    }

    [Theory]
    [InlineData("ARG_MAX", true)]
    [InlineData("ARG_MIN", false)]
    public void Indexes_of_extremes(string name, bool largest)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 2, 3, 4), output = main.Plain("out", ElementType.Int32, 2, 4);
        main.Add(name, [input, main.Constant<int>("axis", ElementType.Int32, [], [-2])], [output], version: 2);

        ArgMax op = Assert.IsType<ArgMax>(Import(builder, input, output));
        Assert.Equal((1, largest), (op.Axis, op.Largest));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Interpolation_with_its_options(bool alignCorners, bool halfPixelCenters)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 1, 2, 3, 4), output = main.Activation("out", 1, 4, 6, 4);
        main.Add("RESIZE_BILINEAR", [input, main.Constant<int>("size", ElementType.Int32, [2], [4, 6])], [output], new() { [2] = alignCorners, [3] = halfPixelCenters }, version: 3);

        ResizeBilinear op = Assert.IsType<ResizeBilinear>(Import(builder, input, output));
        Assert.Equal((alignCorners, halfPixelCenters), (op.AlignCorners, op.HalfPixelCenters));
    }

    [Fact]
    public void Pools_with_their_windows()
    {
        Assert.IsType<AveragePool2D>(Pool("AVERAGE_POOL_2D"));
        MaxPool2D pool = Assert.IsType<MaxPool2D>(Pool("MAX_POOL_2D"));
        Assert.Equal(FusedActivation.Relu6, pool.Activation);

        // SAME: (5 - 1) * 2 + 4 - 9 = 3 rows, (3 - 1) * 3 + 3 - 8 = 1 column.
        EdgeInfer.Converter.Packing.PackedRecord record = GraphRunner.For(pool).Result.Packer.MainProgram.Single();
        Assert.Equal((4, 3, 2, 3), (record[Layout.FilterHeight], record[Layout.FilterWidth], record[Layout.StrideHeight], record[Layout.StrideWidth]));
        Assert.Equal((1, 0), (record[Layout.PadTop], record[Layout.PadLeft]));
    }

    private static Operator Pair(string name, int version = 2)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int a = main.Activation("a", 1, 4), b = main.Constant<sbyte>("b", ElementType.Int8, [4], [1, 2, 3, 4], (1, 0)), output = main.Activation("out", 1, 4);
        main.Add(name, [a, b], [output], new() { [0] = Relu6 }, version);
        return Import(builder, a, output);
    }

    private static Operator Reduction(string name)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 2, 3), output = main.Activation("out", 2);
        main.Add(name, [input, main.Constant<int>("axes", ElementType.Int32, [1], [-1])], [output], new() { [0] = false }, version: 2);
        return Import(builder, input, output);
    }

    private static Operator Pool(string name)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 1, 9, 8, 2), output = main.Activation("out", 1, 5, 3, 2);
        main.Add(name, [input], [output], new() { [0] = (sbyte)0, [1] = 3, [2] = 2, [3] = 3, [4] = 4, [5] = Relu6 }, version: 2);
        return Import(builder, input, output);
    }

    private static Operator Import(TfliteBuilder builder, int input, int output)
    {
        builder.Main.Inputs.Add(input);
        builder.Main.Outputs.Add(output);
        return Assert.Single(TfliteImporter.Import(builder.Build(), "test.tflite").Operators);
    }
}
