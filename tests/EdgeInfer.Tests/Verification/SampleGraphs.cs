using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Packing;
using EdgeInfer.Tests.Operators;
using CopyLayout = EdgeInfer.Kernels.Copy;

namespace EdgeInfer.Tests.Verification;

/// <summary>Small graphs that between them use every kernel and every way of placing a tensor.</summary>
internal static partial class SampleGraphs
{
    /// <summary>The sample whose weights are read while it runs.</summary>
    public const string StreamedSample = "weights from storage";

    /// <summary>The sample whose tables are read while it runs, too.</summary>
    public const string TableSample = "weights and tables from storage";

    /// <summary>The sample whose constants are floats, which a reset rebuilds from their bits.</summary>
    public const string FloatSample = "float constants";

    /// <summary>The sample whose weights are packed at reset.</summary>
    public const string PackedSample = "fully connected with packed weights";

    private static readonly Dictionary<string, Func<ModelGraph>> Makers = new()
    {
        ["average pool"] = () => Pool(average: true),
        ["maximum pool"] = () => Pool(average: false),
        ["softmax"] = () => Soft(ElementType.Int8),
        ["softmax to 16 bits"] = () => Soft(ElementType.Int16),
        ["sum with broadcast"] = () => Pair((a, b, y) => new Add(a, b, y, FusedActivation.None), [3, 1, 5], [4, 5]),
        ["difference in place"] = () => Pair((a, b, y) => new Sub(a, b, y, FusedActivation.Relu), [2, 7], [2, 7]),
        ["product"] = () => Pair((a, b, y) => new Mul(a, b, y, FusedActivation.None), [4, 3], [1, 3]),
        ["mean"] = Means,
        ["quantize and dequantize"] = QuantizeAndDequantize,
        ["filter with 8-bit state"] = () => Filter(ElementType.Int8),
        ["filter with 16-bit state"] = () => Filter(ElementType.Int16),
        ["recurrent"] = Recurrent,
        ["pad and concatenate"] = PadAndConcatenate,
        ["convolution"] = () => Convolution(new Window2D(1, 1, 1, 1, 1, 1, 1, 1), filter: 3, channels: 4, groups: 2, filters: 6),
        ["convolution in place"] = () => Convolution(new Window2D(), filter: 1, channels: 6, groups: 1, filters: 5),
        ["convolution with stride and dilation"] = () => Convolution(new Window2D(2, 1, 1, 2), filter: 2, channels: 3, groups: 1, filters: 2),
        ["convolution of a strip"] = () => Convolution(new Window2D(1, 1, 1, 1, 0, 0, 1, 1), [1, 16, 32, 16], [1, 2, 2, 16]),
        ["convolution of rows"] = () => Convolution(new Window2D(2, 2, 1, 1, 4, 1, 5, 1), [1, 12, 14, 1], [3, 10, 8, 1]),
        ["depthwise in place"] = () => Depthwise(filter: 2, multiplier: 1),
        ["depthwise of stride one, not cut"] = () => Depthwise(filter: 3, multiplier: 1),
        ["depthwise of stride one"] = () => CutDepthwise(7, 4, new Window2D().WithSamePadding(7, 4, 3, 3)),
        ["depthwise of three columns"] = () => CutDepthwise(3, 3, new Window2D().WithSamePadding(3, 3, 3, 3)),
        ["depthwise of five columns"] = () => CutDepthwise(4, 5, new Window2D().WithSamePadding(4, 5, 3, 3)),
        ["depthwise of stride two"] = () => CutDepthwise(7, 6, new Window2D(2, 2).WithSamePadding(7, 6, 3, 3)),
        ["depthwise of one position"] = () => CutDepthwise(3, 4, new Window2D(1, 2)),
        ["depthwise along a row"] = () => LongDepthwise(FusedActivation.Relu6),
        ["depthwise of several passes"] = () => LongDepthwise(FusedActivation.None),
        ["depthwise with multiplier"] = () => Depthwise(filter: 2, multiplier: 2),
        ["fully connected"] = () => GraphRunner.GraphOf(Dense("dense", Activation("input", 2, 11), 5)),
        ["fully connected with pruned weights"] = Pruned,
        ["convolution with pruned weights"] = PrunedConvolution,
        [PackedSample] = () => GraphRunner.GraphOf(Dense("dense", Activation("input", 2, 37), 7)),
        ["convolution with 4-bit weights"] = () => FourBit(Convolution(new Window2D(1, 1, 1, 1, 1, 1, 1, 1), filter: 3, channels: 4, groups: 2, filters: 6)),
        ["long convolution with 4-bit weights"] = () => FourBit(Convolution(new Window2D(2, 1, 1, 2), [1, 4, 5, 29], [3, 2, 2, 29])),
        ["fully connected with 4-bit weights"] = () => FourBit(GraphRunner.GraphOf(Dense("dense", Activation("input", 2, 85), 5))),
        ["larger with broadcast"] = () => Chosen(largest: true, [3, 1, 5], [4, 5]),
        ["smaller in place"] = () => Chosen(largest: false, [2, 7], [2, 7]),
        ["comparison"] = () => Compared([3, 1, 5], [4, 5]),
        ["squared difference"] = () => Pair((a, b, y) => new SquaredDifference(a, b, y), [4, 3], [1, 3]),
        ["slopes"] = () => Pair((a, b, y) => new Prelu(a, b, y), [4, 3], [3]),
        ["selection"] = () => Selected([2, 3, 4], [3, 1], [4]),
        ["largest and smallest"] = Extremes,
        ["products of matrices"] = () => Products(transposed: false, [2, 1, 3, 34], [2, 34, 5], [2, 2, 3, 5]),
        ["products of transposed matrices"] = () => Products(transposed: true, [2, 6, 3], [4, 6], [2, 3, 4]),
        ["rows of a tensor by computed indexes"] = () => Chosen(constant: false),
        ["rows of a constant by computed indexes"] = () => Chosen(constant: true),
        ["quotient"] = () => Pair((a, b, y) => new Div(a, b, y, FusedActivation.Relu), [4, 3], [1, 3]),
        ["elements of a tensor by computed tuples"] = () => GraphRunner.GraphOf(new GatherTuples(Activation("rows", 3, 2, 4), new GraphTensor("indexes", ElementType.Int32, [5, 2]), Activation("output", 5, 4))),
        ["integers"] = Integers,
        ["sum of three"] = () => GraphRunner.GraphOf(new AddN([Activation("first", 2, 5), Activation("second", 2, 5), Activation("third", 2, 5)], Activation("output", 2, 5))),
        ["cumulative sums"] = () => GraphRunner.GraphOf(new CumulativeSum(Activation("input", 2, 4, 3), 1, exclusive: true, reverse: true, Activation("output", 2, 4, 3))),
        ["index of the largest"] = () => Indexes(largest: true),
        ["index of the smallest"] = () => Indexes(largest: false),
        ["interpolation"] = Interpolated,
        ["vectors of length one"] = () => GraphRunner.GraphOf(new L2Normalization(Activation("input", 3, 7), Operands.Activation("output", [3, 7], 1f / 128, 0))),
        ["logarithm of softmax"] = () => GraphRunner.GraphOf(new LogSoftmax(Activation("input", 3, 7), Operands.Activation("output", [3, 7], 1f / 16, 127))),
        ["transposed convolution"] = Transposed,
        ["wide convolution"] = () => WideConvolution(ElementType.Int64),
        ["wide convolution with narrow sums"] = () => WideConvolution(ElementType.Int32),
        ["wide depthwise"] = () => GraphRunner.GraphOf(new DepthwiseConv2D(
            Operands.Wide("input", [1, 5, 5, 3], 0.01f), Operands.Weights([1, 3, 3, 6], Values(54, 5), [0.02f]), Operands.WideBias([.. Biases(6).Select(b => (long)b)]), Operands.Wide("output", [1, 5, 5, 6], 0.02f),
            new Window2D().WithSamePadding(5, 5, 3, 3), FusedActivation.Relu)),
        ["wide pools"] = WidePools,
        ["wide pairs"] = WidePairs,
        ["wide choices"] = WideChoices,
        ["wide functions"] = WideFunctions,
        ["wide recurrent"] = WideRecurrent,
        ["wide products"] = () => GraphRunner.GraphOf(new BatchMatMul(
            Operands.Wide("first", [2, 4, 3], 0.01f), Operands.Wide("second", [5, 4], 0.02f), transposes1: true, transposes2: true, Operands.Wide("output", [2, 3, 5], 5))),
        ["copy"] = Copies,
        ["state and constants"] = StateAndConstants,
        [FloatSample] = FloatConstants,
        ["parts"] = Parts,
        ["moving window"] = MovingWindow,
        [StreamedSample] = Streamed,
        [TableSample] = StreamedTables,
        ["network"] = Network,
    };

