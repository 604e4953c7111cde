using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using static EdgeInfer.Cli.Benchmark.KernelTensors;

namespace EdgeInfer.Cli.Benchmark;

/// <summary>The shapes on which kernels are measured: layers of public models, and what between them leaves no kernel out.</summary>
internal static class KernelCases
{
    private const int Relu = -128;

    /// <summary>All cases.</summary>
    public static IReadOnlyList<KernelCase> All { get; } =
    [
        new("conv 1x1", "25x5x64 to 64", () => Conv([25, 5, 64], 64, [1, 1])),
        new("conv 1x1", "48x48x8 to 16", () => Conv([48, 48, 8], 16, [1, 1])),
        new("conv 1x1", "6x6x128 to 128", () => Conv([6, 6, 128], 128, [1, 1])),
        new("conv 3x3", "32x32x16 to 16", () => Conv([32, 32, 16], 16, [3, 3])),
        new("conv 3x3 stride 2", "16x16x32 to 64", () => Conv([16, 16, 32], 64, [3, 3], stride: 2)),
        new("conv 3x3 stride 2", "96x96x1 to 8", () => Conv([96, 96, 1], 8, [3, 3], stride: 2)),
        new("conv 10x4 stride 2", "49x10x1 to 64", () => Conv([49, 10, 1], 64, [10, 4], stride: 2)),
        new("conv 3x3 in 4 groups", "16x16x32 to 32", () => Conv([16, 16, 32], 32, [3, 3], groups: 4)),
        new("conv 3x3 dilated by 2", "16x16x16 to 16", () => Conv([16, 16, 16], 16, [3, 3], dilation: 2)),
        new("depthwise 3x3", "25x5x64", () => Depthwise([25, 5, 64], [3, 3])),
        new("depthwise 3x3", "48x48x8", () => Depthwise([48, 48, 8], [3, 3])),
        new("depthwise 3x3 stride 2", "24x24x32", () => Depthwise([24, 24, 32], [3, 3], stride: 2)),
        new("depthwise 23x1", "23x1x64 to 1x1x64", () => Depthwise([23, 1, 64], [23, 1], same: false)),
        new("depthwise 3x3, linear", "25x5x64", () => Depthwise([25, 5, 64], [3, 3], relu: false)),
        new("depthwise 3x3, linear", "3x20x32 to 1x20x32", () => Depthwise([3, 20, 32], [3, 3], frames: true, relu: false)),
        new("depthwise 3x3", "16x16x16 times 2", () => Depthwise([16, 16, 16], [3, 3], multiplier: 2)),
        new("depthwise 5x5", "14x14x32", () => Depthwise([14, 14, 32], [5, 5])),
        new("depthwise 5x5 stride 2", "14x14x32", () => Depthwise([14, 14, 32], [5, 5], stride: 2)),
        new("depthwise 1x5", "1x40x32", () => Depthwise([1, 40, 32], [1, 5])),
        new("depthwise 9x1", "49x10x16", () => Depthwise([49, 10, 16], [9, 1])),
        new("depthwise 10x8 stride 2", "49x40x1 times 8", () => Depthwise([49, 40, 1], [10, 8], stride: 2, multiplier: 8)),
        new("fully connected", "128 to 128", () => Dense(128, 128)),
        new("fully connected", "640 to 128", () => Dense(640, 128)),
        new("fully connected", "4000 to 4", () => Dense(4000, 4)),
        new("conv 1x1 of 4 bits", "25x5x64 to 64", () => Conv([25, 5, 64], 64, [1, 1], fourBit: true)),
        new("conv 3x3 of 4 bits", "32x32x16 to 16", () => Conv([32, 32, 16], 16, [3, 3], fourBit: true)),
        new("conv 10x4 stride 2 of 4 bits", "49x10x1 to 64", () => Conv([49, 10, 1], 64, [10, 4], stride: 2, fourBit: true)),
        new("fully connected of 4 bits", "128 to 128", () => Dense(128, 128, fourBit: true)),
        new("fully connected of 4 bits", "640 to 128", () => Dense(640, 128, fourBit: true)),
        new("fully connected, 3/4 pruned", "640 to 128", () => Dense(640, 128, pruned: true)),
        new("batch matmul", "4 of 32x16 by 16x32", () => new BatchMatMul(Activation("first", 3, 4, 32, 16), Activation("second", -5, 4, 16, 32), transposes1: false, transposes2: false, new GraphTensor("output", ElementType.Int8, [4, 32, 32]) { Quantization = new Quantization(1, 7) })),
        new("batch matmul", "1x64 by 64x32", () => new BatchMatMul(Activation("first", 3, 1, 64), Activation("second", -5, 32, 64), transposes1: false, transposes2: true, new GraphTensor("output", ElementType.Int8, [1, 32]) { Quantization = new Quantization(1, 7) })),
        new("conv 1x1 of 16 bits", "25x5x64 to 64", () => Widened(Conv([25, 5, 64], 64, [1, 1]))),
        new("conv 3x3 of 16 bits", "16x16x16 to 16", () => Widened(Conv([16, 16, 16], 16, [3, 3]))),
        new("depthwise 3x3 of 16 bits", "25x5x64", () => Widened(Depthwise([25, 5, 64], [3, 3]))),
        new("fully connected of 16 bits", "640 to 128", () => Widened(Dense(640, 128))),
        new("batch matmul of 16 bits", "4 of 32x16 by 16x32", () => new BatchMatMul(Wide("first", 0.01f, 4, 32, 16), Wide("second", 0.01f, 4, 16, 32), transposes1: false, transposes2: false, Wide("output", 0.5f, 4, 32, 32))),
        new("svdf", "96 to 64, 8 steps of 16 bits", Filter),
        new("lstm", "28 steps of 28, 20 cells", Recurrent),
        new("lstm of 16 bits", "28 steps of 28, 20 cells", WideRecurrent),
        new("add", "32x32x16", () => new Add(Activation("first", 3, 1, 32, 32, 16), Activation("second", Relu, 1, 32, 32, 16), Activation("output", Relu, 1, 32, 32, 16), FusedActivation.Relu)),
        new("mul", "16x16x16 by 16", () => new Mul(Activation("first", 3, 1, 16, 16, 16), Activation("second", -5, 16), Activation("output", 7, 1, 16, 16, 16), FusedActivation.None)),
        new("div", "16x16x16 by 16", () => new Div(Activation("first", 3, 1, 16, 16, 16), Activation("second", -5, 16), Activation("output", 7, 1, 16, 16, 16), FusedActivation.None)),
        new("add n", "3 of 16x16x16", () => new AddN([Activation("first", 3, 1, 16, 16, 16), Activation("second", 3, 1, 16, 16, 16), Activation("third", 3, 1, 16, 16, 16)], Activation("output", 7, 1, 16, 16, 16))),
        new("cumulative sum", "16x16x16 along 16", () => new CumulativeSum(Activation("input", 3, 16, 16, 16), 1, exclusive: false, reverse: false, Activation("output", 7, 16, 16, 16))),
        new("maximum", "16x16x16", () => new Extremum(Activation("first", 3, 1, 16, 16, 16), Activation("second", 3, 1, 16, 16, 16), Activation("output", 3, 1, 16, 16, 16), largest: true)),
        new("less", "16x16x16 and 16", () => new Converter.Operators.Comparison(Activation("first", 3, 1, 16, 16, 16), Activation("second", -5, 16), new GraphTensor("output", ElementType.Bool, [1, 16, 16, 16]), Relation.Less)),
        new("squared difference", "16x16x16 and 16", () => new SquaredDifference(Activation("first", 3, 1, 16, 16, 16), Activation("second", -5, 16), Activation("output", -128, 1, 16, 16, 16))),
        new("prelu", "32x32x16", () => new Prelu(Activation("first", 3, 1, 32, 32, 16), WeightsOfOneScale(1, 1, 0, 16), Activation("output", 3, 1, 32, 32, 16))),
        new("select", "16x16x16", () => new Select(Activation("first", 3, 1, 16, 16, 16), Activation("second", 3, 1, 16, 16, 16), new GraphTensor("condition", ElementType.Bool, [1, 16, 16, 1]), Activation("output", 3, 1, 16, 16, 16))),
        new("arg max", "32x32x5", () => new ArgMax(Activation("input", 3, 1, 32, 32, 5), 3, new GraphTensor("output", ElementType.Int32, [1, 32, 32]), largest: true)),
        new("resize bilinear", "12x12x16 to 24x24x16", () => new ResizeBilinear(Activation("input", 3, 1, 12, 12, 16), alignCorners: false, halfPixelCenters: true, Activation("output", 3, 1, 24, 24, 16))),
        new("l2 normalization", "1x128", () => new L2Normalization(Activation("input", 3, 1, 128), new GraphTensor("output", ElementType.Int8, [1, 128]) { Quantization = new Quantization(1f / 128, 0) })),
        new("log softmax", "32x10", () => new LogSoftmax(Activation("input", 3, 32, 10), new GraphTensor("output", ElementType.Int8, [32, 10]) { Quantization = new Quantization(1f / 16, 127) })),
        new("softmax", "1x12", () => Soft(1, 12)),
        new("softmax", "32x10", () => Soft(32, 10)),
        new("logistic", "1000", () => new Logistic(Activation("input", 3, 1000), new GraphTensor("output", ElementType.Int8, [1000]) { Quantization = new Quantization(1f / 256, -128) })),
        new("average pool", "25x5x64 to 1x1x64", () => new AveragePool2D(Activation("input", Relu, 1, 25, 5, 64), Activation("output", Relu, 1, 1, 1, 64), 25, 5, new Window2D(25, 5), FusedActivation.None)),
        new("average pool 2x2", "16x16x16", () => new AveragePool2D(Activation("input", Relu, 1, 16, 16, 16), Activation("output", Relu, 1, 8, 8, 16), 2, 2, new Window2D(2, 2), FusedActivation.None)),
        new("max pool 2x2", "16x16x16", () => new MaxPool2D(Activation("input", Relu, 1, 16, 16, 16), Activation("output", Relu, 1, 8, 8, 16), 2, 2, new Window2D(2, 2), FusedActivation.None)),
        new("mean", "8x8x32 to 32", () => new Mean(Activation("input", Relu, 1, 8, 8, 32), [1, 2], new GraphTensor("output", ElementType.Int8, [1, 32]) { Quantization = new Quantization(0.02f, -100) })),
        new("requantize", "1000 of 16 bits to 8", () => new Quantize(new GraphTensor("input", ElementType.Int16, [1000]) { Quantization = new Quantization(0.04f, 0) }, Activation("output", 3, 1000))),
        new("add of 16 bits", "16x16x16", () => new Add(Wide("first", 0.01f, 1, 16, 16, 16), Wide("second", 0.02f, 1, 16, 16, 16), Wide("output", 0.03f, 1, 16, 16, 16), FusedActivation.Relu)),
        new("mul of 16 bits", "16x16x16 by 16", () => new Mul(Wide("first", 0.01f, 1, 16, 16, 16), Wide("second", 1f / 32768, 16), Wide("output", 0.01f, 1, 16, 16, 16), FusedActivation.None)),
        new("less of 16 bits", "16x16x16 and 16", () => new Converter.Operators.Comparison(Wide("first", 0.01f, 1, 16, 16, 16), Wide("second", 0.01f, 16), new GraphTensor("output", ElementType.Bool, [1, 16, 16, 16]), Relation.Less)),
        new("select of 16 bits", "16x16x16", () => new Select(Wide("first", 0.01f, 1, 16, 16, 16), Wide("second", 0.01f, 1, 16, 16, 16), new GraphTensor("condition", ElementType.Bool, [1, 16, 16, 1]), Wide("output", 0.01f, 1, 16, 16, 16))),
        new("mul of 32 bits", "16x16x16 by 16", () => new Mul(new GraphTensor("first", ElementType.Int32, [1, 16, 16, 16]), new GraphTensor("second", ElementType.Int32, [16]), new GraphTensor("output", ElementType.Int32, [1, 16, 16, 16]), FusedActivation.None)),
        new("softmax of 16 bits", "32x10", () => new Softmax(Wide("input", 0.0003f, 32, 10), Wide("output", 1f / 32768, 32, 10), 1)),
        new("logistic of 16 bits", "1000", () => new Logistic(Wide("input", 0.0003f, 1000), Wide("output", 1f / 32768, 1000))),
        new("average pool 2x2 of 16 bits", "16x16x16", () => new AveragePool2D(Wide("input", 0.01f, 1, 16, 16, 16), Wide("output", 0.01f, 1, 8, 8, 16), 2, 2, new Window2D(2, 2), FusedActivation.None)),
        new("mean of 16 bits", "8x8x32 to 32", () => new Mean(Wide("input", 0.01f, 1, 8, 8, 32), [1, 2], Wide("output", 0.005f, 1, 32))),
        new("transpose", "32x40", () => new Transpose(Activation("input", 3, 32, 40), [1, 0], Activation("output", 3, 40, 32))),
    ];

