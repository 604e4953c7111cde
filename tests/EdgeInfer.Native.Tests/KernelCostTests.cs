using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.NativeKernels;
using EdgeInfer.Tests;
using EdgeInfer.Tests.Operators;
using Xunit.Abstractions;

namespace EdgeInfer.Native.Tests;

/// <summary>
/// Instructions of the native kernels beside convolutions and matrix products on RV32IMC, a multiply-accumulate or an output
/// element, at sizes that public models have. Results must equal those of the managed kernels, and no cost may rise above the limit.
/// </summary>
public sealed class KernelCostTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, (Func<ModelGraph> Graph, int Items, double Limit)> Kernels = new()
    {
        ["filters of 96 inputs, 8-bit memory of 8"] = (() => Filter(96, ElementType.Int8), 64 * (96 + 8), 5),
        ["filters of 16 inputs, 8-bit memory of 8"] = (() => Filter(16, ElementType.Int8), 64 * (16 + 8), 8),
        ["filters of 96 inputs, 16-bit memory of 8"] = (() => Filter(96, ElementType.Int16), 64 * (96 + 8), 5),
        ["recurrent, 28 steps of 28 inputs and 20 cells"] = (Recurrent, 28 * 4 * 20 * (28 + 20), 5),
        ["sum"] = (() => Pair((a, b, y) => new Add(a, b, y, FusedActivation.None)), 8 * 8 * 64, 40),
        ["difference"] = (() => Pair((a, b, y) => new Sub(a, b, y, FusedActivation.None)), 8 * 8 * 64, 40),
        ["product"] = (() => Pair((a, b, y) => new Mul(a, b, y, FusedActivation.None)), 8 * 8 * 64, 26),
        ["logistic"] = (() => Of(x => new Logistic(x, Probability(4096)), 4096), 4096, 7),
        ["softmax of 12"] = (() => Of(x => new Softmax(x, Probability(1, 12), 1), 1, 12), 12, 80),
        ["softmax of 256"] = (() => Of(x => new Softmax(x, Probability(1, 256), 1), 1, 256), 256, 45),
        ["average of 25 by 5"] = (() => Of(x => new AveragePool2D(x, Activation("y", 1, 1, 1, 64), 25, 5, new Window2D(), FusedActivation.None), 1, 25, 5, 64), 64, 350),
        ["average of 2 by 2"] = (() => Of(x => new AveragePool2D(x, Activation("y", 1, 8, 8, 16), 2, 2, new Window2D(2, 2), FusedActivation.None), 1, 16, 16, 16), 8 * 8 * 16, 35),
        ["maximum of 2 by 2"] = (() => Of(x => new MaxPool2D(x, Activation("y", 1, 8, 8, 16), 2, 2, new Window2D(2, 2), FusedActivation.None), 1, 16, 16, 16), 8 * 8 * 16, 35),
        ["mean of 125"] = (() => Of(x => new Mean(x, [1, 2], Operands.Activation("y", [1, 64], 0.07f, -4)), 1, 25, 5, 64), 64, 400),
        ["transposition"] = (() => Of(x => new Transpose(x, [1, 0], Activation("y", 64, 48)), 48, 64), 64 * 48, 7),
    };

    public static TheoryData<string> Names => [.. Kernels.Keys];

    [Rv32Theory]
    [MemberData(nameof(Names))]
    public void Costs_no_more_than_the_limit(string name)
    {
        (Func<ModelGraph> graph, int items, double limit) = Kernels[name];
        byte[] blob = GraphRunner.Convert(graph()).Blob;
        Model model = Model.Load(blob);
        byte[][][] frames = ManagedRun.RandomFrames(model, 2, new Random(1));
        NativeRun run = Rv32Emulator.Measure(blob, frames);
        NativeRun small = Rv32Emulator.Measure(blob, frames, "-Os");
        Assert.Equal(ManagedRun.Run(model, frames), run.Outputs);
        Assert.Equal(run.Outputs, small.Outputs);

        double cost = (double)run.Instructions.Sum() / items;
        output.WriteLine($"{name}: {cost:F2} RV32 instructions each of {items}, {(double)small.Instructions.Sum() / items:F2} with -Os");
        Assert.InRange(cost, 1, limit);
    }

    private static GraphTensor Activation(string name, params int[] shape) => Operands.Activation(name, shape, 0.1f, 3);

    private static GraphTensor Probability(params int[] shape) => Operands.Activation("y", shape, 1f / 256, -128);

    private static int[] Values(int count, int seed) => Operands.Int8s(count, Pattern.Random, new Random(seed));

    private static ModelGraph Of(Func<GraphTensor, Operator> create, params int[] shape) => GraphRunner.GraphOf(create(Activation("x", shape)));

    private static ModelGraph Pair(Func<GraphTensor, GraphTensor, GraphTensor, Operator> create)
    {
        int[] shape = [1, 8, 8, 64];
        return GraphRunner.GraphOf(create(
            Operands.Activation("first", shape, 0.1f, 3), Operands.Activation("second", shape, 0.17f, -5), Operands.Activation("y", shape, 0.2f, 7)));
    }

    private static ModelGraph Filter(int inputs, ElementType stateType)
    {
        const int Filters = 64, Memory = 8;
        byte[] time = new byte[Filters * Memory * (stateType == ElementType.Int8 ? 1 : 2)];
        new Random(2).NextBytes(time);
        return GraphRunner.GraphOf(new Svdf(
            Activation("x", 1, inputs),
            Operands.Weights([Filters, inputs], Values(Filters * inputs, 3), [0.01f]),
            new GraphTensor("time", stateType, [Filters, Memory]) { Data = time, Quantization = new Quantization(0.001f, 0) },
            Operands.Bias(new int[Filters]),
            new GraphTensor("state", stateType, [1, Filters * Memory]) { IsVariable = true, Quantization = new Quantization(0.5f, 0) },
            Activation("y", 1, Filters),
            1,
            FusedActivation.None));
    }

    private static ModelGraph Recurrent()
    {
        const int Inputs = 28, Cells = 20, Steps = 28;
        Quantization hidden = new(1f / 128, 0);
        LstmGate[] gates =
        [
            .. Enumerable.Range(20, 4).Select(seed => new LstmGate(
                Operands.Weights([Cells, Inputs], Values(Cells * Inputs, seed), [0.001f]),
                Operands.Weights([Cells, Cells], Values(Cells * Cells, seed + 10), [0.005f]),
                Operands.Bias(new int[Cells])!)),
        ];
        return GraphRunner.GraphOf(new UnidirectionalSequenceLstm(
            Activation("x", 1, Steps, Inputs), gates[0], gates[1], gates[2], gates[3],
            new GraphTensor("hidden", ElementType.Int8, [1, Cells]) { IsVariable = true, Quantization = hidden },
            new GraphTensor("cell", ElementType.Int16, [1, Cells]) { IsVariable = true, Quantization = new Quantization(1f / 4096, 0) },
            new GraphTensor("y", ElementType.Int8, [1, Steps, Cells]) { Quantization = hidden },
            timeMajor: false,
            cellClip: 0));
    }
}