    public static IReadOnlyCollection<string> Names => Makers.Keys;

    public static TheoryData<string> All => [.. Makers.Keys];

    /// <summary>Converts a sample; only the network carries names, labels and a self-test.</summary>
    public static ConversionResult Convert(string name)
    {
        bool whole = name == "network";
        ConversionOptions options = new()
        {
            Labels = whole ? ["yes", "no", "größer", "无🙂"] : [],
            KeepNames = whole,
            SelfTestFrames = whole ? 2 : 0,
            PackWeights = name == PackedSample,
            WeightBuffer = name == StreamedSample ? StreamBytes : name == TableSample ? 0 : null,
        };
        return ModelConverter.Convert(Makers[name](), new byte[32], options);
    }

    public static ModelGraph Make(string name) => Makers[name]();

    public static byte[] Blob(string name) => Convert(name).Blob;

    private static GraphTensor Activation(string name, params int[] shape) => Operands.Activation(name, shape, 0.1f, 3);

    private static int[] Values(int count, int seed) => Operands.Int8s(count, Pattern.Random, new Random(seed));

    private static int[] Biases(int count) => [.. Values(count, 5).Select(v => v * 100)];

    private static ModelGraph Convolution(Window2D window, int filter, int channels, int groups, int filters) =>
        Convolution(window, [1, 5, 6, channels], [filters, filter, filter, channels / groups]);

