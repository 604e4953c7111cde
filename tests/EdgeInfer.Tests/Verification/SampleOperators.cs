using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Operators;

namespace EdgeInfer.Tests.Verification;

/// <content>Graphs of one or two operators each, for the kernels beside convolutions and copies.</content>
internal static partial class SampleGraphs
{
    private static ModelGraph Pool(bool average)
    {
        GraphTensor input = Activation("input", 1, 5, 6, 3);
        Window2D window = new Window2D(2, 2).WithSamePadding(5, 6, 3, 3);
        GraphTensor output = Activation("output", 1, 3, 3, 3);
        return GraphRunner.GraphOf(average
            ? new AveragePool2D(input, output, 3, 3, window, FusedActivation.Relu)
            : new MaxPool2D(input, output, 3, 3, window, FusedActivation.None));
    }

    private static ModelGraph Soft(ElementType type)
    {
        Quantization probability = type == ElementType.Int8 ? new Quantization(1f / 256, -128) : new Quantization(1f / 65536, -32768);
        return GraphRunner.GraphOf(new Softmax(Activation("input", 3, 7), new GraphTensor("output", type, [3, 7]) { Quantization = probability }, 1));
    }

    private static ModelGraph Pair(Func<GraphTensor, GraphTensor, GraphTensor, Operator> create, int[] shape1, int[] shape2)
    {
        int rank = Math.Max(shape1.Length, shape2.Length);
        int Dimension(int[] shape, int d) => d + shape.Length < rank ? 1 : shape[d + shape.Length - rank];
        int[] shape = [.. Enumerable.Range(0, rank).Select(d => Math.Max(Dimension(shape1, d), Dimension(shape2, d)))];
        return GraphRunner.GraphOf(create(
            Operands.Activation("first", shape1, 0.1f, 3), Operands.Activation("second", shape2, 0.2f, -5), Operands.Activation("output", shape, 0.3f, 7)));
    }

    private static ModelGraph Chosen(bool largest, int[] shape1, int[] shape2) =>
        Pair((a, b, y) => new Extremum(Operands.Requantized(a, 1, 0), Operands.Requantized(b, 1, 0), Operands.Requantized(y, 1, 0), largest), shape1, shape2);

    private static ModelGraph Compared(int[] shape1, int[] shape2) =>
        Pair((a, b, y) => new Comparison(a, b, new GraphTensor("output", ElementType.Bool, y.Shape), Relation.LessEqual), shape1, shape2);

    /// <summary>What is chosen between is compared first: a graph has no truth values as inputs.</summary>
    private static ModelGraph Selected(int[] shape, int[] shape2, int[] condition)
    {
        GraphTensor a = Operands.Activation("a", shape, 0.1f, 3), b = Operands.Activation("b", shape2, 0.1f, 3), c = Operands.Activation("c", condition, 0.1f, 0);
        GraphTensor truth = new("truth", ElementType.Bool, condition), output = Operands.Activation("output", shape, 0.1f, 3);
        ModelGraph graph = new("selection");
        graph.Inputs.AddRange([a, b, c]);
        graph.Outputs.Add(output);
        graph.Operators.AddRange([new Comparison(c, c, truth, Relation.Greater), new Select(a, b, truth, output)]);
        return graph;
    }

    /// <summary>Dimensions apart from each other, which takes two pools each.</summary>
    private static ModelGraph Extremes()
    {
        GraphTensor input = Activation("input", 2, 3, 4, 2), most = Activation("most", 3, 2), least = Activation("least", 3, 2);
        ModelGraph graph = new("extremes");
        graph.Inputs.Add(input);
        graph.Outputs.AddRange([most, least]);
        graph.Operators.AddRange([new ReduceExtremum(input, [0, 2], most, largest: true), new ReduceExtremum(input, [0, 2], least, largest: false)]);
        return graph;
    }

    private static ModelGraph Products(bool transposed, int[] shape1, int[] shape2, int[] output) => GraphRunner.GraphOf(new BatchMatMul(
        Activation("first", shape1), Operands.Activation("second", shape2, 0.2f, -5), transposed, transposed, Operands.Activation("output", output, 5, 7)));

