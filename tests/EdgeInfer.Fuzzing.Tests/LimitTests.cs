using EdgeInfer.Converter.Graph;
using EdgeInfer.Onnx.Export;
using EdgeInfer.Onnx.Schema;
using EdgeInfer.Tests.Tflite;
using Google.Protobuf;
using Xunit.Abstractions;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;
using Options = EdgeInfer.Tests.Tflite.TfliteBuilder.Options;
using Subgraph = EdgeInfer.Tests.Tflite.TfliteBuilder.Subgraph;

namespace EdgeInfer.Fuzzing.Tests;

/// <summary>
/// Small files that ask for huge things, and files with more of something than any model has: every one is refused with reasons that have
/// a code, or converted, within two seconds of the processor and within bounded memory.
/// </summary>
public sealed class LimitTests(ITestOutputHelper output)
{
    private const int Huge = 1 << 30;

    private const long MostBytes = 512L << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>The first of which translates the program itself, too.</summary>
    private const int Runs = 3;

    /// <summary>What a busy machine may take for it.</summary>
    private static readonly TimeSpan Hung = TimeSpan.FromSeconds(20);

    private static readonly Dictionary<string, Func<byte[]>> TfliteFiles = new()
    {
        ["FILL"] = () => Tflite(main => main.Add("FILL", [Ints(main, 4, Huge), Scalar(main)], [main.Activation("out", 4, 4)])),
        ["FILL of as many elements as possible, often"] = () => Tflite(main => Often(main, (input, i) => main.Add("FILL", [Ints(main, 1 << 24), Scalar(main)], [main.Activation($"out {i}", 1 << 24)]))),
        ["TILE"] = () => Tflite(main => main.Add("TILE", [main.Activation("in", 4), Ints(main, Huge)], [main.Activation("out", 16)])),
        ["TILE of a constant"] = () => Tflite(main => main.Add("TILE", [Scalars(main, 1 << 16), Ints(main, 1 << 16)], [main.Activation("out", 16)])),
        ["TILE by zero"] = () => Tflite(main => main.Add("TILE", [main.Activation("in", 4), Ints(main, 0)], [main.Activation("out", 16)])),
        ["TILE below zero"] = () => Tflite(main => main.Add("TILE", [main.Activation("in", 4), Ints(main, -Huge)], [main.Activation("out", 16)])),
        ["BROADCAST_TO"] = () => Tflite(main => main.Add("BROADCAST_TO", [main.Activation("in", 1), Ints(main, int.MaxValue)], [main.Activation("out", 16)])),
        ["BROADCAST_TO of a constant"] = () => Tflite(main => main.Add("BROADCAST_TO", [Scalars(main, 1), Ints(main, Huge, Huge, Huge)], [main.Activation("out", 1, 1, 16)])),
        ["PAD"] = () => Tflite(main => main.Add("PAD", [main.Activation("in", 4), main.Constant("paddings", ElementType.Int32, [1, 2], [int.MaxValue, int.MaxValue])], [main.Activation("out", 16)])),
        ["PAD below zero"] = () => Tflite(main => main.Add("PAD", [main.Activation("in", 4), main.Constant("paddings", ElementType.Int32, [1, 2], [int.MinValue, int.MinValue])], [main.Activation("out", 4)])),
        ["MIRROR_PAD"] = () => Tflite(main => main.Add("MIRROR_PAD", [main.Activation("in", 4), main.Constant("paddings", ElementType.Int32, [1, 2], [int.MaxValue, int.MaxValue])], [main.Activation("out", 16)])),
        ["RESIZE_BILINEAR"] = () => Tflite(main => main.Add("RESIZE_BILINEAR", [main.Activation("in", 1, 2, 2, 1), Ints(main, Huge, Huge)], [main.Activation("out", 1, 4, 4, 1)])),
        ["RESIZE_NEAREST_NEIGHBOR"] = () => Tflite(main => main.Add("RESIZE_NEAREST_NEIGHBOR", [main.Activation("in", 1, 2, 2, 1), Ints(main, Huge, Huge)], [main.Activation("out", 1, 4, 4, 1)])),
        ["RESIZE_NEAREST_NEIGHBOR to as much as possible, often"] = () => Tflite(main => Often(main, (input, i) => main.Add("RESIZE_NEAREST_NEIGHBOR", [input, Ints(main, 1, 1 << 24)], [main.Activation($"out {i}", 1, 1, 1 << 24, 1)]))),
        ["SPACE_TO_BATCH_ND"] = () => Tflite(main => main.Add("SPACE_TO_BATCH_ND", [main.Activation("in", 1, 4, 4, 1), Ints(main, Huge, Huge), main.Constant("paddings", ElementType.Int32, [2, 2], [0, Huge, 0, Huge])], [main.Activation("out", 4, 2, 2, 1)])),
        ["BATCH_TO_SPACE_ND"] = () => Tflite(main => main.Add("BATCH_TO_SPACE_ND", [main.Activation("in", 4, 2, 2, 1), Ints(main, 0, int.MinValue), main.Constant("crops", ElementType.Int32, [2, 2], [0, Huge, 0, Huge])], [main.Activation("out", 1, 4, 4, 1)])),
        ["GATHER_ND"] = () => Tflite(main => main.Add("GATHER_ND", [main.Activation("in", 2, 2), main.Constant("indexes", ElementType.Int32, [1, 2], [Huge, Huge])], [main.Activation("out", 1)])),
        ["GATHER in no order, often"] = () => Tflite(main => Often(main, (input, i) => main.Add("GATHER", [input, main.Constant("indexes", ElementType.Int32, [4096], [.. Enumerable.Range(0, 4096).Select(index => index * 37 % 61)])], [main.Activation($"out {i}", 4096, 61)], new Options { [0] = 0 }))),
        ["REVERSE_V2 of an unknown dimension"] = () => Tflite(main => main.Add("REVERSE_V2", [main.Activation("in", 2, 2), Ints(main, Huge)], [main.Activation("out", 2, 2)])),
        ["STRIDED_SLICE"] = () => Tflite(main => main.Add("STRIDED_SLICE", [main.Activation("in", 4), Ints(main, int.MinValue), Ints(main, int.MaxValue), Ints(main, int.MinValue)], [main.Activation("out", 4)])),
        ["SLICE"] = () => Tflite(main => main.Add("SLICE", [main.Activation("in", 4), Ints(main, int.MaxValue), Ints(main, int.MaxValue)], [main.Activation("out", 4)])),
        ["SPLIT_V"] = () => Tflite(main => main.Add("SPLIT_V", [main.Activation("in", 4), Ints(main, int.MaxValue, int.MaxValue), Ints(main, 0)], [main.Activation("out", 4), main.Activation("rest", 4)], new Options { [0] = 2 })),
        ["DEPTH_TO_SPACE"] = () => Tflite(main => main.Add("DEPTH_TO_SPACE", [main.Activation("in", 1, 2, 2, 4), ], [main.Activation("out", 1, 4, 4, 1)], new Options { [0] = Huge })),
        ["CONV_2D"] = () => Tflite(main => main.Add("CONV_2D", [main.Activation("in", 1, 4, 4, 1), main.Constant<sbyte>("weights", ElementType.Int8, [1, 1, 1, 1], [1], (0.5f, 0)), -1], [main.Activation("out", 1, 4, 4, 1)], new Options { [0] = (sbyte)0, [1] = int.MaxValue, [2] = int.MinValue, [4] = int.MaxValue, [5] = int.MaxValue })),
        ["AVERAGE_POOL_2D"] = () => Tflite(main => main.Add("AVERAGE_POOL_2D", [main.Activation("in", 1, 4, 4, 1)], [main.Activation("out", 1, 4, 4, 1)], new Options { [0] = (sbyte)0, [1] = int.MaxValue, [2] = int.MaxValue, [3] = int.MaxValue, [4] = int.MaxValue })),
        ["one dimension of 2^31 - 1"] = () => Tflite(main => main.Add("ABS", [main.Activation("in", int.MaxValue)], [main.Activation("out", int.MaxValue)])),
        ["eight dimensions of 2^31 - 1"] = () => Tflite(main => main.Add("ABS", [main.Activation("in", [.. Enumerable.Repeat(int.MaxValue, 8)])], [main.Activation("out", 1)])),
        ["dimensions below zero"] = () => Tflite(main => main.Add("ABS", [main.Activation("in", int.MinValue, int.MinValue)], [main.Activation("out", int.MinValue)])),
        ["a million dimensions"] = () => Tflite(main => main.Add("ABS", [main.Activation("in", new int[1_000_000])], [main.Activation("out", 1)])),
        ["three hundred thousand tensors"] = () => Tflite(main =>
        {
            main.Add("ABS", [main.Activation("in", 4)], [main.Activation("out", 4)]);
            for (int i = 0; i < 300_000; i++) main.Activation("unused", 4);
        }),
        ["ten thousand inputs"] = () => Tflite(main => main.Add("CONCATENATION", [.. Enumerable.Range(0, 10_000).Select(i => main.Activation($"in {i}", 1))], [main.Activation("out", 10_000)], new Options { [0] = 0 })),
        ["ten thousand outputs"] = () => Tflite(main => main.Add("SPLIT", [Ints(main, 0), main.Activation("in", 10_000)], [.. Enumerable.Range(0, 10_000).Select(i => main.Activation($"out {i}", 1))], new Options { [0] = 10_000 })),
        ["two thousand inputs"] = () => Tflite(main => main.Add("CONCATENATION", [.. Enumerable.Range(0, 2_000).Select(i => main.Activation($"in {i}", 1))], [main.Activation("out", 2_000)], new Options { [0] = 0 })),
        ["two thousand outputs"] = () => Tflite(main => main.Add("SPLIT", [Ints(main, 0), main.Activation("in", 2_000)], [.. Enumerable.Range(0, 2_000).Select(i => main.Activation($"out {i}", 1))], new Options { [0] = 2_000 })),
        ["fifteen hundred functions"] = () => Tflite(main => Chain(main, 1_500, (x, y) => main.Add("ABS", [x], [y]))),
        ["two thousand parts of parts"] = () => Tflite(main => Chain(main, 2_000, (x, y) => main.Add("SLICE", [x, Ints(main, 0), Ints(main, 4)], [y]))),
        ["ten thousand functions"] = () => Tflite(main => Chain(main, 10_000, (x, y) => main.Add("ABS", [x], [y]))),
        ["ten thousand views"] = () => Tflite(main => Chain(main, 10_000, (x, y) => main.Add("RESHAPE", [x], [y]))),
        ["ten thousand sums"] = () => Tflite(main => Chain(main, 10_000, (x, y) => main.Add("ADD", [x, x], [y]))),
        ["ten thousand sums with the first"] = () => Tflite(main => Chain(main, 10_000, (x, y) => main.Add("ADD", [x, 0], [y]))),
        ["ten thousand parts of parts"] = () => Tflite(main => Chain(main, 10_000, (x, y) => main.Add("SLICE", [x, Ints(main, 0), Ints(main, 4)], [y]))),
        ["ten thousand unknown operators"] = () => Tflite(main => Chain(main, 10_000, (x, y) => main.Add("POW", [x, x], [y]))),
        ["ten thousand wrong operators"] = () => Tflite(main => Chain(main, 10_000, (x, y) => main.Add("CONV_2D", [x, x], [y]))),
        ["fifty thousand operators whose shapes are wrong"] = () => Tflite(main => Chain(main, 50_000, (x, y) => main.Add("ABS", [main.Activation("other", 3)], [y]))),
        ["a subgraph that calls itself"] = () => Calling((builder, main) => main.Add("CALL_ONCE", [], [], new Options { [0] = 0 })),
        ["subgraphs that call each other"] = () => Calling((builder, main) =>
        {
            main.Add("CALL_ONCE", [], [], new Options { [0] = 1 });
            builder.AddSubgraph().Add("CALL_ONCE", [], [], new Options { [0] = 2 });
            builder.AddSubgraph().Add("CALL_ONCE", [], [], new Options { [0] = 1 });
        }),
        ["ten thousand subgraphs that call the next"] = () => Calling((builder, main) =>
        {
            Subgraph current = main;
            for (int i = 1; i <= 10_000; i++, current = builder.AddSubgraph()) current.Add("CALL_ONCE", [], [], new Options { [0] = i });
        }),
        ["loops and conditions"] = () => Calling((builder, main) =>
        {
            main.Add("WHILE", [], [], new Options { [0] = 0, [1] = 0 });
            main.Add("IF", [], [], new Options { [0] = 0, [1] = 0 });
        }),
    };