    private static ModelGraph Convolution(Window2D window, int[] shape, int[] filters)
    {
        GraphTensor input = Activation("input", shape);
        GraphTensor output = Activation("output", 1, window.OutputHeight(shape[1], filters[1]), window.OutputWidth(shape[2], filters[2]), filters[0]);
        GraphTensor weights = Operands.Weights(filters, Values(filters.Aggregate(1, (a, b) => a * b), 1), [0.01f]);
        return GraphRunner.GraphOf(new Conv2D(input, weights, Operands.Bias(Biases(filters[0])), output, window, FusedActivation.Relu));
    }

    private static ModelGraph Depthwise(int filter, int multiplier)
    {
        GraphTensor input = Activation("input", 1, 5, 4, 3);
        Window2D window = new Window2D().WithSamePadding(5, 4, filter, filter);
        GraphTensor weights = Operands.Weights([1, filter, filter, 3 * multiplier], Values(filter * filter * 3 * multiplier, 2), [0.02f], axis: 3);
        return GraphRunner.GraphOf(new DepthwiseConv2D(input, weights, Operands.Bias(Biases(3 * multiplier)), Activation("output", 1, 5, 4, 3 * multiplier), window, FusedActivation.None));
    }

    /// <summary>Three by three taps and an activation that cuts, for which there are variants.</summary>
    private static ModelGraph CutDepthwise(int height, int width, Window2D window)
    {
        GraphTensor input = Activation("input", 2, height, width, 3);
        GraphTensor weights = Operands.Weights([1, 3, 3, 3], Values(27, 2), [0.02f], axis: 3);
        GraphTensor output = Activation("output", 2, window.OutputHeight(height, 3), window.OutputWidth(width, 3), 3);
        return GraphRunner.GraphOf(new DepthwiseConv2D(input, weights, Operands.Bias(Biases(3)), output, window, FusedActivation.Relu));
    }