    /// <summary>What computes indexes: a product, a remainder's limit, a comparison, and a cast that loses bits.</summary>
    private static ModelGraph Integers()
    {
        GraphTensor Of(string name, ElementType type = ElementType.Int32) => new(name, type, [3, 4]);
        GraphTensor a = Of("a"), b = new("b", ElementType.Int32, [4]), product = Of("product"), quotient = Of("quotient"), truth = Of("truth", ElementType.Bool), narrow = Of("narrow", ElementType.Int16);
        ModelGraph graph = new("integers");
        graph.Inputs.AddRange([a, b]);
        graph.Outputs.AddRange([truth, narrow]);
        graph.Operators.AddRange([new Mul(a, b, product, FusedActivation.Relu), new Div(product, b, quotient, FusedActivation.None), new Comparison(quotient, a, truth, Relation.NotEqual), new Cast(quotient, narrow)]);
        return graph;
    }

    private static ModelGraph Chosen(bool constant)
    {
        GraphTensor rows = Activation("rows", 2, 5, 3);
        if (constant) rows.Data = [.. Values(rows.Count, 6).Select(v => (byte)v)];
        return GraphRunner.GraphOf(new GatherRows(rows, 1, 1, new GraphTensor("indexes", ElementType.Int32, [2, 4]), Activation("output", 2, 4, 3)));
    }

    private static ModelGraph Indexes(bool largest) =>
        GraphRunner.GraphOf(new ArgMax(Activation("input", 3, 5, 2), 1, new GraphTensor("output", ElementType.Int32, [3, 2]), largest));

    private static ModelGraph Interpolated() =>
        GraphRunner.GraphOf(new ResizeBilinear(Activation("input", 2, 3, 2, 2), alignCorners: false, halfPixelCenters: true, Activation("output", 2, 4, 5, 2)));

    private static ModelGraph Transposed() => GraphRunner.GraphOf(new TransposeConv(
        Activation("input", 1, 3, 4, 2), Operands.Weights([3, 3, 2, 2], Values(36, 4), [0.02f]), Operands.Bias(Biases(3)),
        Activation("output", 1, 6, 8, 3), new Window2D(2, 2, Top: 1), FusedActivation.Relu));

    private static ModelGraph WideConvolution(ElementType biasType) => GraphRunner.GraphOf(new Conv2D(
        Operands.Wide("input", [1, 5, 4, 4], 0.01f), Operands.Weights([6, 3, 3, 2], Values(108, 5), [0.02f]), Operands.WideBias([.. Biases(6).Select(b => (long)b)], biasType),
        Operands.Wide("output", [1, 5, 4, 6], 0.03f), new Window2D().WithSamePadding(5, 4, 3, 3), FusedActivation.Relu));

    private static ModelGraph WidePools()
    {
        GraphTensor input = Operands.Wide("input", [1, 5, 6, 3], 0.01f), between = Operands.Wide("between", [1, 3, 3, 3], 0.01f), output = Operands.Wide("output", [1, 2, 2, 3], 0.01f);
        ModelGraph graph = new("wide pools");
        graph.Inputs.Add(input);
        graph.Outputs.Add(output);
        graph.Operators.AddRange(
        [
            new AveragePool2D(input, between, 3, 3, new Window2D(2, 2).WithSamePadding(5, 6, 3, 3), FusedActivation.None),
            new MaxPool2D(between, output, 2, 2, new Window2D(), FusedActivation.None),
        ]);
        return graph;
    }

    /// <summary>A sum with broadcasting, a product of it, the larger of that and a difference, and its square.</summary>
    private static ModelGraph WidePairs()
    {
        GraphTensor a = Operands.Wide("a", [3, 1, 5], 0.01f), b = Operands.Wide("b", [4, 5], 0.02f);
        GraphTensor sum = Wide("sum"), product = Wide("product"), difference = Wide("difference"), larger = Wide("larger"), square = Wide("square");
        ModelGraph graph = new("wide pairs");
        graph.Inputs.AddRange([a, b]);
        graph.Outputs.Add(square);
        graph.Operators.AddRange(
        [
            new Add(a, b, sum, FusedActivation.None), new Mul(sum, b, product, FusedActivation.Relu), new Sub(sum, a, difference, FusedActivation.None),
            new Extremum(product, difference, larger, largest: true), new SquaredDifference(larger, b, square),
        ]);
        return graph;
    }

