using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Tests.Tflite;

/// <summary>Import of functions, of the edges between types, and of the recurrent operators.</summary>
public sealed class FunctionImportTests
{
    [Theory]
    [InlineData("RELU", FusedActivation.Relu)]
    [InlineData("RELU6", FusedActivation.Relu6)]
    [InlineData("RELU_N1_TO_1", FusedActivation.ReluN1To1)]
    [InlineData("RELU_0_TO_1", FusedActivation.Relu0To1)]
    public void Clamps(string name, FusedActivation kind) => Assert.Equal(kind, Assert.IsType<Relu>(Unary(name)).Kind);

    [Fact]
    public void Options_are_read()
    {
        Assert.Equal(0.25f, Assert.IsType<LeakyRelu>(Unary("LEAKY_RELU", new() { [0] = 0.25f })).Alpha);
        Assert.Equal(2f, Assert.IsType<Softmax>(Unary("SOFTMAX", new() { [0] = 2f })).Beta);
    }

    [Theory]
    [InlineData("LOGISTIC", typeof(Logistic))]
    [InlineData("TANH", typeof(Tanh))]
    [InlineData("QUANTIZE", typeof(Quantize))]
    [InlineData("DEQUANTIZE", typeof(Dequantize))]
    [InlineData("ABS", typeof(Abs))]
    [InlineData("RSQRT", typeof(Rsqrt))]
    [InlineData("HARD_SWISH", typeof(HardSwish))]
    [InlineData("CAST", typeof(Cast))]
    [InlineData("LOG_SOFTMAX", typeof(LogSoftmax))]
    public void Functions_without_options(string name, Type expected) => Assert.IsType(expected, Unary(name));

    [Theory]
    [InlineData("EXP")]
    [InlineData("ELU")]
    [InlineData("LOG")]
    [InlineData("GELU")]
    [InlineData("SQRT")]
    [InlineData("SQUARE")]
    [InlineData("NEG")]
    [InlineData("FLOOR")]
    [InlineData("CEIL")]
    [InlineData("ROUND")]
    [InlineData("SIN")]
    [InlineData("COS")]
    [InlineData("SIGN")]
    public void Real_functions_by_their_names(string name) =>
        Assert.Equal(name, Assert.IsType<ElementFunction>(Unary(name)).Function.Name, ignoreCase: true);

    [Fact]
    public void The_approximation_of_gelu_is_an_option()
    {
        Assert.Same(RealFunction.Gelu, Assert.IsType<ElementFunction>(Unary("GELU")).Function);
        Assert.Same(RealFunction.ApproximateGelu, Assert.IsType<ElementFunction>(Unary("GELU", new() { [0] = true })).Function);
    }