    /// <summary>One row of outputs of eight or ten taps: bands of columns, and outputs that are made in the lanes.</summary>
    private static ModelGraph LongDepthwise(FusedActivation activation)
    {
        int columns = activation == FusedActivation.None ? 5 : 4;
        GraphTensor input = Activation("input", 2, 2, 9, 3);
        GraphTensor weights = Operands.Weights([1, 2, columns, 3], Values(6 * columns, 2), [0.02f], axis: 3);
        GraphTensor output = Activation("output", 2, 1, 9, 3);
        return GraphRunner.GraphOf(new DepthwiseConv2D(input, weights, Operands.Bias(Biases(3)), output, new Window2D(Left: 2, Right: columns - 3), activation));
    }

    /// <summary>The same graph with the upper four bits of its weights.</summary>
    private static ModelGraph FourBit(ModelGraph graph)
    {
        Operator op = graph.Operators.Single();
        GraphTensor weights = op.Inputs[1]!;
        GraphTensor four = Operands.Weights(weights.Shape, [.. weights.Int8s().ToArray().Select(w => w >> 4)], weights.Quantization!.Scales, weights.Quantization.Axis, ElementType.Int4);
        return GraphRunner.GraphOf(op.With([op.Inputs[0], four, op.Inputs[2]], op.Outputs));
    }

    private static FullyConnected Dense(string name, GraphTensor input, int channels)
    {
        int depth = input.Shape[^1];
        GraphTensor output = Activation(name, [.. input.Shape[..^1], channels]);
        return new FullyConnected(input, Operands.Weights([channels, depth], Values(channels * depth, 3), [0.03f]), Operands.Bias(Biases(channels)), output, FusedActivation.None) { Label = name };
    }

    private static ModelGraph Pruned()
    {
        int[] weights = Values(6 * 40, 3);
        for (int row = 0; row < 6; row++) weights.AsSpan((row * 40) + (row % 2 * 16), 24 - (row % 2 * 8)).Clear();
        weights.AsSpan(0, 160).Clear();
        return GraphRunner.GraphOf(new FullyConnected(
            Activation("input", 2, 40), Operands.Weights([6, 40], weights, [0.03f]), Operands.Bias(Biases(6)), Activation("output", 2, 6), FusedActivation.None));
    }

    private static ModelGraph PrunedConvolution()
    {
        int[] weights = Values(5 * 40, 3);
        weights.AsSpan(0, 168).Clear();
        return GraphRunner.GraphOf(new Conv2D(
            Activation("input", 1, 4, 3, 20), Operands.Weights([5, 1, 2, 20], weights, [0.03f]), Operands.Bias(Biases(5)), Activation("output", 1, 4, 2, 5),
            new Window2D(), FusedActivation.None));
    }

    /// <summary>A transposition of bytes, a broadcast with a negative stride and a move of halves.</summary>
    private static ModelGraph Copies()
    {
        GraphTensor bytes = Activation("bytes", 2, 3, 4);
        GraphTensor halves = new("halves", ElementType.Int16, [6]) { Quantization = new Quantization(1, 0) };
        GraphTensor turned = Activation("turned", 4, 3, 2);
        GraphTensor moved = new("moved", ElementType.Int16, [3]) { Quantization = new Quantization(1, 0) };
        ModelGraph graph = new("copy");
        graph.Inputs.AddRange([bytes, halves]);
        graph.Outputs.AddRange([turned, moved]);
        graph.Operators.Add(new RecordOperator([bytes], [turned], packer =>
            Copy(packer, bytes, turned, (0, 0), (2, 12), [1, 1, 4, 3], [0, 0, 1, 4], [0, 0, 6, 2])));
        graph.Operators.Add(new RecordOperator([halves], [moved], packer =>
            Copy(packer, halves, moved, (5, 0), (1, 1), [1, 1, 1, 3], [0, 0, 0, -2], [0, 0, 0, 1])));
        return graph;
    }

    private static void Copy(
        Packer packer, GraphTensor input, GraphTensor output, (int Input, int Output) starts, (int Length, int Step) run, int[] lengths, int[] inputStrides, int[] outputStrides)
    {
        PackedRecord record = packer.Add(OperatorCode.Copy, CopyLayout.Words, output);
        record.SetOperand(CopyLayout.Input, input);
        record[CopyLayout.InputStart] = starts.Input;
        record[CopyLayout.OutputStart] = starts.Output;
        record[CopyLayout.RunLength] = run.Length;
        record[CopyLayout.RunStep] = run.Step;
        for (int d = 0; d < CopyLayout.Dimensions; d++)
        {
            record[CopyLayout.Lengths + d] = lengths[d];
            record[CopyLayout.InputStrides + d] = inputStrides[d];
            record[CopyLayout.OutputStrides + d] = outputStrides[d];
        }

        record.SetUnits(1, output.Count);
    }

