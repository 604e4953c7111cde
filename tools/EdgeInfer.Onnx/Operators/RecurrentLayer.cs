using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>
/// What LSTM, GRU and RNN have in common: input [steps, batch, inputs], weights [directions, gates * cells, inputs] and [directions, gates * cells, cells], biases
/// of both [directions, 2 * gates * cells]. A layer that runs backwards is one that runs forwards on the reversed sequence.
/// </summary>
internal sealed class RecurrentLayer
{
    private readonly OnnxNode _node;
    private readonly float[] _inputWeights;
    private readonly float[] _recurrentWeights;
    private readonly float[] _biases;
    private readonly int _gates;

    private RecurrentLayer(OnnxNode node, int gates, GraphTensor input, OnnxConstant inputWeights, OnnxConstant recurrentWeights, float[] biases)
    {
        _node = node;
        _gates = gates;
        _inputWeights = inputWeights.Floats;
        _recurrentWeights = recurrentWeights.Floats;
        _biases = biases;
        Input = input;
        Cells = recurrentWeights.Shape[2];
    }

    /// <summary>Computes a layer in one direction.</summary>
    /// <param name="direction">The direction, whose weights and name it has.</param>
    /// <param name="input">The sequence, the first step first.</param>
    /// <returns>What comes out at every step, [steps, batch, cells].</returns>
    internal delegate GraphTensor Run(int direction, GraphTensor input);

    /// <summary>The sequence, [steps, batch, inputs].</summary>
    public GraphTensor Input { get; }

    /// <summary>Number of steps.</summary>
    public int Steps => Input.Shape[0];

    /// <summary>Number of sequences.</summary>
    public int Batch => Input.Shape[1];

    /// <summary>Number of inputs.</summary>
    public int Inputs => Input.Shape[2];

    /// <summary>Number of cells.</summary>
    public int Cells { get; }

    /// <summary>Reads operands and attributes, and refuses variants.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="gates">Number of gates.</param>
    /// <param name="activations">The functions that it must have.</param>
    /// <param name="firstState">Position of the first of the states with which it may begin.</param>
    /// <param name="states">Number of such states.</param>
    /// <returns>The layer.</returns>
    public static RecurrentLayer Read(OnnxNode node, int gates, string[] activations, int firstState, int states)
    {
        GraphTensor input = node.Tensor(0);
        OnnxConstant w = node.Constant(1), r = node.Constant(2);
        int directions = node.Text("direction", "forward") == "bidirectional" ? 2 : 1;
        bool fits = input.Shape.Length == 3 && w.Shape.Length == 3 && r.Shape.Length == 3 && w.Shape[0] == directions && r.Shape[0] == directions
            && w.Shape[1] == r.Shape[1] && r.Shape[2] > 0 && r.Shape[1] == (long)gates * r.Shape[2] && w.Shape[2] == input.Shape[2] && node.Int("hidden_size", r.Shape[2]) == r.Shape[2];
        if (!fits) throw node.Refuse($"weights [{string.Join(',', w.Shape)}] and [{string.Join(',', r.Shape)}] in {directions} directions do not fit an input [{string.Join(',', input.Shape)}]");

        int rows = directions * gates * r.Shape[2];
        float[] biases = node.HasInput(3) ? node.Constant(3).Floats : new float[2 * rows];
        if (biases.Length != 2 * rows) throw node.Refuse($"its biases have {biases.Length} elements where {2 * rows} belong");
        string[] given = node.Find("activations") is { Strings.Count: > 0 } a ? [.. a.Strings.Select(s => s.ToStringUtf8())] : [.. Enumerable.Repeat(activations, directions).SelectMany(f => f)];
        if (!given.SequenceEqual(Enumerable.Repeat(activations, directions).SelectMany(f => f), StringComparer.OrdinalIgnoreCase)) throw node.Refuse($"activations {string.Join(", ", given)} are not supported, {string.Join(", ", activations)} are");
        if (node.Find("clip") is { F: > 0 }) throw node.Refuse("clipped activations are not supported", "Export the layer without clip");
        if (node.Int("layout") != 0) throw node.Refuse("layout 1 is not supported", "Export the layer with layout 0, steps before sequences");
        if (node.HasInput(4) && Array.Exists(node.Constant(4).Ints, n => n != input.Shape[0])) throw node.Refuse("sequences of different lengths are not supported", "Export the model for sequences of one length");
        for (int i = firstState; i < firstState + states; i++)
        {
            if (node.HasInput(i) && (node.Input(i).Constant is not { } state || Array.Exists(state.Values, v => v != 0))) throw node.Refuse("a state to begin with is not supported unless it is a constant zero", "Export the layer without states");
        }

        return new RecurrentLayer(node, gates, input, w, r, biases);
    }