    private static readonly Dictionary<string, Func<byte[]>> OnnxFiles = new()
    {
        ["ConstantOfShape"] = () => Onnx(w => w.Node("Add", ["x", w.Node("ConstantOfShape", [w.Longs("shape", Huge, Huge)], "constant")], "y")),
        ["ConstantOfShape, as much as possible, often"] = () => Onnx(w => Chain(w, 100, (x, i) => w.Node("Add", [x, w.Node("ConstantOfShape", [w.Longs("shape", 1 << 24)], $"constant {i}")], $"sum {i}"))),
        ["Range"] = () => Onnx(w => w.Node("Add", ["x", w.Node("Range", [w.Constant("zero", 7, new byte[8]), w.Constant("end", 7, [0, 0, 0, 0, 0, 0, 0, 64]), w.Constant("one", 7, [1, 0, 0, 0, 0, 0, 0, 0])], "range")], "y")),
        ["Expand"] = () => Onnx(w => w.Node("Expand", ["x", w.Longs("shape", Huge, 2, 4, 4)], "y")),
        ["Expand of a constant"] = () => Onnx(w => w.Node("Add", ["x", w.Node("Expand", [w.Floats("one", [1f], 1), w.Longs("shape", Huge, Huge)], "constant")], "y")),
        ["Tile"] = () => Onnx(w => w.Node("Tile", ["x", w.Longs("repeats", Huge, Huge, Huge, Huge)], "y")),
        ["Tile, often"] = () => Onnx(w => Chain(w, 20, (x, i) => w.Node("Tile", [x, w.Longs("repeats", 2, 2, 2, 2)], $"tile {i}"))),
        ["Pad"] = () => Onnx(w => w.Node("Pad", ["x", w.Longs("pads", Huge, Huge, Huge, Huge, Huge, Huge, Huge, Huge)], "y")),
        ["Pad below zero"] = () => Onnx(w => w.Node("Pad", ["x", w.Longs("pads", -Huge, 0, 0, 0, 0, 0, 0, Huge)], "y")),
        ["Resize"] = () => Onnx(w => w.Node("Resize", ["x", "", "", w.Longs("sizes", 1, 2, Huge, Huge)], "y")),
        ["Resize by scales"] = () => Onnx(w => w.Node("Resize", ["x", "", w.Floats("scales", [1e30f, float.NaN, float.PositiveInfinity, -1f], 4)], "y")),
        ["Reshape"] = () => Onnx(w => w.Node("Reshape", ["x", w.Longs("shape", Huge, -1, 0, Huge)], "y")),
        ["DepthToSpace"] = () => Onnx(w => w.Node("DepthToSpace", ["x"], "y", Int("blocksize", Huge))),
        ["SpaceToDepth"] = () => Onnx(w => w.Node("SpaceToDepth", ["x"], "y", Int("blocksize", int.MinValue))),
        ["AveragePool"] = () => Onnx(w => w.Node("AveragePool", ["x"], "y", OnnxModelWriter.Ints("kernel_shape", Huge, Huge), OnnxModelWriter.Ints("strides", Huge, int.MinValue), OnnxModelWriter.Ints("pads", Huge, Huge, Huge, Huge))),
        ["Conv"] = () => Onnx(w => w.Node("Conv", ["x", w.Floats("weights", [1, 2], 1, 2, 1, 1)], "y", OnnxModelWriter.Ints("dilations", Huge, Huge), OnnxModelWriter.Ints("strides", Huge, Huge), OnnxModelWriter.Ints("pads", Huge, Huge, Huge, Huge), Int("group", int.MinValue))),
        ["LSTM"] = () => Onnx(w => w.Node("LSTM", ["x", "x", "x"], "y", Int("hidden_size", Huge))),
        ["an input of huge dimensions"] = () => Onnx(w => w.Node("Relu", ["x"], "y"), int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue),
        ["a constant of huge dimensions"] = () => Onnx(w => w.Node("Add", ["x", w.Constant("constant", 1, [], int.MaxValue, int.MaxValue, int.MaxValue)], "y")),
        ["a constant of dimensions below zero"] = () => Onnx(w => w.Node("Add", ["x", w.Constant("constant", 1, [], int.MinValue, int.MinValue, int.MinValue)], "y")),
        ["ten thousand functions"] = () => Onnx(w => Chain(w, 10_000, (x, i) => w.Node("Abs", [x], $"abs {i}"))),
        ["ten thousand sums"] = () => Onnx(w => Chain(w, 10_000, (x, i) => w.Node("Add", [x, "x"], $"sum {i}"))),
        ["ten thousand transpositions"] = () => Onnx(w => Chain(w, 10_000, (x, i) => w.Node("Transpose", [x], $"turned {i}", OnnxModelWriter.Ints("perm", 1, 2, 3, 0)))),
        ["ten thousand convolutions"] = () => Onnx(w => Chain(w, 10_000, (x, i) => w.Node("Conv", [x, w.Floats($"weights {i}", [1, 2, 3, 4], 2, 2, 1, 1)], $"convolved {i}"))),
        ["ten thousand unknown operators"] = () => Onnx(w => Chain(w, 10_000, (x, i) => w.Node("Unheard", [x], $"unheard {i}"))),
        ["fifty thousand constants"] = () => Onnx(w => Chain(w, 50_000, (x, i) => i < 49_999 ? w.Floats($"constant {i}", [1f], 1) : w.Node("Add", ["x", x], "y"))),
        ["an operator of ten thousand operands"] = () => Onnx(w => w.Node("Concat", [.. Enumerable.Repeat("x", 10_000)], "y", Int("axis", 1))),
        ["an operator that reads what it makes"] = () => Onnx(w => w.Node("Add", ["x", "y"], "y")),
        ["nested graphs"] = () => Nested(90),
        ["graphs nested deeper than a reader follows"] = () => Nested(10_000),
        ["groups without an end"] = () => [8, 9, .. Enumerable.Repeat((byte)0x7b, 100_000)],
    };

