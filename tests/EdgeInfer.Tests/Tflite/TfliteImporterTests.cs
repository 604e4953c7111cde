using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Tflite;

namespace EdgeInfer.Tests.Tflite;

public sealed class TfliteImporterTests
{
    [Fact]
    public void A_small_model_arrives_as_it_was_written()
    {
        ModelGraph graph = Import(TfliteBuilder.SmallModel());

        Assert.Equal("small.tflite", graph.Name);
        Conv2D conv = Assert.IsType<Conv2D>(graph.Operators[0]);
        Assert.Equal("CONV_2D (operator 0)", conv.Label);
        Assert.Equal([1, 2, 2, 2], conv.Input.Shape);
        Assert.Equal("in", conv.Input.Name);
        Assert.Same(graph.Inputs[0], conv.Input);
        Assert.Equal(new Quantization(0.1f, -3).Scale, conv.Input.Quantization!.Scale);
        Assert.Equal(-3, conv.Input.Quantization.ZeroPoint);
        Assert.Equal([1, -2, 3, -4, 5, -6], conv.Weights.Int8s().ToArray());
        Assert.Equal([10, 20, 30], conv.Bias!.Int32s().ToArray());
        Assert.Equal(FusedActivation.Relu, conv.Activation);
        Assert.Equal(new Window2D(), conv.Window);
        Reshape reshape = Assert.IsType<Reshape>(graph.Operators[1]);
        Assert.Same(conv.Output, reshape.Input);
        Assert.Same(graph.Outputs[0], reshape.Output);
    }