    /// <summary>Two comparisons of 16-bit numbers, whether both hold alike, and choices by it between numbers of each width and truth values.</summary>
    private static ModelGraph WideChoices()
    {
        GraphTensor a = Operands.Wide("a", [3, 1, 5], 0.01f), b = Operands.Wide("b", [4, 5], 0.01f), m = new("m", ElementType.Int32, [4, 5]), n = new("n", ElementType.Int32, [5]);
        GraphTensor Truth(string name) => new(name, ElementType.Bool, [3, 4, 5]);
        GraphTensor greater = Truth("greater"), less = Truth("less"), alike = Truth("alike"), truth = Truth("truth");
        GraphTensor wide = Operands.Wide("wide", [3, 4, 5], 0.01f), integers = new("integers", ElementType.Int32, [3, 4, 5]);
        ModelGraph graph = new("wide choices");
        graph.Inputs.AddRange([a, b, m, n]);
        graph.Outputs.AddRange([wide, integers, truth]);
        graph.Operators.AddRange(
        [
            new Comparison(a, b, greater, Relation.Greater), new Comparison(a, b, less, Relation.LessEqual), new Comparison(greater, less, alike, Relation.NotEqual),
            new Select(a, b, greater, wide), new Select(m, n, less, integers), new Select(alike, less, greater, truth),
        ]);
        return graph;
    }

    private static GraphTensor Wide(string name) => Operands.Wide(name, [3, 4, 5], 0.03f);

    /// <summary>Rectifiers, both interpolated functions, a mean over what lies apart, and a softmax.</summary>
    private static ModelGraph WideFunctions()
    {
        GraphTensor input = Wide("input"), leaky = Wide("leaky"), sloped = Wide("sloped"), tanh = Operands.Wide("tanh", [3, 4, 5], 1f / 32768), logistic = Operands.Wide("logistic", [3, 4, 5], 1f / 32768);
        GraphTensor mean = Operands.Wide("mean", [4], 1f / 65536), output = Operands.Wide("output", [4], 1f / 32768);
        GraphTensor alpha = new("alpha", ElementType.Int8, [5]) { Data = [1, 2, 255, 4, 128], Quantization = new Quantization(0.01f, 3) };
        ModelGraph graph = new("wide functions");
        graph.Inputs.Add(input);
        graph.Outputs.Add(output);
        graph.Operators.AddRange(
        [
            new LeakyRelu(input, leaky, 0.1f), new Prelu(leaky, alpha, sloped), new Tanh(sloped, tanh), new Logistic(tanh, logistic),
            new Mean(logistic, [0, 2], mean), new Softmax(mean, output, 1),
        ]);
        return graph;
    }

    private static ModelGraph Means() => GraphRunner.GraphOf(new Mean(Activation("input", 2, 3, 4, 2), [1, 2], Operands.Activation("output", [2, 2], 0.07f, -4)));

    /// <summary>Float to int8, int8 to float, and 16 bits to 8.</summary>
    private static ModelGraph QuantizeAndDequantize()
    {
        GraphTensor real = new("real", ElementType.Float32, [9]);
        GraphTensor wide = new("wide", ElementType.Int16, [9]) { Quantization = new Quantization(0.002f, 0) };
        GraphTensor quantized = Activation("quantized", 9);
        GraphTensor again = new("again", ElementType.Float32, [9]);
        GraphTensor narrow = Activation("narrow", 9);
        ModelGraph graph = new("edges");
        graph.Inputs.AddRange([real, wide]);
        graph.Outputs.AddRange([again, narrow]);
        graph.Operators.AddRange([new Quantize(real, quantized), new Dequantize(quantized, again), new Quantize(wide, narrow)]);
        return graph;
    }