    /// <summary>Weights of the inputs.</summary>
    /// <param name="direction">Direction.</param>
    /// <param name="gate">First gate.</param>
    /// <param name="count">Number of gates.</param>
    /// <returns>Elements, [count * cells, inputs].</returns>
    public float[] InputWeights(int direction, int gate, int count = 1) => Rows(_inputWeights, direction, gate, count, Inputs);

    /// <summary>Weights of the hidden state.</summary>
    /// <param name="direction">Direction.</param>
    /// <param name="gate">First gate.</param>
    /// <param name="count">Number of gates.</param>
    /// <returns>Elements, [count * cells, cells].</returns>
    public float[] RecurrentWeights(int direction, int gate, int count = 1) => Rows(_recurrentWeights, direction, gate, count, Cells);

    /// <summary>Biases of a gate.</summary>
    /// <param name="direction">Direction.</param>
    /// <param name="gate">The gate.</param>
    /// <param name="isRecurrent">Those of the hidden state rather than those of the input.</param>
    /// <returns>Elements, one a cell.</returns>
    public float[] Biases(int direction, int gate, bool isRecurrent) => _biases.AsSpan(((((2 * direction) + (isRecurrent ? 1 : 0)) * _gates) + gate) * Cells, Cells).ToArray();

    /// <summary>Both biases of a gate added.</summary>
    /// <param name="direction">Direction.</param>
    /// <param name="gate">The gate.</param>
    /// <returns>Elements, one a cell.</returns>
    public float[] SummedBiases(int direction, int gate) => [.. Biases(direction, gate, false).Zip(Biases(direction, gate, true), (a, b) => a + b)];

    /// <summary>Runs the layer in all its directions and sets the results: all steps, [steps, directions, batch, cells], and the last, [directions, batch, cells].</summary>
    /// <param name="run">Computes one direction.</param>
    public void Return(Run run)
    {
        bool[] areReversed = _node.Text("direction", "forward") switch
        {
            "forward" => [false],
            "reverse" => [true],
            "bidirectional" => [false, true],
            var other => throw _node.Refuse($"direction '{other}' is not possible"),
        };
        GraphTensor[] all = new GraphTensor[areReversed.Length], last = new GraphTensor[areReversed.Length];
        for (int d = 0; d < areReversed.Length; d++)
        {
            GraphTensor steps = run(d, areReversed[d] ? Reversed(Input, $"{d} reversed input") : Input);
            last[d] = _node.NewPart($"{d} last", [1, Batch, Cells]);
            _node.Add(new Slice(steps, [Steps - 1, 0, 0], last[d].Shape, [1, 1, 1], last[d]));
            all[d] = areReversed[d] ? Reversed(steps, $"{d} in order") : steps;
        }

        // What is not read is left out again.
        GraphTensor whole = _node.NewPart("steps", [Steps, all.Length, Batch, Cells]);
        _node.Add(all.Length == 1 ? new Reshape(all[0], whole) : new Stack(all, 1, whole));
        _node.Return(new OnnxActivation(whole));
        GraphTensor end = _node.NewPart("last", [all.Length, Batch, Cells]);
        _node.Add(all.Length == 1 ? new Reshape(last[0], end) : new Concatenation(last, 0, end, Converter.Numerics.FusedActivation.None));
        _node.Return(new OnnxActivation(end), 1);
    }

    private GraphTensor Reversed(GraphTensor sequence, string part)
    {
        GraphTensor output = _node.NewPart(part, sequence.Shape);
        _node.Add(new Reverse(sequence, [0], output));
        return output;
    }

    private float[] Rows(float[] weights, int direction, int gate, int count, int columns) => weights.AsSpan(((direction * _gates) + gate) * Cells * columns, count * Cells * columns).ToArray();
}
