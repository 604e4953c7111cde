using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>LSTM: input, weights, recurrent weights, biases, lengths, hidden and cell state, peepholes; gates in the order input, output, forget, cell.</summary>
internal static class Lstm
{
    private const int Peepholes = 7;

    /// <summary>Gates of the file in the order of the graph: input, forget, cell, output.</summary>
    private static readonly int[] GateOrder = [0, 2, 3, 1];

    /// <summary>Imports the operator.</summary>
    /// <param name="node">The operator.</param>
    public static void Import(OnnxNode node)
    {
        RecurrentLayer layer = RecurrentLayer.Read(node, 4, ["Sigmoid", "Tanh", "Tanh"], 5, 2);
        if (node.HasInput(Peepholes) && Array.Exists(node.Constant(Peepholes).Values, v => v != 0)) throw node.Refuse("peephole weights are not supported", "Export the layer without them");
        if (node.Int("input_forget") != 0) throw node.Refuse("coupled input and forget gates are not supported");
        if (node.IsRead(2)) throw node.Refuse("its last cell state as an output is not supported", "Read its hidden state");
        layer.Return((direction, input) => Add(node, layer, direction, input));
    }

    private static GraphTensor Add(OnnxNode node, RecurrentLayer layer, int direction, GraphTensor input)
    {
        int cells = layer.Cells;
        LstmGate[] gates = [.. GateOrder.Select(gate => new LstmGate(
            node.Builder.NewConstant(node.NameOf($"{direction} weights {gate}"), [cells, layer.Inputs], layer.InputWeights(direction, gate)),
            node.Builder.NewConstant(node.NameOf($"{direction} recurrent weights {gate}"), [cells, cells], layer.RecurrentWeights(direction, gate)),
            node.Builder.NewConstant(node.NameOf($"{direction} bias {gate}"), [cells], layer.SummedBiases(direction, gate))))];
        GraphTensor State(string part) => new(node.NameOf($"{direction} {part}"), ElementType.Float32, [layer.Batch, cells]) { IsVariable = true };
        GraphTensor output = node.NewPart($"{direction}", [layer.Steps, layer.Batch, cells]);
        node.Add(new UnidirectionalSequenceLstm(input, gates[0], gates[1], gates[2], gates[3], State("hidden state"), State("cell state"), output, timeMajor: true, 0) { StartsAnew = true });
        return output;
    }
}
