using EdgeInfer.Converter.Blob;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Streaming;

/// <summary>
/// What the tensors of a windowed model hold when all its frames are zero, which the zero point stands for. A streamed model starts from
/// there: after a reset it behaves as if nothing but such frames had gone before.
/// </summary>
internal sealed class ZeroFrames
{
    private readonly Dictionary<GraphTensor, byte[]> _values = [];

    /// <summary>Runs the windowed model once on the device runtime.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="tensors">Tensors that are asked for, the input among them or not.</param>
    /// <returns>Their values.</returns>
    public static ZeroFrames Run(ModelGraph graph, IEnumerable<GraphTensor> tensors)
    {
        ZeroFrames zeros = new();
        GraphTensor input = graph.Inputs[0];
        ModelGraph probe = new(graph.Name);
        probe.Inputs.Add(input);
        probe.Operators.AddRange(graph.Operators);
        probe.Outputs.AddRange(tensors.Where(t => t != input));
        Packer packer = Packer.Pack(probe, 0);
        ArenaLayout.Apply(packer);
        Interpreter interpreter = new(Model.Load(BlobWriter.Write(packer, [])));
        Tensor frames = interpreter.Input(0);
        Fill(frames);
        zeros._values.Add(input, TensorContent.Of(frames));
        interpreter.Invoke();
        for (int i = 0; i < probe.Outputs.Count; i++) zeros._values.Add(probe.Outputs[i], TensorContent.Of(interpreter.Output(i)));
        return zeros;
    }

    /// <summary>Some rows of a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="layout">Where its rows lie.</param>
    /// <param name="rows">The rows.</param>
    /// <returns>Their elements, little endian.</returns>
    public byte[] RowsOf(GraphTensor tensor, TimeLayout layout, RowRange rows) => RowsOf(_values[tensor], layout, rows);

    /// <summary>Some rows of what a tensor holds.</summary>
    /// <param name="all">All its elements.</param>
    /// <param name="layout">Where its rows lie.</param>
    /// <param name="rows">The rows.</param>
    /// <returns>Their elements.</returns>
    public static byte[] RowsOf(byte[] all, TimeLayout layout, RowRange rows)
    {
        int row = all.Length / (layout.Outer * layout.Rows);
        byte[] result = new byte[layout.Outer * rows.Count * row];
        for (int outer = 0; outer < layout.Outer; outer++)
        {
            Array.Copy(all, ((outer * layout.Rows) + rows.First) * row, result, outer * rows.Count * row, rows.Count * row);
        }

        return result;
    }

    /// <summary>Sets an input to zero frames.</summary>
    /// <param name="input">The input.</param>
    public static void Fill(Tensor input)
    {
        for (int i = 0; i < input.Count; i++)
        {
            if (input.Type == TensorType.Float32) input.Float32[input.Offset + i] = 0;
            else input[i] = input.ZeroPoint;
        }
    }
}
