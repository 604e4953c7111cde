using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Streaming;
using EdgeInfer.Converter.Tflite;
using EdgeInfer.Tests.Operators;
using EdgeInfer.Tests.Tflite;

namespace EdgeInfer.Tests.Docs;

/// <summary>Raises every error code, and holds docs/errors.md against their table.</summary>
public sealed class ErrorsPageTests
{
    private const string UpdateVariable = "EDGEINFER_UPDATE_DOCS";

    /// <summary>For every code something that is refused for this reason alone.</summary>
    private static readonly Dictionary<ErrorCode, Action> Raisers = new()
    {
        [ErrorCode.WrongFile] = () => ModelConverter.Convert("<!DOCTYPE html>"u8.ToArray(), "page.html"),
        [ErrorCode.DamagedFile] = () => ModelConverter.Convert(TfliteBuilder.SmallModel().Build()[..200], "cut.tflite"),
        [ErrorCode.FormatVersion] = () => Convert(new TfliteBuilder { SchemaVersion = 4 }),
        [ErrorCode.FloatModel] = () => Convert(Model((main, input, output) => main.Add("RELU", [main.Plain("a", ElementType.Float32, 4)], [main.Plain("b", ElementType.Float32, 4)]), ElementType.Float32)),
        [ErrorCode.OpenShape] = () => Convert(Model((main, input, output) =>
        {
            main.Tensors[input].Signature = [1, -1];
            main.Add("RELU", [input], [output]);
        })),
        [ErrorCode.Storage] = () => Convert(Model((main, input, output) =>
        {
            int state = main.Constant<sbyte>("state", ElementType.Int8, [1, 4], [1, 2, 3, 4], (0.1f, -3));
            main.Tensors[state].IsVariable = true;
            main.Add("MAXIMUM", [input, state], [output]);
        })),
        [ErrorCode.Quantization] = () => Convert(Model((main, input, output) =>
        {
            main.Tensors[output].Scales = [];
            main.Tensors[output].ZeroPoints = [];
            main.Add("RELU", [input], [output]);
        })),
        [ErrorCode.Port] = () => Convert(Model((main, input, output) =>
        {
            main.Inputs.Add(input);
            main.Add("RELU", [input], [output]);
        })),
        [ErrorCode.Order] = () => Convert(Model((main, input, output) =>
        {
            main.Add("RELU", [main.Activation("later", 1, 4)], [output]);
        })),
        [ErrorCode.UnknownOperator] = () => Convert(Model((main, input, output) => main.Add("POW", [input, input], [output]))),
        [ErrorCode.OperatorVersion] = () => Convert(Model((main, input, output) => main.Add("RELU", [input], [output], version: 99))),
        [ErrorCode.Option] = () => Convert(Model((main, input, output) => main.Add("ADD", [input, input], [output], new() { [0] = (sbyte)4 }))),
        [ErrorCode.NotConstant] = () => Convert(Model((main, input, output) =>
        {
            int axes = main.Plain("axes", ElementType.Int32, 1);
            main.Inputs.Add(axes);
            main.Add("REVERSE_V2", [input, axes], [output]);
        })),
        [ErrorCode.ElementType] = () => Convert(Model((main, input, output) =>
        {
            int wide = main.Plain("wide", ElementType.Int32, 1, 4);
            main.Inputs.Add(wide);
            main.Add("ABS", [wide], [output]);
        })),
        [ErrorCode.Demand] = () => Convert(Model((main, input, output) => main.Add("RELU", [input], [main.Activation("longer", 1, 5)]), output: "longer")),
        [ErrorCode.RuntimeLimit] = () => Convert(Model((main, input, output) =>
        {
            int image = main.Activation("image", 1, 2, 2, 2);
            int weights = main.Constant<sbyte>("weights", ElementType.Int8, [1, 1, 1, 2], [1, -2], (0.5f, 0));
            main.Inputs[0] = image;
            main.Add("CONV_2D", [image, weights, -1], [main.Activation("wide", 1, 2, 2, 1)], new() { [0] = (sbyte)0, [1] = 1, [2] = 1, [5] = 1 << 20 }, version: 3);
        }, output: "wide")),
        [ErrorCode.Streaming] = () => ModelConverter.Convert(Model((main, input, output) => main.Add("RELU", [input], [output])).Build(), "test.tflite", new ConversionOptions { Streaming = new StreamingOptions(null) }),
        [ErrorCode.Budget] = () => ModelConverter.Convert(
            GraphRunner.GraphOf(new Relu(Operands.Activation("input", [64], 1, 0), Operands.Activation("output", [64], 2, 0), FusedActivation.Relu)), new byte[32], new ConversionOptions { ArenaLimit = 8 }),
    };

    public static TheoryData<string> Codes => [.. ErrorCode.All.Select(code => code.Id)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_can_be_raised(string id)
    {
        ErrorCode code = ErrorCode.All.Single(c => c.Id == id);
        ConversionException refusal = Assert.Throws<ConversionException>(Raisers[code]);

        Assert.All(refusal.Problems, problem => Assert.Equal(code, problem.Code));
        Assert.EndsWith($"[{id}]", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_are_distinct_and_in_order() => Assert.Equal(ErrorCode.All.Select(c => c.Id), ErrorCode.All.Select(c => c.Id).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("WHILE", "unroll=True")]
    [InlineData("IF", "SELECT_V2")]
    [InlineData("REDUCE_PROD", "tf.unstack")]
    public void Unknown_operators_come_with_advice_of_their_own(string name, string advice)
    {
        string message = Assert.Throws<ConversionException>(() => Convert(Model((main, input, output) => main.Add(name, [input], [output])))).Message;
        Assert.Contains(advice, message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_advice_is_left_for_operators_that_are_supported() => Assert.Empty(OperatorAdvice.Names.Intersect(TfliteOperatorTable.Names));

    [Fact]
    public void The_page_lists_all_codes()
    {
        string path = Path.Combine(RepositoryRoot(), "docs", "errors.md"), expected = ErrorsPage.Build();
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1") File.WriteAllText(path, expected);

        Assert.True(
            File.Exists(path) && File.ReadAllText(path).ReplaceLineEndings("\n") == expected,
            $"docs/errors.md is not what the table of codes says. Run this test with the environment variable {UpdateVariable}=1 to rewrite it.");
    }

    private static void Convert(TfliteBuilder builder) => ModelConverter.Convert(builder.Build(), "test.tflite");

    /// <summary>A model with an input and an output of [1, 4].</summary>
    private static TfliteBuilder Model(Action<TfliteBuilder.Subgraph, int, int> fill, ElementType type = ElementType.Int8, string output = "out")
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int first = type == ElementType.Int8 ? main.Activation("in", 1, 4) : main.Plain("in", type, 1, 4);
        int last = type == ElementType.Int8 ? main.Activation("out", 1, 4) : main.Plain("out", type, 1, 4);
        main.Inputs.Add(first);
        fill(main, first, last);
        main.Outputs.Add(main.Tensors.FindIndex(t => t.Name == output));
        return builder;
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EdgeInfer.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("There is no EdgeInfer.sln above the tests.");
    }
}