    /// <summary>A state that is read and replaced at every inference, and constants of three widths in the arena.</summary>
    private static ModelGraph StateAndConstants()
    {
        GraphTensor input = Activation("input", 8);
        GraphTensor state = new("state", ElementType.Int8, [8]) { IsVariable = true, InitialData = [.. Enumerable.Repeat((byte)3, 8)], Quantization = input.Quantization };
        GraphTensor previous = Activation("previous", 8);
        GraphTensor squashed = Activation("squashed", 8);
        ModelGraph graph = new("state");
        graph.Inputs.Add(input);
        graph.Outputs.Add(previous);
        graph.Operators.AddRange([new ReadVariable(state, previous), new LeakyRelu(input, squashed, 0.5f), new AssignVariable(squashed, state)]);
        AddConstant(graph, new("table", ElementType.Int32, [4]) { Data = [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0] });
        AddConstant(graph, new("halves", ElementType.Int16, [3]) { Data = [1, 0, 2, 0, 3, 0], Quantization = new Quantization(1, 0) });
        AddConstant(graph, new("bytes", ElementType.Int8, [5]) { Data = [1, 255, 3, 4, 5], Quantization = input.Quantization });
        return graph;
    }

    private static ModelGraph FloatConstants()
    {
        ModelGraph graph = new("floats");
        graph.Inputs.Add(Activation("input", 1));
        AddConstant(graph, new("different", ElementType.Float32, [2]) { Data = [.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f)] });
        AddConstant(graph, new("same", ElementType.Float32, [2]) { Data = [.. BitConverter.GetBytes(7f), .. BitConverter.GetBytes(7f)] });
        return graph;
    }

    /// <summary>Copies a constant; the graph's input, which is not used, keeps the copy from being made at conversion.</summary>
    private static void AddConstant(ModelGraph graph, GraphTensor constant)
    {
        GraphTensor copy = new(constant.Name + " copy", constant.Type, constant.Shape) { Quantization = constant.Quantization };
        graph.Operators.Add(new RecordOperator([constant, graph.Inputs[0]], [copy], packer => Move(packer, constant, copy)));
        graph.Outputs.Add(copy);
    }

    private static void Move(Packer packer, GraphTensor input, GraphTensor output) =>
        Copy(packer, input, output, (0, 0), (input.Count, 1), [1, 1, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]);

    /// <summary>A few layers whose activations share memory.</summary>
    private static ModelGraph Network()
    {
        GraphTensor input = Activation("input", 1, 6, 5, 1);
        GraphTensor first = Activation("first", 1, 3, 3, 4);
        GraphTensor second = Activation("second", 1, 3, 3, 4);
        GraphTensor third = Activation("third", 1, 3, 3, 3);
        GraphTensor flat = Activation("flat", 1, 27);
        ModelGraph graph = new("network");
        graph.Inputs.Add(input);
        graph.Operators.Add(new Conv2D(input, Operands.Weights([4, 3, 3, 1], Values(36, 6), [0.01f]), null, first, new Window2D(2, 2).WithSamePadding(6, 5, 3, 3), FusedActivation.Relu) { Label = "first" });
        graph.Operators.Add(new DepthwiseConv2D(first, Operands.Weights([1, 3, 3, 4], Values(36, 7), [0.01f], axis: 3), null, second, new Window2D().WithSamePadding(3, 3, 3, 3), FusedActivation.None) { Label = "second" });
        graph.Operators.Add(new Conv2D(second, Operands.Weights([3, 1, 1, 4], Values(12, 8), [0.05f]), null, third, new Window2D(), FusedActivation.None) { Label = "third" });
        graph.Operators.Add(new Reshape(third, flat) { Label = "flat" });
        FullyConnected last = Dense("scores", flat, 4);
        graph.Operators.Add(last);
        graph.Outputs.Add(last.Output);
        return graph;
    }
}