    public static TheoryData<string> Tflites => [.. TfliteFiles.Keys];

    public static TheoryData<string> Onnxs => [.. OnnxFiles.Keys];

    [Theory]
    [MemberData(nameof(Tflites))]
    public void Tflite_files_beyond_all_limits_are_refused_or_converted_in_time(string name) => Try(new TfliteTarget(), TfliteFiles[name]());

    [Theory]
    [MemberData(nameof(Onnxs))]
    public void Onnx_files_beyond_all_limits_are_refused_or_converted_in_time(string name) => Try(new OnnxTarget(), OnnxFiles[name]());

    private void Try(FuzzTarget target, byte[] file)
    {
        TimeSpan fastest = TimeSpan.MaxValue;
        for (int i = 0; i < Runs && fastest >= Longest; i++)
        {
            TimeSpan time = Run(target, file);
            if (time < fastest) fastest = time;
        }

        Assert.True(fastest < Longest, $"it takes {fastest}");
    }

    /// <summary>One run in a thread of its own, whose memory is counted, and which is given up where it does not end.</summary>
    private TimeSpan Run(FuzzTarget target, byte[] file)
    {
        bool taken = false;
        long bytes = 0;
        Exception? finding = null;
        Thread thread = new(() =>
        {
            try
            {
                taken = target.Run(file);
            }
            catch (Exception e)
            {
                finding = e;
            }

            bytes = GC.GetAllocatedBytesForCurrentThread();
        }) { IsBackground = true };
        TimeSpan start = Environment.CpuUsage.TotalTime;
        thread.Start();
        Assert.True(thread.Join(Hung), "it does not end");
        TimeSpan time = Environment.CpuUsage.TotalTime - start;
        Assert.Null(finding);
        output.WriteLine($"{file.Length} bytes: {(taken ? "taken" : "refused")}, {time.TotalSeconds:0.00} s, {bytes >> 20} MB");
        Assert.InRange(bytes, 0, MostBytes);
        return time;
    }

