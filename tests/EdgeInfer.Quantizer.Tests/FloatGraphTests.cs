using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Quantizer.Analysis;
using EdgeInfer.Quantizer.Evaluation;
using EdgeInfer.Quantizer.Tests.Onnx;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>Operators that only float .tflite files have: what ONNX Runtime makes of them is what the device makes of them.</summary>
public sealed class FloatGraphTests
{
    [Fact]
    public void Space_to_batch_and_back()
    {
        QuantizedCase.Demand(
            Chain([1, 5, 7, 3], (x, y) => new SpaceToBatch(x, [2, 3], [1, 0], [0, 2], y), [6, 3, 3, 3], (x, y) => new BatchToSpace(x, [2, 3], [0, 2], [1, 1], y), [1, 5, 6, 3]), 40);
    }

    [Fact]
    public void Mirrors_and_reversals()
    {
        QuantizedCase.Demand(Chain([1, 4, 5], (x, y) => new MirrorPad(x, [0, 2, 1], [0, 1, 3], reflect: false, y), [1, 7, 9], (x, y) => new Reverse(x, [1, 2], y), [1, 7, 9]), 40);
    }

    [Fact]
    public void Slices_that_lose_a_dimension()
    {
        QuantizedCase.Demand(Chain([4, 5], (x, y) => new Slice(x, [2, 0], [1, 5], [1, 1], y), [5], (x, y) => new Reshape(x, y), [1, 5]), 40);
    }

    [Fact]
    public void Stacks_and_slices_along_a_dimension()
    {
        ModelGraph graph = new("stack");
        GraphTensor x = Add(graph.Inputs, "x", [3, 4]);
        GraphTensor[] parts = [.. Enumerable.Range(0, 3).Select(i => new GraphTensor($"part {i}", ElementType.Float32, [4]))];
        GraphTensor y = Add(graph.Outputs, "y", [4, 3]);
        graph.Operators.Add(new Unstack(x, 0, parts));
        graph.Operators.Add(new Stack([parts[2], parts[0], parts[1]], 1, y));
        QuantizedCase.Demand(graph, 40);
    }

    [Fact]
    public void Reciprocal_root_of_a_squared_difference()
    {
        ModelGraph graph = new("pairs");
        GraphTensor x = Add(graph.Inputs, "x", [1, 6]), z = Add(graph.Inputs, "z", [1, 6]), y = Add(graph.Outputs, "y", [1, 6]);
        GraphTensor square = new("square", ElementType.Float32, [1, 6]), shifted = new("shifted", ElementType.Float32, [1, 6]);
        graph.Operators.Add(new SquaredDifference(x, z, square));
        graph.Operators.Add(new Add(square, One(), shifted, FusedActivation.None));
        graph.Operators.Add(new Rsqrt(shifted, y));
        QuantizedCase.Demand(graph, 33);
    }

    [Fact]
    public void An_lstm_beside_a_filter_goes_on_from_frame_to_frame()
    {
        ModelGraph graph = new("both");
        FloatFilterOracle filter = new(new Random(5), 3, 4, 1, 5, hasBias: true, FusedActivation.None);
        GraphTensor x = Add(graph.Inputs, "x", [1, 2, 4]), cells = new("cells", ElementType.Float32, [1, 2, 3]), last = new("last", ElementType.Float32, [1, 3]), y = Add(graph.Outputs, "y", [1, 4]);
        graph.Operators.Add(Lstm(x, cells, 1, 3, 0));
        graph.Operators.Add(new Slice(cells, [0, 1, 0], [1, 1, 3], [1, 1, 1], last));
        graph.Operators.Add(filter.Operator(last, y));
        Random random = new(8);
        Sample[] samples = [.. Enumerable.Range(0, 24).Select(s => new Sample([[.. Enumerable.Range(0, 10 * 8).Select(_ => (2 * random.NextSingle()) - 1)]], -1, $"#{s}", 10))];
        ModelEvaluation exact = ModelEvaluation.OfFloat(graph, samples);

        // The tenth frame alone is another one.
        using FloatReference reference = new(graph);
        Assert.NotEqual(exact.Outputs[0][0][^4..], reference.Run(samples[0].Inputs[0][^8..])[0]);
        PostTrainingQuantizer.Run(graph, SampleSet.For(samples, graph), QuantizationRecipe.Default);
        byte[] blob = ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
        Assert.InRange(ModelEvaluation.OfBlob(blob, samples).Sqnr(exact), 28, 60);
        Assert.All(LayerAgreement.Run(graph, samples[..4]).Where(l => l.Operator != "UnidirectionalSequenceLstm"), l => Assert.InRange(l.OwnSteps, 0, 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.4f)]
    public void Lstm_with_sequences_before_steps_and_clipped_cells(float clip)
    {
        ModelGraph graph = new("lstm");
        GraphTensor x = Add(graph.Inputs, "x", [2, 7, 4]), y = Add(graph.Outputs, "y", [2, 7, 3]);
        graph.Operators.Add(Lstm(x, y, 2, 3, clip));
        QuantizedCase.Demand(graph, 30);
    }

    private static UnidirectionalSequenceLstm Lstm(GraphTensor x, GraphTensor y, int batch, int cells, float clip)
    {
        Random random = new(3);
        GraphTensor Constant(params int[] shape) =>
            new("constant", ElementType.Float32, shape) { Data = [.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).SelectMany(_ => BitConverter.GetBytes((2 * random.NextSingle()) - 1))] };
        LstmGate Gate() => new(Constant(cells, x.Shape[2]), Constant(cells, cells), Constant(cells));
        GraphTensor State(string name) => new(name, ElementType.Float32, [batch, cells]) { IsVariable = true };
        return new UnidirectionalSequenceLstm(x, Gate(), Gate(), Gate(), Gate(), State("hidden"), State("cell"), y, timeMajor: false, clip);
    }

    private static ModelGraph Chain(int[] input, Func<GraphTensor, GraphTensor, Operator> first, int[] between, Func<GraphTensor, GraphTensor, Operator> second, int[] output)
    {
        ModelGraph graph = new("chain");
        GraphTensor x = Add(graph.Inputs, "x", input), y = Add(graph.Outputs, "y", output), middle = new("between", ElementType.Float32, between);
        graph.Operators.Add(first(x, middle));
        graph.Operators.Add(second(middle, y));
        return graph;
    }

    private static GraphTensor Add(List<GraphTensor> ports, string name, int[] shape)
    {
        GraphTensor tensor = new(name, ElementType.Float32, shape);
        ports.Add(tensor);
        return tensor;
    }

    private static GraphTensor One() => new("one", ElementType.Float32, [1]) { Data = BitConverter.GetBytes(1f) };
}