    private static Conv2D Conv(int[] image, int filters, int[] kernel, int stride = 1, int dilation = 1, int groups = 1, bool fourBit = false)
    {
        Window2D window = new Window2D(stride, stride, dilation, dilation).WithSamePadding(image[0], image[1], kernel[0], kernel[1]);
        int depth = image[2] / groups;
        return new Conv2D(
            Activation("input", Relu, [1, .. image]),
            OfBits(Weights(kernel[0] * kernel[1] * depth, 0, filters, kernel[0], kernel[1], depth), fourBit),
            Biases(filters),
            Activation("output", Relu, 1, window.OutputHeight(image[0], kernel[0]), window.OutputWidth(image[1], kernel[1]), filters),
            window,
            FusedActivation.Relu);
    }

    /// <summary>The same layer on 16-bit activations, with 64-bit sums.</summary>
    private static Operator Widened(Operator op)
    {
        GraphTensor output = Wide("output", Scale / 16, op.Output.Shape);
        return op.With([Wide("input", Scale / 256, op.Input.Shape), op.Inputs[1], null], [output]);
    }

    private static DepthwiseConv2D Depthwise(int[] image, int[] kernel, int stride = 1, int multiplier = 1, bool same = true, bool frames = false, bool relu = true)
    {
        Window2D window = new(stride, stride);
        if (same) window = window.WithSamePadding(image[0], image[1], kernel[0], kernel[1]);
        if (frames) window = window with { Top = 0, Bottom = 0 };
        int filters = image[2] * multiplier;
        return new DepthwiseConv2D(
            Activation("input", Relu, [1, .. image]),
            Weights(kernel[0] * kernel[1], 3, 1, kernel[0], kernel[1], filters),
            Biases(filters),
            Activation("output", relu ? Relu : 3, 1, window.OutputHeight(image[0], kernel[0]), window.OutputWidth(image[1], kernel[1]), filters),
            window,
            relu ? FusedActivation.Relu : FusedActivation.None);
    }

