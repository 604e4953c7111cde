using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Tflite;
using Graph = EdgeInfer.Tests.Tflite.TfliteBuilder.Subgraph;
using Options = EdgeInfer.Tests.Tflite.TfliteBuilder.Options;

namespace EdgeInfer.Tests.Tflite;

/// <summary>
/// Files declare the shape of every result, though operands and options make it: of each operator a model that does so truly, and
/// the same model with other shapes, which is refused.
/// </summary>
public sealed class DeclaredShapeTests
{
    private const sbyte Tanh = 4;

    /// <summary>Operators without a result that could be declared.</summary>
    private static readonly string[] WithoutShape = ["ASSIGN_VARIABLE", "CALL_ONCE", "VAR_HANDLE"];

    /// <summary>By name, or name and variant, of an operator what adds it to a model; the tensors are its results.</summary>
    private static readonly Dictionary<string, Func<Graph, int[]>> Models = new()
    {
        ["ABS"] = Unary("ABS"),
        ["ADD"] = Pair("ADD"),
        ["ADD_N"] = graph => Add(graph, "ADD_N", [Input(graph, 2, 3), Input(graph, 2, 3)], Result(graph, 2, 3)),
        ["ARG_MAX"] = graph => Add(graph, "ARG_MAX", [Input(graph, 2, 3), Ints(graph, 1)], Plain(graph, ElementType.Int32, 2)),
        ["ARG_MIN"] = graph => Add(graph, "ARG_MIN", [Input(graph, 2, 3), Ints(graph, -1)], Plain(graph, ElementType.Int32, 2)),
        ["AVERAGE_POOL_2D"] = Pool("AVERAGE_POOL_2D"),
        ["BATCH_MATMUL"] = graph => Add(graph, "BATCH_MATMUL", [Input(graph, 2, 3, 4), Input(graph, 2, 4, 5)], Result(graph, 2, 3, 5)),
        ["BATCH_TO_SPACE_ND"] = graph => Add(graph, "BATCH_TO_SPACE_ND", [Input(graph, 4, 2, 3, 2), Ints(graph, 2, 2), Pairs(graph, 0, 1, 0, 0)], Result(graph, 1, 3, 6, 2)),
        ["BROADCAST_ARGS"] = graph => Add(graph, "BROADCAST_ARGS", [Ints(graph, 2, 1), Ints(graph, 4, 1, 3)], Plain(graph, ElementType.Int32, 3)),
        ["BROADCAST_TO"] = graph => Add(graph, "BROADCAST_TO", [Input(graph, 3), Ints(graph, 2, 3)], Result(graph, 2, 3)),
        ["CAST"] = graph => Add(graph, "CAST", [Input(graph, 2, 3)], Plain(graph, ElementType.Int32, 2, 3)),
        ["CAST of a constant"] = graph => Add(graph, "CAST", [graph.Constant("wide", ElementType.Int64, [2], new long[] { 2, 3 })], Plain(graph, ElementType.Int32, 2)),
        ["CEIL"] = Unary("CEIL"),
        ["CONCATENATION"] = graph => Add(graph, "CONCATENATION", [Input(graph, 2, 3), Input(graph, 2, 4)], Result(graph, 2, 7), new() { [0] = 1 }),
        ["CONV_2D"] = graph => Add(graph, "CONV_2D", [Input(graph, 1, 4, 5, 2), Weights(graph, 3, 2, 2, 2), -1], Result(graph, 1, 3, 4, 3), new() { [0] = (sbyte)1, [1] = 1, [2] = 1 }),
        ["COS"] = Unary("COS"),
        ["CUMSUM"] = graph => Add(graph, "CUMSUM", [Input(graph, 2, 3), Ints(graph, 1)], Result(graph, 2, 3)),
        ["DEPTHWISE_CONV_2D"] = graph =>
            Add(graph, "DEPTHWISE_CONV_2D", [Input(graph, 1, 4, 5, 2), Weights(graph, 1, 2, 2, 2), -1], Result(graph, 1, 4, 5, 2), new() { [0] = (sbyte)0, [1] = 1, [2] = 1, [3] = 1 }),
        ["DEPTH_TO_SPACE"] = graph => Add(graph, "DEPTH_TO_SPACE", [Input(graph, 1, 2, 3, 8)], Result(graph, 1, 4, 6, 2), new() { [0] = 2 }),
        ["DEQUANTIZE"] = graph => Add(graph, "DEQUANTIZE", [Input(graph, 2, 3)], Plain(graph, ElementType.Float32, 2, 3)),
        ["DIV"] = Pair("DIV"),
        ["DYNAMIC_UPDATE_SLICE"] = graph => Add(graph, "DYNAMIC_UPDATE_SLICE", [Input(graph, 2, 3), Input(graph, 1, 2), Ints(graph, 1, 1)], Result(graph, 2, 3)),
        ["ELU"] = Unary("ELU"),
        ["EMBEDDING_LOOKUP"] = graph => Add(graph, "EMBEDDING_LOOKUP", [Indexes(graph, 2), Input(graph, 4, 3)], Result(graph, 2, 3)),
        ["EQUAL"] = Compare("EQUAL"),
        ["EXP"] = Unary("EXP"),
        ["EXPAND_DIMS"] = graph => Add(graph, "EXPAND_DIMS", [Input(graph, 2, 3), Ints(graph, -2)], Result(graph, 2, 1, 3)),
        ["FILL"] = graph => Add(graph, "FILL", [Ints(graph, 2, 3), Input(graph)], Result(graph, 2, 3)),
        ["FLOOR"] = Unary("FLOOR"),
        ["FULLY_CONNECTED"] = graph => Add(graph, "FULLY_CONNECTED", [Input(graph, 2, 3, 4), Weights(graph, 5, 4), -1], Result(graph, 6, 5)),
        ["FULLY_CONNECTED that keeps dimensions"] = graph => Add(graph, "FULLY_CONNECTED", [Input(graph, 2, 3, 4), Weights(graph, 5, 4), -1], Result(graph, 2, 3, 5), new() { [2] = true }),
        ["GATHER"] = graph => Add(graph, "GATHER", [Input(graph, 3, 4), Pairs(graph, 0, 1, 1, 0)], Result(graph, 3, 2, 2), new() { [0] = 1 }),
        ["GATHER by computed indexes"] = graph => Add(graph, "GATHER", [Input(graph, 3, 4), Indexes(graph, 2)], Result(graph, 2, 4)),
        ["GATHER_ND"] = graph => Add(graph, "GATHER_ND", [Input(graph, 3, 4, 5), Pairs(graph, 0, 1, 1, 0, 2, 2)], Result(graph, 3, 5)),
        ["GATHER_ND by computed indexes"] = graph => Add(graph, "GATHER_ND", [Input(graph, 3, 4, 5), Indexes(graph, 3, 2)], Result(graph, 3, 5)),
        ["GELU"] = Unary("GELU"),
        ["GREATER"] = Compare("GREATER"),
        ["GREATER_EQUAL"] = Compare("GREATER_EQUAL"),
        ["HARD_SWISH"] = Unary("HARD_SWISH"),
        ["L2_NORMALIZATION"] = Unary("L2_NORMALIZATION", 1f / 128, 0),
        ["LEAKY_RELU"] = Unary("LEAKY_RELU"),
        ["LESS"] = Compare("LESS"),
        ["LESS_EQUAL"] = Compare("LESS_EQUAL"),
        ["LOG"] = Unary("LOG"),
        ["LOGICAL_AND"] = Truths("LOGICAL_AND", 2),
        ["LOGICAL_NOT"] = Truths("LOGICAL_NOT", 1),
        ["LOGICAL_OR"] = Truths("LOGICAL_OR", 2),
        ["LOGISTIC"] = Unary("LOGISTIC", 1f / 256, -128),
        ["LOG_SOFTMAX"] = Unary("LOG_SOFTMAX", 1f / 16, 127),
        ["MAXIMUM"] = Pair("MAXIMUM"),
        ["MAX_POOL_2D"] = Pool("MAX_POOL_2D"),
        ["MEAN"] = Reduction("MEAN"),
        ["MEAN that keeps dimensions"] = graph => Add(graph, "MEAN", [Input(graph, 2, 3, 4), Ints(graph, 1)], Result(graph, 2, 1, 4), new() { [0] = true }),
        ["MINIMUM"] = Pair("MINIMUM"),
        ["MIRROR_PAD"] = graph => Add(graph, "MIRROR_PAD", [Input(graph, 2, 3), Pairs(graph, 0, 1, 1, 1)], Result(graph, 3, 5)),
        ["MUL"] = Pair("MUL"),
        ["NEG"] = Unary("NEG"),
        ["NOT_EQUAL"] = Compare("NOT_EQUAL"),
        ["PACK"] = graph => Add(graph, "PACK", [Input(graph, 3), Input(graph, 3)], Result(graph, 3, 2), new() { [0] = 2, [1] = 1 }),
        ["PAD"] = graph => Add(graph, "PAD", [Input(graph, 2, 3), Pairs(graph, 0, 1, 2, 1)], Result(graph, 3, 6)),
        ["PADV2"] = graph => Add(graph, "PADV2", [Input(graph, 2, 3), Pairs(graph, 0, 1, 2, 1)], Result(graph, 3, 6)),
        ["PRELU"] = Pair("PRELU"),
        ["QUANTIZE"] = graph => Add(graph, "QUANTIZE", [Port(graph, Plain(graph, ElementType.Float32, 2, 3))], Result(graph, 2, 3)),
        ["READ_VARIABLE"] = Variable,
        ["REDUCE_ALL"] = TruthReduction("REDUCE_ALL"),
        ["REDUCE_ANY"] = TruthReduction("REDUCE_ANY"),
        ["REDUCE_MAX"] = Reduction("REDUCE_MAX"),
        ["REDUCE_MIN"] = Reduction("REDUCE_MIN"),
        ["RELU"] = Unary("RELU"),
        ["RELU6"] = Unary("RELU6"),
        ["RELU_0_TO_1"] = Unary("RELU_0_TO_1"),
        ["RELU_N1_TO_1"] = Unary("RELU_N1_TO_1"),
        ["RESHAPE"] = graph => Add(graph, "RESHAPE", [Input(graph, 2, 6), Ints(graph, 3, -1)], Result(graph, 3, 4)),
        ["RESHAPE by an option"] = graph => Add(graph, "RESHAPE", [Input(graph, 2, 6)], Result(graph, 3, 4), new() { [0] = new[] { 3, 4 } }),
        ["RESIZE_BILINEAR"] = graph => Add(graph, "RESIZE_BILINEAR", [Input(graph, 1, 2, 3, 2), Ints(graph, 4, 5)], Result(graph, 1, 4, 5, 2)),
        ["RESIZE_NEAREST_NEIGHBOR"] = graph => Add(graph, "RESIZE_NEAREST_NEIGHBOR", [Input(graph, 1, 2, 3, 2), Ints(graph, 4, 6)], Result(graph, 1, 4, 6, 2)),
        ["REVERSE_V2"] = graph => Add(graph, "REVERSE_V2", [Input(graph, 2, 3), Ints(graph, 1)], Result(graph, 2, 3)),
        ["ROUND"] = Unary("ROUND"),
        ["RSQRT"] = Unary("RSQRT"),
        ["SELECT"] = Selection("SELECT"),
        ["SELECT_V2"] = Selection("SELECT_V2"),
        ["SHAPE"] = graph => Add(graph, "SHAPE", [Input(graph, 2, 3)], Plain(graph, ElementType.Int32, 2)),
        ["SIGN"] = Unary("SIGN"),
        ["SIN"] = Unary("SIN"),
        ["SLICE"] = graph => Add(graph, "SLICE", [Input(graph, 3, 4, 5), Ints(graph, 1, 0, 2), Ints(graph, 1, -1, 2)], Result(graph, 1, 4, 2)),
        ["SOFTMAX"] = Unary("SOFTMAX", 1f / 256, -128),
        ["SPACE_TO_BATCH_ND"] = graph => Add(graph, "SPACE_TO_BATCH_ND", [Input(graph, 1, 3, 6, 2), Ints(graph, 2, 2), Pairs(graph, 0, 1, 0, 0)], Result(graph, 4, 2, 3, 2)),
        ["SPACE_TO_DEPTH"] = graph => Add(graph, "SPACE_TO_DEPTH", [Input(graph, 1, 4, 6, 2)], Result(graph, 1, 2, 3, 8), new() { [0] = 2 }),
        ["SPLIT"] = graph => Add(graph, "SPLIT", [Ints(graph, 1), Input(graph, 2, 6)], [Result(graph, 2, 3), Result(graph, 2, 3)], new() { [0] = 2 }),
        ["SPLIT_V"] = graph => Add(graph, "SPLIT_V", [Input(graph, 2, 6), Ints(graph, 4, -1), Ints(graph, 1)], [Result(graph, 2, 4), Result(graph, 2, 2)], new() { [0] = 2 }),
        ["SQRT"] = Unary("SQRT"),
        ["SQUARE"] = Unary("SQUARE"),
        ["SQUARED_DIFFERENCE"] = Pair("SQUARED_DIFFERENCE"),
        ["SQUEEZE"] = graph => Add(graph, "SQUEEZE", [Input(graph, 1, 2, 1, 3)], Result(graph, 2, 3)),
        ["SQUEEZE of some dimensions"] = graph => Add(graph, "SQUEEZE", [Input(graph, 1, 2, 1, 3)], Result(graph, 1, 2, 3), new() { [0] = new[] { -2 } }),
        ["STRIDED_SLICE"] = graph =>
            Add(graph, "STRIDED_SLICE", [Input(graph, 3, 4), Ints(graph, 1, 0), Ints(graph, 2, 4), Ints(graph, 1, 2)], Result(graph, 2), new() { [4] = 1 }),
        ["STRIDED_SLICE with a new dimension"] = graph =>
            Add(graph, "STRIDED_SLICE", [Input(graph, 3, 4), Ints(graph, 0, 0, 1), Ints(graph, 0, 2, 4), Ints(graph, 1, 1, 1)], Result(graph, 1, 2, 3), new() { [3] = 1 }),
        ["SUB"] = Pair("SUB"),
        ["SUM"] = Reduction("SUM"),
        ["SVDF"] = graph =>
            Add(graph, "SVDF", [Input(graph, 1, 3), Weights(graph, 4, 3), Weights(graph, 4, 5), -1, State(graph, ElementType.Int8, 0.1f, -3, 1, 20)], Result(graph, 1, 2), new() { [0] = 2, [1] = (sbyte)1 }),
        ["TANH"] = Unary("TANH", 1f / 128, 0),
        ["TILE"] = graph => Add(graph, "TILE", [Input(graph, 2, 3), Ints(graph, 1, 2)], Result(graph, 2, 6)),
        ["TRANSPOSE"] = graph => Add(graph, "TRANSPOSE", [Input(graph, 2, 3), Ints(graph, 1, 0)], Result(graph, 3, 2)),
        ["TRANSPOSE_CONV"] = graph =>
            Add(graph, "TRANSPOSE_CONV", [Ints(graph, 1, 5, 7, 3), Weights(graph, 3, 3, 3, 2), Input(graph, 1, 3, 4, 2)], Result(graph, 1, 5, 7, 3), new() { [0] = (sbyte)0, [1] = 2, [2] = 2 }),
        ["UNIDIRECTIONAL_SEQUENCE_LSTM"] = Lstm,
        ["UNPACK"] = graph => Add(graph, "UNPACK", [Input(graph, 3, 2)], [Result(graph, 3), Result(graph, 3)], new() { [0] = 2, [1] = 1 }),
        ["ZEROS_LIKE"] = graph => Add(graph, "ZEROS_LIKE", [Input(graph, 2, 3)], Plain(graph, ElementType.Int32, 2, 3)),
    };