    [Fact]
    public void Weights_of_4_bits_are_taken_apart()
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 1, 5);
        int weights = main.Constant<byte>("weights", ElementType.Int4, [1, 5], [0x71, 0x8F, 0x03], (0.5f, 0));
        int output = main.Activation("out", 1, 1);
        main.Add("FULLY_CONNECTED", [input, weights, -1], [output], new() { [0] = (sbyte)0 }, version: 7);
        main.Inputs.Add(input);
        main.Outputs.Add(output);

        FullyConnected product = Assert.IsType<FullyConnected>(Assert.Single(Import(builder).Operators));

        Assert.Equal(ElementType.Int4, product.Weights.Type);
        Assert.Equal([1, 7, -1, -8, 3], product.Weights.Int8s().ToArray());
    }

    [Fact]
    public void Strides_dilations_and_padding_follow_the_options()
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 1, 9, 8, 1);
        int weights = main.Constant<sbyte>("weights", ElementType.Int8, [1, 3, 2, 4], new sbyte[24], (1, 0));
        int output = main.Activation("out", 1, 5, 3, 4);
        main.Add("DEPTHWISE_CONV_2D", [input, weights, -1], [output], new() { [0] = (sbyte)0, [1] = 3, [2] = 2, [3] = 4, [4] = (sbyte)3, [5] = 2, [6] = 3 });
        main.Inputs.Add(input);
        main.Outputs.Add(output);

        DepthwiseConv2D conv = Assert.IsType<DepthwiseConv2D>(Assert.Single(Import(builder).Operators));

        // SAME: rows (5 - 1) * 2 + 7 - 9 = 6, columns (3 - 1) * 3 + 3 - 8 = 1.
        Assert.Equal(new Window2D(2, 3, 3, 2, Top: 3, Left: 0, Bottom: 3, Right: 1), conv.Window);
        Assert.Equal(FusedActivation.Relu6, conv.Activation);
        Assert.Null(conv.Bias);
    }

    [Fact]
    public void Every_unsupported_operator_is_named_with_its_tensors_at_once()
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 1, 4);
        int sin = main.Then("ATAN2", input, [1, 4]);
        int custom = main.Activation("custom out", 1, 4);
        main.Add("CUSTOM", [sin], [custom], custom: "MyOperator");
        int call = main.Activation("gelu out", 1, 4);
        main.Add("BITCAST", [custom], [call]);
        int later = main.Activation("later out", 1, 4);
        main.Add("RESHAPE", [call], [later], version: 99);
        int nowhere = main.Activation("new out", 1, 4);
        main.Add(250, [later], [nowhere]);
        main.Inputs.Add(input);
        main.Outputs.Add(nowhere);

        ConversionException e = Assert.Throws<ConversionException>(() => Import(builder));

        Assert.Equal(
            [
                "ATAN2 (operator 0) 'ATAN2 1'",
                "CUSTOM 'MyOperator' (operator 1) 'custom out'",
                "BITCAST (operator 2) 'gelu out'",
                "RESHAPE (operator 3) 'later out'",
                "BUILTIN_250 (operator 4) 'new out'",
            ],
            e.Problems.Select(p => p.Where));
        Assert.Contains("version 99", e.Problems[3].What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "it is not quantized")]
    [InlineData(true, "hybrid")]
    public void A_float_model_is_one_problem(bool hybrid, string expected)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int tensor = main.Plain("in", ElementType.Float32, 1, 2);
        main.Inputs.Add(tensor);
        for (int i = 0; i < 5; i++)
        {
            int weights = hybrid
                ? main.Constant<sbyte>($"weights {i}", ElementType.Int8, [2, 2], [1, 2, 3, 4], (1, 0))
                : main.Constant<float>($"weights {i}", ElementType.Float32, [2, 2], [1, 2, 3, 4]);
            int output = main.Plain($"out {i}", ElementType.Float32, 1, 2);
            main.Add("FULLY_CONNECTED", [tensor, weights, -1], [output]);
            tensor = output;
        }

        main.Outputs.Add(tensor);

        Problem problem = Assert.Single(Assert.Throws<ConversionException>(() => Import(builder)).Problems);
        Assert.Equal("the model", problem.Where);
        Assert.Contains(expected, problem.What, StringComparison.Ordinal);
        Assert.Contains("Quantize it with sample data", problem.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_batch_is_taken_from_the_shape_and_any_other_open_dimension_is_refused()
    {
        TfliteBuilder builder = TfliteBuilder.SmallModel();
        builder.Main.Tensors[0].Signature = [-1, 2, 2, 2];
        Assert.Equal([1, 2, 2, 2], Import(builder).Inputs[0].Shape);

        builder.Main.Tensors[0].Signature = [-1, 2, -1, 2];
        ConversionException e = Assert.Throws<ConversionException>(() => Import(builder));
        Assert.Equal("input 'in'", Assert.Single(e.Problems).Where);
        Assert.Contains("[?,2,?,2]", e.Problems[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantization_that_cannot_be_computed_with_is_refused()
    {
        TfliteBuilder builder = TfliteBuilder.SmallModel();
        builder.Main.Tensors[0].Scales = [0];
        builder.Main.Tensors[1].Scales = [1, 2];
        builder.Main.Tensors[3].ZeroPoints = [200];

        string[] problems = [.. Assert.Throws<ConversionException>(() => Import(builder)).Problems.Select(p => p.ToString())];

        Assert.Contains(problems, p => p.Contains("'in': a scale", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains("'weights': its 2 scales do not fit dimension 0 of [3,1,1,2]", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains("'hidden': a zero point", StringComparison.Ordinal));
    }

    [Fact]
    public void Quantization_a_channel_is_read_with_its_axis()
    {
        TfliteBuilder builder = TfliteBuilder.SmallModel();
        builder.Main.Tensors[1].Scales = [1, 2, 4];
        builder.Main.Tensors[1].ZeroPoints = [0];

        Conv2D conv = Assert.IsType<Conv2D>(Import(builder).Operators[0]);

        Assert.Equal([1, 2, 4], conv.Weights.Quantization!.Scales);
        Assert.Equal([0, 0, 0], conv.Weights.Quantization.ZeroPoints);
        Assert.Equal(0, conv.Weights.Quantization.Axis);
    }

    [Fact]
    public void An_operator_with_missing_inputs_does_not_hide_other_problems()
    {
        TfliteBuilder builder = TfliteBuilder.SmallModel();
        TfliteBuilder.Subgraph main = builder.Main;
        int other = main.Activation("other", 1, 2, 2, 3), sine = main.Activation("sine", 1, 2, 2, 2);
        main.Outputs.AddRange([other, sine]);
        main.Add("CONV_2D", [0, -1], [other]);
        main.Add("ATAN2", [0], [sine]);

        ConversionException e = Assert.Throws<ConversionException>(() => Import(builder));

        Assert.Equal(["CONV_2D (operator 2) 'other'", "ATAN2 (operator 3) 'sine'"], e.Problems.Select(p => p.Where));
        Assert.Equal("it has no input 1", e.Problems[0].What);
    }

    [Fact]
    public void Shape_computations_of_exporters_leave_nothing()
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 2, 3, 4), output = main.Activation("out", 2, 12), turned = main.Activation("turned", 12, 2);
        int shape = main.Plain("shape", ElementType.Int32, 3), batch = main.Plain("batch", ElementType.Int32), list = main.Plain("list", ElementType.Int32, 2);
        int product = main.Plain("product", ElementType.Int32), order = main.Plain("order", ElementType.Int32, 2);
        int zero = main.Constant("0", ElementType.Int32, [1], [0]), one = main.Constant("1", ElementType.Int32, [1], [1]), rest = main.Constant("rest", ElementType.Int32, [], [12]);
        main.Add("SHAPE", [input], [shape]);
        main.Add("STRIDED_SLICE", [shape, zero, one, one], [batch], new() { [4] = 1 });
        main.Add("PACK", [batch, rest], [list], new() { [0] = 2 });
        main.Add("REDUCE_PROD", [shape, zero], [product]);
        main.Add("RESHAPE", [input, list], [output]);
        main.Add("CONCATENATION", [one, zero], [order]);
        main.Add("TRANSPOSE", [output, order], [turned]);
        main.Inputs.Add(input);
        main.Outputs.Add(turned);

        ModelGraph graph = Import(builder);

        Assert.Equal(["Reshape", "Transpose"], graph.Operators.Select(o => o.Name));
        Assert.Equal([1, 0], Assert.IsType<Transpose>(graph.Operators[1]).Permutation);
    }

    [Fact]
    public void Constants_of_64_bits_are_cut_to_32()
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 2, 3), output = main.Activation("out", 3, 2), order = main.Plain("order", ElementType.Int32, 2);
        main.Add("CAST", [main.Constant("long order", ElementType.Int64, [2], [1L, 0L])], [order]);
        main.Add("TRANSPOSE", [input, order], [output]);
        main.Inputs.Add(input);
        main.Outputs.Add(output);

        Assert.Equal([1, 0], Assert.IsType<Transpose>(Assert.Single(Import(builder).Operators)).Permutation);
    }

    [Fact]
    public void Constants_may_lie_behind_the_tables()
    {
        TfliteBuilder builder = TfliteBuilder.SmallModel();
        builder.BuffersBehind = true;
        byte[] file = builder.Build();

        Conv2D conv = Assert.IsType<Conv2D>(TfliteImporter.Import(file, "behind.tflite").Operators[0]);

        Assert.Equal([1, -2, 3, -4, 5, -6], conv.Weights.Int8s().ToArray());
        Assert.Equal([10, 20, 30], conv.Bias!.Int32s().ToArray());
        Assert.Contains("lie outside", Assert.Throws<ConversionException>(() => TfliteImporter.Import(file[..^1], "cut.tflite")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constants_of_the_wrong_length_are_refused()
    {
        TfliteBuilder builder = TfliteBuilder.SmallModel();
        builder.Main.Tensors[1].Shape = [3, 1, 1, 3];

        Assert.Contains("has 6 bytes where 9 belong", Assert.Throws<ConversionException>(() => Import(builder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_are_used_before_they_are_computed_are_refused()
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 1, 4), late = main.Activation("late", 4), output = main.Activation("out", 2, 2);
        main.Add("RESHAPE", [late], [output]);
        main.Add("RESHAPE", [input], [late]);
        main.Inputs.Add(input);
        main.Outputs.Add(output);

        ConversionException e = Assert.Throws<ConversionException>(() => Import(builder));

        Assert.Contains("its input 'late' is used before it is computed", Assert.Single(e.Problems).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_starts_at_its_zero_point()
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int state = main.Quantized("state", 1, -7, 3), output = main.Quantized("out", 1, -7, 3);
        main.Tensors[state].IsVariable = true;
        main.Add("RESHAPE", [state], [output]);
        main.Outputs.Add(output);

        GraphTensor imported = Import(builder).Operators[0].Input;

        Assert.True(imported.IsVariable);
        Assert.Equal([249, 249, 249], imported.InitialData!);
    }

    [Fact]
    public void Other_files_are_refused_by_name()
    {
        ConversionException e = Assert.Throws<ConversionException>(() => TfliteImporter.Import([.. "This is not a model at all"u8], "notes.txt"));
        Assert.StartsWith("notes.txt cannot be converted:", e.Message, StringComparison.Ordinal);
        Assert.Contains("TFL3", e.Message, StringComparison.Ordinal);

        TfliteBuilder builder = TfliteBuilder.SmallModel();
        builder.SchemaVersion = 4;
        Assert.Contains("version 4 of the schema", Assert.Throws<ConversionException>(() => Import(builder)).Message, StringComparison.Ordinal);
    }

    internal static ModelGraph Import(TfliteBuilder builder) => TfliteImporter.Import(builder.Build(), "small.tflite");
}