    private static FullyConnected Dense(int inputs, int outputs, bool fourBit = false, bool pruned = false)
    {
        GraphTensor weights = WeightsOfOneScale(inputs, 1, 0, outputs, inputs);
        if (pruned) Prune(weights.Data!);
        return new(Activation("input", Relu, 1, inputs), OfBits(weights, fourBit), Biases(outputs), Activation("output", 3, 1, outputs), FusedActivation.None);
    }

    /// <summary>Leaves one of four blocks of sixteen weights.</summary>
    private static void Prune(byte[] weights)
    {
        for (int block = 0; block < weights.Length / 16; block++)
        {
            if ((block + (block / 40)) % 4 != 0) weights.AsSpan(block * 16, 16).Clear();
        }
    }

    private static Softmax Soft(int rows, int depth) =>
        new(Activation("input", 3, rows, depth), new GraphTensor("output", ElementType.Int8, [rows, depth]) { Quantization = new Quantization(1f / 256, -128) }, 1);

    private static Svdf Filter()
    {
        const int inputs = 96, filters = 64, memory = 8;
        byte[] time = [.. Enumerable.Range(0, filters * memory).SelectMany(i => BitConverter.GetBytes((short)(((i * 7919) % 4001) - 2000)))];
        return new Svdf(
            Activation("input", Relu, 1, inputs),
            WeightsOfOneScale(inputs, 1, 0, filters, inputs),
            new GraphTensor("time", ElementType.Int16, [filters, memory]) { Data = time, Quantization = new Quantization(0.0005f, 0) },
            Biases(filters),
            new GraphTensor("state", ElementType.Int16, [1, filters * memory]) { IsVariable = true, Quantization = new Quantization(0.01f, 0) },
            Activation("output", Relu, 1, filters),
            rank: 1,
            FusedActivation.Relu);
    }

