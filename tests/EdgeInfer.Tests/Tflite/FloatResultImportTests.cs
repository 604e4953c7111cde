using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Tflite;

namespace EdgeInfer.Tests.Tflite;

/// <summary>Models of floats whose outputs are indexes or truth values.</summary>
public sealed class FloatResultImportTests
{
    [Fact]
    public void Indexes_of_32_bits_are_outputs()
    {
        ModelGraph graph = Import(main => Index(main, ElementType.Int32));
        Assert.Equal(["Tanh", "ArgMax", "Reshape"], graph.Operators.Select(op => op.Name));
        Assert.Equal(ElementType.Int32, Assert.Single(graph.Outputs).Type);
    }

    [Fact]
    public void Indexes_of_64_bits_are_refused_as_in_quantized_models()
    {
        Problem problem = Assert.Single(Assert.Throws<ConversionException>(() => Import(main => Index(main, ElementType.Int64))).Problems);
        Assert.Equal(ErrorCode.Port, problem.Code);
    }

    [Fact]
    public void Truth_values_are_outputs()
    {
        ModelGraph graph = Import(main =>
        {
            int input = main.Plain("in", ElementType.Float32, 1, 4), limit = main.Constant("limit", ElementType.Float32, [1], [0.5f]);
            int less = main.Plain("less", ElementType.Bool, 1, 4), greater = main.Plain("greater", ElementType.Bool, 1, 4), either = main.Plain("either", ElementType.Bool, 1, 4), output = main.Plain("out", ElementType.Bool, 1, 4);
            main.Add("LESS", [input, limit], [less]);
            main.Add("GREATER", [input, limit], [greater]);
            main.Add("LOGICAL_OR", [less, greater], [either]);
            main.Add("LOGICAL_NOT", [either], [output]);
            return (input, output);
        });
        Assert.IsType<LogicalNot>(graph.Operators[^1]);
        Assert.Equal(ElementType.Bool, Assert.Single(graph.Outputs).Type);
    }

    private static (int Input, int Output) Index(TfliteBuilder.Subgraph main, ElementType type)
    {
        int input = main.Plain("in", ElementType.Float32, 1, 4), tanh = main.Plain("tanh", ElementType.Float32, 1, 4), axis = main.Constant("axis", ElementType.Int32, [1], [1]);
        int index = main.Plain("index", type, 1), output = main.Plain("out", type, 1, 1), shape = main.Constant("shape", ElementType.Int32, [2], [1, 1]);
        main.Add("TANH", [input], [tanh]);
        main.Add("ARG_MAX", [tanh, axis], [index]);
        main.Add("RESHAPE", [index, shape], [output]);
        return (input, output);
    }

    private static ModelGraph Import(Func<TfliteBuilder.Subgraph, (int Input, int Output)> write)
    {
        TfliteBuilder builder = new();
        (int input, int output) = write(builder.Main);
        builder.Main.Inputs.Add(input);
        builder.Main.Outputs.Add(output);
        return TfliteImporter.ImportFloat(builder.Build(), "test.tflite");
    }
}