    private static byte[] Tflite(Action<Subgraph> add)
    {
        TfliteBuilder builder = new();
        add(builder.Main);
        builder.Main.Inputs.AddRange(builder.Main.Tensors.Select((tensor, i) => (tensor, i)).Where(t => t.tensor.Name.StartsWith("in", StringComparison.Ordinal) && t.tensor.Buffer == 0).Select(t => t.i));
        builder.Main.Outputs.AddRange(builder.Main.Tensors.Select((tensor, i) => (tensor, i)).Where(t => t.tensor.Name.StartsWith("out", StringComparison.Ordinal)).Select(t => t.i));
        return builder.Build();
    }

    private static byte[] Calling(Action<TfliteBuilder, Subgraph> add)
    {
        TfliteBuilder builder = TfliteBuilder.SmallModel();
        add(builder, builder.Main);
        return builder.Build();
    }

    private static int Ints(Subgraph main, params int[] values) => main.Constant("ints", ElementType.Int32, [values.Length], values);

    private static int Scalar(Subgraph main) => main.Constant<sbyte>("scalar", ElementType.Int8, [], [1], (0.1f, -3));

    private static int Scalars(Subgraph main, int count) => main.Constant("scalars", ElementType.Int8, [count], new sbyte[count], (0.1f, -3));

