using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Tests.Conformance;

namespace EdgeInfer.Tests;

/// <summary>Turns a small graph into a blob and runs it on the device runtime.</summary>
internal sealed class GraphRunner
{
    private readonly ConversionResult? _result;
    private readonly byte[] _blob;
    private readonly List<byte[][]> _frames = [];
    private ulong _garbage = 1;

    private GraphRunner(Model model, byte[] blob, ConversionResult? result)
    {
        _blob = blob;
        _result = result;
        Interpreter = new Interpreter(model);
    }

    /// <summary>
    /// Told of every inference, where somebody wants to repeat it elsewhere: the blob, the inputs of all inferences of this
    /// runner so far, and the outputs of the last.
    /// </summary>
    public static Action<byte[], IReadOnlyList<byte[][]>, byte[][]>? Ran { get; set; }

    public ConversionResult Result => _result ?? throw new InvalidOperationException("This runner was given a blob, not a graph.");

    public Interpreter Interpreter { get; }

    public static GraphRunner For(ModelGraph graph, bool packWeights = false)
    {
        ConformanceCounts.Enter(graph);
        ConversionResult result = Convert(graph, packWeights);
        return new GraphRunner(result.Model, result.Blob, result);
    }

    /// <summary>A graph of one operator; inputs are its operands that are neither constant nor variable.</summary>
    public static GraphRunner For(Operator op, bool packWeights = false) => For(GraphOf(op), packWeights);

    public static GraphRunner For(byte[] blob) => new(Model.Load(blob), blob, null);

    /// <summary>A graph of one operator; inputs are its operands that are neither constant nor variable.</summary>
    public static ModelGraph GraphOf(Operator op)
    {
        ModelGraph graph = new("test");
        graph.Inputs.AddRange(op.Inputs.OfType<GraphTensor>().Where(t => !t.IsConstant && !t.IsVariable).Distinct());
        graph.Outputs.AddRange(op.Outputs);
        op.Label = op.Name;
        graph.Operators.Add(op);
        return graph;
    }

    public static ConversionResult Convert(ModelGraph graph, bool packWeights = false) =>
        ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0, PackWeights = packWeights });

    /// <summary>
    /// Runs one inference on integers. The arena is filled with garbage first, so that a kernel which reads what
    /// nobody has written shows.
    /// </summary>
    public int[] Run(params int[][] inputs)
    {
        SetInputs(inputs);
        Interpreter.Invoke();
        Tell();
        return Output(0);
    }

    /// <summary>Runs one inference in the smallest possible steps.</summary>
    public int[] RunInSteps(params int[][] inputs)
    {
        SetInputs(inputs);
        while (!Interpreter.Step(1))
        {
        }

        Tell();
        return Output(0);
    }

    /// <summary>Forgets the states.</summary>
    public void Reset()
    {
        Interpreter.Reset();
        _frames.Clear();
    }

    /// <summary>Reads an output.</summary>
    public int[] Output(int index)
    {
        Tensor tensor = Interpreter.Output(index);
        int[] values = new int[tensor.Count];
        for (int e = 0; e < values.Length; e++) values[e] = tensor[e];
        return values;
    }

    private void SetInputs(int[][] inputs)
    {
        ArenaGarbage.Scatter(Interpreter, _garbage++);
        for (int i = 0; i < inputs.Length; i++)
        {
            Tensor tensor = Interpreter.Input(i);
            for (int e = 0; e < tensor.Count; e++) tensor[e] = inputs[i][e];
        }

        if (Ran is not null) _frames.Add(BytesOf(Interpreter.InputCount, Interpreter.Input));
    }

    private void Tell()
    {
        Ran?.Invoke(_blob, _frames, BytesOf(Interpreter.OutputCount, Interpreter.Output));
        ConformanceCounts.Count();
    }

    private static byte[][] BytesOf(int count, Func<int, Tensor> port) =>
        [.. Enumerable.Range(0, count).Select(i => PublicModel.BytesOf(port(i)).ToArray())];
}