    private static UnidirectionalSequenceLstm WideRecurrent()
    {
        const int inputs = 28, cells = 20, steps = 28;
        Quantization hidden = new(1f / 32768, 0);
        LstmGate[] gates =
        [
            .. Enumerable.Range(0, 4).Select(gate => new LstmGate(
                WeightsOfOneScale(inputs, 1, gate, cells, inputs), WeightsOfOneScale(cells, Scale * 128, gate, cells, cells), new GraphTensor("biases", ElementType.Int64, [cells]) { Data = new byte[cells * sizeof(long)] })),
        ];
        return new UnidirectionalSequenceLstm(
            Wide("input", Scale / 256, 1, steps, inputs), gates[0], gates[1], gates[2], gates[3],
            new GraphTensor("hidden", ElementType.Int16, [1, cells]) { IsVariable = true, Quantization = hidden },
            new GraphTensor("cell", ElementType.Int16, [1, cells]) { IsVariable = true, Quantization = new Quantization(1f / 2048, 0) },
            new GraphTensor("output", ElementType.Int16, [1, steps, cells]) { Quantization = hidden },
            timeMajor: false,
            cellClip: 10);
    }

    private static UnidirectionalSequenceLstm Recurrent()
    {
        const int inputs = 28, cells = 20, steps = 28;
        Quantization hidden = new(1f / 128, 0);
        LstmGate[] gates =
        [
            .. Enumerable.Range(0, 4).Select(gate => new LstmGate(
                WeightsOfOneScale(inputs, 1, gate, cells, inputs), WeightsOfOneScale(cells, Scale * 128, gate, cells, cells), Biases(cells))),
        ];
        return new UnidirectionalSequenceLstm(
            Activation("input", Relu, 1, steps, inputs), gates[0], gates[1], gates[2], gates[3],
            new GraphTensor("hidden", ElementType.Int8, [1, cells]) { IsVariable = true, Quantization = hidden },
            new GraphTensor("cell", ElementType.Int16, [1, cells]) { IsVariable = true, Quantization = new Quantization(1f / 2048, 0) },
            new GraphTensor("output", ElementType.Int8, [1, steps, cells]) { Quantization = hidden },
            timeMajor: false,
            cellClip: 10);
    }
}