    private static void Often(Subgraph main, Action<int, int> add)
    {
        int input = main.Activation("in", 1, 1, 61, 1);
        for (int i = 0; i < 20; i++) add(input, i);
    }

    private static void Chain(Subgraph main, int length, Action<int, int> add)
    {
        int current = main.Activation("in", 4);
        for (int i = 0; i < length; i++)
        {
            int next = main.Activation(i == length - 1 ? "out" : $"between {i}", 4);
            add(current, next);
            current = next;
        }
    }

    private static byte[] Onnx(Action<OnnxModelWriter> add, params int[] shape)
    {
        OnnxModelWriter writer = new("limits");
        writer.Input("x", shape.Length == 0 ? [1, 2, 4, 4] : shape);
        add(writer);
        writer.Output("y", [1, 2, 4, 4]);
        return writer.Finish();
    }

    private static void Chain(OnnxModelWriter writer, int length, Func<string, int, string> add)
    {
        string current = "x";
        for (int i = 0; i < length; i++) current = add(current, i);
        if (current != "y") writer.Node("Relu", [current], "y");
    }

    /// <summary>Conditions in the branches of conditions, written inside out, for writers follow no deeper than readers.</summary>
    private static byte[] Nested(int depth)
    {
        AttributeProto branch = new() { Name = "then_branch", Type = 5 };
        NodeProto node = new() { OpType = "If", Name = "y" };
        node.Input.Add("x");
        node.Output.Add("y");

        // Each message ends with the one inside it, so that only lengths are written in front.
        List<byte[]> heads = [];
        long length = 0;
        for (int i = 0; i < depth; i++)
        {
            byte[] graph = Head(6, length), attribute = [.. branch.ToByteArray(), .. graph];
            length += attribute.Length;
            byte[] outer = [.. node.ToByteArray(), .. Head(5, length), .. attribute];
            length += outer.Length - attribute.Length;
            byte[] whole = [.. Head(1, length), .. outer];
            length += whole.Length - outer.Length;
            heads.Add(whole);
        }

        heads.Reverse();
        OperatorSetIdProto opset = new() { Domain = string.Empty, Version = 17 };
        ValueInfoProto port = new() { Name = "y" };
        byte[] end = [.. Head(12, port.CalculateSize()), .. port.ToByteArray()];
        return [8, 9, .. Head(8, opset.CalculateSize()), .. opset.ToByteArray(), .. Head(7, length + end.Length), .. heads.SelectMany(head => head), .. end];
    }

    /// <summary>Number and length of a field that is a message.</summary>
    private static byte[] Head(int field, long length)
    {
        List<byte> head = [(byte)((field << 3) | 2)];
        for (; length > 127; length >>= 7) head.Add((byte)(length | 128));
        return [.. head, (byte)length];
    }
}