    [Fact]
    public void Vectors_are_normalized_without_an_activation()
    {
        Assert.IsType<L2Normalization>(Unary("L2_NORMALIZATION"));
        Assert.Contains("fused activation is not supported", Assert.Throws<ConversionException>(() => Unary("L2_NORMALIZATION", new() { [0] = (sbyte)1 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_with_memory()
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 1, 3), output = main.Activation("out", 1, 2);
        int features = main.Constant("features", ElementType.Int8, [4, 3], new sbyte[12], (1, 0));
        int times = main.Constant("times", ElementType.Int8, [4, 5], new sbyte[20], (1, 0));
        int state = Variable(main, "state", Int8Code, -3, 1, 20);
        main.Add("SVDF", [input, features, times, -1, state], [output], new() { [0] = 2, [1] = (sbyte)1 });
        main.Inputs.Add(input);
        main.Outputs.Add(output);

        Svdf svdf = Assert.IsType<Svdf>(Assert.Single(TfliteImporterTests.Import(builder).Operators));

        Assert.Equal((2, FusedActivation.Relu), (svdf.Rank, svdf.Activation));
        Assert.Null(svdf.Bias);
        Assert.True(svdf.State.IsVariable);
        Assert.Equal(Enumerable.Repeat((byte)253, 20), svdf.State.InitialData!);
    }

    [Fact]
    public void Long_short_term_memory()
    {
        ModelGraph graph = TfliteImporterTests.Import(Lstm(new() { [0] = Tanh, [1] = 10f, [3] = true }));

        UnidirectionalSequenceLstm lstm = Assert.IsType<UnidirectionalSequenceLstm>(Assert.Single(graph.Operators));
        Assert.True(lstm.TimeMajor);
        Assert.Equal(10, lstm.CellClip);
        Assert.Equal("hidden", lstm.HiddenState.Name);
        Assert.Equal("cell", lstm.CellState.Name);
        Assert.Equal(
            ["in", "weights1", "weights2", "weights3", "weights4", "weights5", "weights6", "weights7", "weights8", "bias12", "bias13", "bias14", "bias15", "hidden", "cell"],
            lstm.Inputs.Select(t => t!.Name));
    }

    [Theory]
    [InlineData(9, "peephole")]
    [InlineData(11, "peephole")]
    [InlineData(16, "projection")]
    [InlineData(20, "normalisation")]
    [InlineData(23, "normalisation")]
    public void Variants_of_long_short_term_memory_are_refused(int operand, string reason) =>
        Refused(reason, Lstm(new() { [0] = Tanh }, operand));

    [Fact]
    public void Other_options_of_long_short_term_memory_are_refused()
    {
        Refused("not TANH", Lstm([]));
        Refused("diagonal", Lstm(new() { [0] = Tanh, [5] = true }));
    }

    private const sbyte Tanh = 4;
    private const sbyte Int8Code = 9;
    private const sbyte Int16Code = 7;

    private static Operator Unary(string name, TfliteBuilder.Options? options = null)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 1, 4);
        int output = main.Activation("out", 1, 4);
        main.Add(name, [input], [output], options);
        main.Inputs.Add(input);
        main.Outputs.Add(output);
        return Assert.Single(TfliteImporterTests.Import(builder).Operators);
    }

    private static void Refused(string reason, TfliteBuilder builder)
    {
        ConversionException refusal = Assert.Throws<ConversionException>(() => TfliteImporterTests.Import(builder));
        Assert.Contains(reason, Assert.Single(refusal.Problems).What, StringComparison.Ordinal);
    }

    /// <summary>Two inputs, three cells, four steps; optionally one operand more, as variants have.</summary>
    private static TfliteBuilder Lstm(TfliteBuilder.Options options, int extra = -1)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int[] operands = [.. Enumerable.Repeat(-1, 24)];
        operands[0] = main.Activation("in", 4, 1, 2);
        for (int i = 1; i <= 8; i++)
        {
            int depth = i <= 4 ? 2 : 3;
            operands[i] = main.Constant($"weights{i}", ElementType.Int8, [3, depth], new sbyte[3 * depth], (1, 0));
        }

        for (int i = 12; i <= 15; i++) operands[i] = main.Constant($"bias{i}", ElementType.Int32, [3], new int[3]);
        operands[18] = Variable(main, "hidden", Int8Code, -3, 1, 3);
        operands[19] = Variable(main, "cell", Int16Code, 0, 1, 3);
        if (extra >= 0) operands[extra] = main.Constant("extra", ElementType.Int8, [3], new sbyte[3], (1, 0));
        int output = main.Activation("out", 4, 1, 3);
        main.Add("UNIDIRECTIONAL_SEQUENCE_LSTM", operands, [output], options);
        main.Inputs.Add(operands[0]);
        main.Outputs.Add(output);
        return builder;
    }

    private static int Variable(TfliteBuilder.Subgraph graph, string name, sbyte type, long zeroPoint, params int[] shape) =>
        graph.Add(new TfliteBuilder.Tensor { Name = name, Type = type, Shape = shape, Scales = [1], ZeroPoints = [zeroPoint], IsVariable = true });
}
