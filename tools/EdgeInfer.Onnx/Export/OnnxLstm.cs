using EdgeInfer.Converter.Operators;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Onnx.Export;

/// <summary>
/// Writes an LSTM step by step: the operator of ONNX shows neither the cells on the way, which calibration looks at, nor rounds what goes from step to step, nor clips
/// cells.
/// </summary>
internal static class OnnxLstm
{
    /// <summary>Writes the operator.</summary>
    /// <param name="writer">Receives nodes.</param>
    /// <param name="tensors">Names of tensors.</param>
    /// <param name="op">The operator.</param>
    /// <param name="result">Name of the result.</param>
    public static void Write(OnnxModelWriter writer, OnnxTensors tensors, UnidirectionalSequenceLstm op, string result)
    {
        int steps = op.Input.Shape[op.TimeMajor ? 0 : 1], batch = op.Input.Shape[op.TimeMajor ? 1 : 0], cells = op.Output.Shape[2];
        string input = tensors.Read(op.Input), name = op.CellState.Name;
        if (!op.TimeMajor) input = writer.Node("Transpose", [input], writer.Unique($"{name} input"), Ints("perm", 1, 0, 2));
        string product = writer.Node("MatMul", [input, Joined(writer, tensors, op, 1, "weights")], writer.Unique($"{name} product"));
        string bias = writer.Node("Concat", [.. Enumerable.Range(9, UnidirectionalSequenceLstm.GateCount).Select(i => tensors.Read(op.Inputs[i]!))], writer.Unique($"{name} bias"), Int("axis", 0));
        string given = writer.Node("Add", [product, bias], writer.Unique($"{name} gates"));
        string[] parts = [.. Enumerable.Range(0, steps).Select(t => writer.Unique($"{name} gates {t}"))], hidden = new string[steps], cell = new string[steps];
        writer.Node("Split", [given, writer.Longs("split", Enumerable.Repeat(1, steps))], parts, Int("axis", 0));

        string recurrent = Joined(writer, tensors, op, 5, "recurrent weights");
        bool carries = writer.CarriesStates && !op.StartsAnew;
        string firstHidden = Beginning(op.HiddenState.Name), firstCell = Beginning(name);
        for (int t = 0; t < steps; t++)
        {
            string state = writer.Node("MatMul", [t == 0 ? firstHidden : hidden[t - 1], recurrent], writer.Unique($"{name} product {t}"));
            string sum = writer.Node("Add", [parts[t], state], writer.Unique($"{name} sum {t}"));
            string[] gates = [.. Enumerable.Range(0, UnidirectionalSequenceLstm.GateCount).Select(g => writer.Unique($"{name} gate {g} {t}"))];
            writer.Node("Split", [sum, writer.Longs("split", Enumerable.Repeat(cells, gates.Length))], gates, Int("axis", 2));
            string Function(string type, string x) => writer.Node(type, [x], writer.Unique($"{x} {type}"));
            string Pair(string type, string a, string b) => writer.Node(type, [a, b], writer.Unique($"{a} {type}"));
            string update = Pair("Mul", Function("Sigmoid", gates[0]), Function("Tanh", gates[2]));
            cell[t] = Pair("Add", Pair("Mul", Function("Sigmoid", gates[1]), t == 0 ? firstCell : cell[t - 1]), update);
            if (op.CellClip > 0) cell[t] = writer.Node("Clip", [cell[t], writer.Floats("least", [-op.CellClip]), writer.Floats("most", [op.CellClip])], writer.Unique($"{name} clipped {t}"));
            hidden[t] = tensors.Rounded(Pair("Mul", Function("Sigmoid", gates[3]), Function("Tanh", cell[t])), op.Output);
        }

        if (carries)
        {
            writer.Keep(firstHidden, hidden[^1]);
            writer.Keep(firstCell, cell[^1]);
        }

        writer.Node("Concat", cell, writer.NameOf(op.CellState), Int("axis", 0));
        string all = writer.Node("Concat", hidden, op.TimeMajor ? result : writer.Unique($"{result} steps"), Int("axis", 0));
        if (!op.TimeMajor) writer.Node("Transpose", [all], result, Ints("perm", 1, 0, 2));

        string Beginning(string state) => carries ? writer.State(state, [1, batch, cells]) : writer.Floats($"{state} zero", new float[batch * cells], 1, batch, cells);
    }

    private static string Joined(OnnxModelWriter writer, OnnxTensors tensors, UnidirectionalSequenceLstm op, int first, string what)
    {
        string[] gates = [.. Enumerable.Range(first, UnidirectionalSequenceLstm.GateCount).Select(i => tensors.Read(op.Inputs[i]!))];
        string joined = writer.Node("Concat", gates, writer.Unique($"{op.CellState.Name} {what}"), Int("axis", 0));
        return writer.Node("Transpose", [joined], writer.Unique($"{joined} transposed"), Ints("perm", 1, 0));
    }
}
