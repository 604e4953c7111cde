using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite;

/// <summary>A graph of the file.</summary>
internal sealed class TfliteSubgraph
{
    private readonly FlatTable _table;
    private readonly TfliteTensors _tensors;

    /// <summary>Opens a graph.</summary>
    /// <param name="model">The model.</param>
    /// <param name="table">The graph's table.</param>
    /// <param name="buffers">The model's buffers.</param>
    public TfliteSubgraph(TfliteModel model, FlatTable table, TfliteBuffers buffers)
    {
        _table = table;
        _tensors = new TfliteTensors(model.File, table, buffers, model.Problems);
        FlatTable[] operators = table.Tables(TfliteSchema.Subgraph.Operators, $"{table.Part}, operator");
        Operators = new TfliteOperator[operators.Length];
        for (int i = 0; i < operators.Length; i++) Operators[i] = new TfliteOperator(model, _tensors, operators[i], i);
    }

    /// <summary>Operators in the order in which they run.</summary>
    public TfliteOperator[] Operators { get; }

    /// <summary>Reads the list of inputs, refusing open shapes.</summary>
    /// <returns>The tensors.</returns>
    public GraphTensor[] ReadInputs()
    {
        int[] indices = _table.Int32s(TfliteSchema.Subgraph.Inputs);
        GraphTensor[] inputs = Array.ConvertAll(indices, i => _tensors[i, _table]);
        foreach (int index in indices) _tensors.RefuseOpenShape(index);
        return inputs;
    }

    /// <summary>Reads the list of outputs.</summary>
    /// <returns>The tensors.</returns>
    public GraphTensor[] ReadOutputs() => Array.ConvertAll(_table.Int32s(TfliteSchema.Subgraph.Outputs), i => _tensors[i, _table]);
}