    public static TheoryData<string> Cases => [.. Models.Keys];

    [Fact]
    public void Every_operator_is_here() =>
        Assert.Equal(TfliteOperatorTable.Names.Except(WithoutShape).Order(StringComparer.Ordinal), Models.Keys.Select(name => name.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Another_shape_than_operands_and_options_make_is_refused(string name)
    {
        int[] outputs = Convert(name, -1, []);
        for (int output = 0; output < outputs.Length; output++)
        {
            foreach (int[] other in Others(ShapeOf(name, output)))
            {
                ConversionException? refusal = Xunit.Record.Exception(() => Convert(name, output, other)) as ConversionException;
                Assert.True(refusal is not null, $"[{string.Join(',', other)}] is accepted");
                Problem problem = Assert.Single(refusal.Problems);
                Assert.True(problem.Code == ErrorCode.Demand, refusal.Message);
                Assert.Contains(name.Split(' ')[0], problem.Where, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>A computed shape leaves the declared one as the only one that is known: tflite-micro goes by it.</summary>
    [Fact]
    public void A_computed_shape_is_that_of_the_result()
    {
        TfliteBuilder builder = new();
        Finish(builder.Main, Add(builder.Main, "RESHAPE", [Input(builder.Main, 2, 6), Indexes(builder.Main, 2)], Result(builder.Main, 3, 4)));
        Assert.Equal([3, 4], Assert.Single(TfliteImporter.Import(builder.Build(), "test.tflite").Operators).Output.Shape);
    }

    /// <summary>As many elements in other dimensions, and more elements.</summary>
    private static IEnumerable<int[]> Others(int[] shape)
    {
        yield return [1, .. shape];
        yield return [.. shape, 1];
        yield return [.. shape, 2];
        if (shape.Length != 1) yield return [shape.Aggregate(1, (a, b) => a * b)];
        for (int d = 0; d < shape.Length; d++)
        {
            yield return [.. shape.Select((n, i) => i == d ? n + 1 : n)];
            if (d > 0 && shape[d] != shape[d - 1]) yield return [.. shape[..(d - 1)], shape[d], shape[d - 1], .. shape[(d + 1)..]];
        }
    }

    private static int[] ShapeOf(string name, int output)
    {
        TfliteBuilder builder = new();
        return builder.Main.Tensors[Models[name](builder.Main)[output]].Shape;
    }

    private static int[] Convert(string name, int changed, int[] shape)
    {
        TfliteBuilder builder = new();
        int[] outputs = Models[name](builder.Main);
        if (changed >= 0) builder.Main.Tensors[outputs[changed]].Shape = shape;
        Finish(builder.Main, outputs);

        ModelGraph graph = TfliteImporter.Import(builder.Build(), "test.tflite");
        ProblemList problems = new();
        foreach (Operator op in graph.Operators) op.Check(problems);
        problems.ThrowIfAny("test.tflite");
        return outputs;
    }

    private static void Finish(Graph graph, int[] outputs) => graph.Outputs.AddRange(outputs);

    private static Func<Graph, int[]> Unary(string name, float scale = 0.1f, int zeroPoint = -3) =>
        graph => Add(graph, name, [Input(graph, 2, 3)], graph.Quantized("out", scale, zeroPoint, 2, 3), new() { [0] = name == "L2_NORMALIZATION" ? (sbyte)0 : name == "GELU" ? true : 1f });

    private static Func<Graph, int[]> Pair(string name) => graph => Add(graph, name, [Input(graph, 2, 3), Input(graph, 3)], Result(graph, 2, 3));

    private static Func<Graph, int[]> Compare(string name) => graph => Add(graph, name, [Input(graph, 2, 3), Input(graph, 3)], Plain(graph, ElementType.Bool, 2, 3));

    private static Func<Graph, int[]> Truths(string name, int operands) =>
        graph => Add(graph, name, [.. Enumerable.Range(0, operands).Select(_ => Port(graph, Plain(graph, ElementType.Bool, 2, 3)))], Plain(graph, ElementType.Bool, 2, 3));

    private static Func<Graph, int[]> Selection(string name) =>
        graph => Add(graph, name, [Port(graph, Plain(graph, ElementType.Bool, 2, 3)), Input(graph, 2, 3), Input(graph, 2, 3)], Result(graph, 2, 3));

    private static Func<Graph, int[]> Reduction(string name) => graph => Add(graph, name, [Input(graph, 2, 3, 4), Ints(graph, -2)], Result(graph, 2, 4), new() { [0] = false });

    private static Func<Graph, int[]> TruthReduction(string name) =>
        graph => Add(graph, name, [Port(graph, Plain(graph, ElementType.Bool, 2, 3)), Ints(graph, 0)], Plain(graph, ElementType.Bool, 3), new() { [0] = false });

    private static Func<Graph, int[]> Pool(string name) =>
        graph => Add(graph, name, [Input(graph, 1, 4, 6, 2)], Result(graph, 1, 2, 3, 2), new() { [0] = (sbyte)1, [1] = 2, [2] = 2, [3] = 2, [4] = 2 });

    private static int[] Variable(Graph graph)
    {
        int handle = Plain(graph, ElementType.Resource), result = Result(graph, 2, 3);
        graph.Add("VAR_HANDLE", [], [handle], new() { [1] = "memory" });
        graph.Add("ASSIGN_VARIABLE", [handle, Input(graph, 2, 3)], []);
        graph.Add("READ_VARIABLE", [handle], [result]);
        return [result];
    }

    private static int[] Lstm(Graph graph)
    {
        int[] operands = [.. Enumerable.Repeat(-1, 24)];
        operands[0] = Input(graph, 1, 4, 2);
        for (int i = 1; i <= 8; i++) operands[i] = Weights(graph, 3, i <= 4 ? 2 : 3);
        for (int i = 12; i <= 15; i++) operands[i] = graph.Constant("bias", ElementType.Int32, [3], new int[3]);
        operands[18] = State(graph, ElementType.Int8, 0.1f, -3, 1, 3);
        operands[19] = State(graph, ElementType.Int16, 1f / 2048, 0, 1, 3);
        return Add(graph, "UNIDIRECTIONAL_SEQUENCE_LSTM", operands, Result(graph, 1, 4, 3), new() { [0] = Tanh });
    }

    private static int[] Add(Graph graph, string name, int[] inputs, int output, Options? options = null) => Add(graph, name, inputs, [output], options);

    private static int[] Add(Graph graph, string name, int[] inputs, int[] outputs, Options? options = null)
    {
        graph.Add(name, inputs, outputs, options);
        return outputs;
    }

    private static int Input(Graph graph, params int[] shape) => Port(graph, graph.Activation($"in {graph.Inputs.Count}", shape));

    private static int Indexes(Graph graph, params int[] shape) => Port(graph, Plain(graph, ElementType.Int32, shape));

    private static int Port(Graph graph, int tensor)
    {
        graph.Inputs.Add(tensor);
        return tensor;
    }

    private static int Result(Graph graph, params int[] shape) => graph.Activation("out", shape);

    private static int Plain(Graph graph, ElementType type, params int[] shape) => graph.Plain("plain", type, shape);

    private static int State(Graph graph, ElementType type, float scale, int zeroPoint, params int[] shape)
    {
        int state = type == ElementType.Int8 ? graph.Quantized("state", scale, zeroPoint, shape) : graph.Plain("state", type, shape);
        graph.Tensors[state].Scales = [scale];
        graph.Tensors[state].ZeroPoints = [zeroPoint];
        graph.Tensors[state].IsVariable = true;
        return state;
    }

    private static int Weights(Graph graph, params int[] shape) => graph.Constant("weights", ElementType.Int8, shape, new sbyte[shape.Aggregate(1, (a, b) => a * b)], (0.1f, 0));

    private static int Ints(Graph graph, params int[] values) => graph.Constant("ints", ElementType.Int32, [values.Length], values);

    private static int Pairs(Graph graph, params int[] values) => graph.Constant("pairs", ElementType.Int32, [values.Length / 2, 2], values);
}