    private static ModelGraph Filter(ElementType stateType)
    {
        const int Inputs = 5, Filters = 4, Memory = 3, Rank = 2;
        Quantization stateScale = new(0.05f, 0);
        int[] time = Values(Filters * Memory, 12);
        byte[] timeData = stateType == ElementType.Int8 ? [.. time.Select(v => (byte)v)] : MemoryMarshal.AsBytes<short>(time.Select(v => (short)(v * 200)).ToArray()).ToArray();
        return GraphRunner.GraphOf(new Svdf(
            Activation("input", 1, Inputs),
            Operands.Weights([Filters, Inputs], Values(Filters * Inputs, 11), [0.01f]),
            new GraphTensor("time", stateType, [Filters, Memory]) { Data = timeData, Quantization = new Quantization(0.001f, 0) },
            Operands.Bias(Biases(Filters / Rank)),
            new GraphTensor("state", stateType, [1, Filters * Memory]) { IsVariable = true, Quantization = stateScale },
            Activation("output", 1, Filters / Rank),
            Rank,
            FusedActivation.None));
    }

    private static ModelGraph Recurrent()
    {
        const int Inputs = 4, Cells = 3, Steps = 2;
        Quantization hidden = new(1f / 128, 2);
        LstmGate[] gates =
        [
            .. Enumerable.Range(20, 4).Select(seed => new LstmGate(
                Operands.Weights([Cells, Inputs], Values(Cells * Inputs, seed), [0.01f]),
                Operands.Weights([Cells, Cells], Values(Cells * Cells, seed + 10), [0.01f]),
                Operands.Bias(Biases(Cells))!)),
        ];
        return GraphRunner.GraphOf(new UnidirectionalSequenceLstm(
            Activation("input", 1, Steps, Inputs), gates[0], gates[1], gates[2], gates[3],
            new GraphTensor("hidden", ElementType.Int8, [1, Cells]) { IsVariable = true, Quantization = hidden },
            new GraphTensor("cell", ElementType.Int16, [1, Cells]) { IsVariable = true, Quantization = new Quantization(1f / 4096, 0) },
            new GraphTensor("output", ElementType.Int8, [1, Steps, Cells]) { Quantization = hidden },
            timeMajor: false,
            cellClip: 4));
    }

    private static ModelGraph WideRecurrent()
    {
        const int Inputs = 4, Cells = 3;
        Quantization hidden = new(1f / 32768, 0);
        LstmGate[] gates =
        [
            .. Enumerable.Range(20, 4).Select(seed => new LstmGate(
                Operands.Weights([Cells, Inputs], Values(Cells * Inputs, seed), [0.01f]),
                Operands.Weights([Cells, Cells], Values(Cells * Cells, seed + 10), [0.01f]),
                Operands.WideBias([.. Biases(Cells).Select(b => (long)b)])!)),
        ];
        return GraphRunner.GraphOf(new UnidirectionalSequenceLstm(
            Operands.Wide("input", [1, 2, Inputs], 0.001f), gates[0], gates[1], gates[2], gates[3],
            new GraphTensor("hidden", ElementType.Int16, [1, Cells]) { IsVariable = true, Quantization = hidden },
            new GraphTensor("cell", ElementType.Int16, [1, Cells]) { IsVariable = true, Quantization = new Quantization(1f / 4096, 0) },
            new GraphTensor("output", ElementType.Int16, [1, 2, Cells]) { Quantization = hidden },
            timeMajor: false,
            cellClip: 4));
    }

    private static ModelGraph PadAndConcatenate()
    {
        GraphTensor input = Activation("input", 2, 3);
        GraphTensor padded = Activation("padded", 4, 5);
        GraphTensor other = Activation("other", 4, 2);
        GraphTensor joined = Activation("joined", 4, 7);
        ModelGraph graph = new("movement");
        graph.Inputs.AddRange([input, other]);
        graph.Outputs.Add(joined);
        graph.Operators.AddRange([new Pad(input, [1, 0], [1, 2], padded), new Concatenation([padded, other], 1, joined, FusedActivation.None)]);
        return graph;
    }
}
