namespace EdgeInfer.Converter.Graph;

/// <summary>A model: operators in the order in which they run, and the tensors that go in and out.</summary>
/// <param name="name">Name of the model, usually that of its file.</param>
public sealed class ModelGraph(string name)
{
    /// <summary>Tensors that a plan of memory has room for: it looks at all pairs of them. Models for microcontrollers have some hundred.</summary>
    private const int MostTensors = 2048;

    /// <summary>How often operators may read them.</summary>
    private const int MostReads = 2 * MostTensors;

    /// <summary>Name of the model.</summary>
    public string Name { get; } = name;

    /// <summary>What the caller provides, in order.</summary>
    public List<GraphTensor> Inputs { get; } = [];

    /// <summary>What the caller receives, in order.</summary>
    public List<GraphTensor> Outputs { get; } = [];

    /// <summary>Operators, every one behind those whose results it takes.</summary>
    public List<Operator> Operators { get; } = [];

    /// <summary>Multiply-accumulates of one inference.</summary>
    public long Macs => Operators.Sum(o => o.Macs);

    /// <summary>Tensors that need memory: the inputs and what is computed.</summary>
    public int TensorCount => Inputs.Count + Operators.Sum(o => o.Outputs.Length);

    /// <summary>Refuses a model of more tensors, or operands, than can be planned in a moment.</summary>
    /// <exception cref="ConversionException">There are more.</exception>
    public void CheckSize()
    {
        Demand(TensorCount, MostTensors, $"inputs and outputs of its {Operators.Count} operators");
        Demand(Operators.Sum(o => o.Inputs.Count(t => t is { IsConstant: false })), MostReads, "operands that are computed");

        void Demand(int count, int most, string what)
        {
            if (count > most) throw new ConversionException(Name, "the model", $"it has {count} {what}, supported are {most}", "Divide the model into several", ErrorCode.RuntimeLimit);
        }
    }

    /// <summary>Finds the operators that read a tensor.</summary>
    /// <param name="tensor">The tensor itself; readers of its views are not counted.</param>
    /// <returns>The operators, in the order in which they run.</returns>
    public IEnumerable<Operator> ReadersOf(GraphTensor tensor) => Operators.Where(o => o.Inputs.Contains(tensor));

    /// <summary>Finds the operator that computes a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>The operator, or null for inputs, constants and variables.</returns>
    public Operator? WriterOf(GraphTensor tensor) => Operators.Find(o => o.Outputs.Contains(tensor));

    /// <summary>Finds the operator that alone uses a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>The operator; null where there are several, none, or the caller receives the tensor.</returns>
    public Operator? OnlyReaderOf(GraphTensor tensor)
    {
        if (Outputs.Contains(tensor)) return null;
        Operator[] readers = [.. ReadersOf(tensor).Take(2)];
        return readers.Length == 1 && readers[0].Inputs.Count(t => t == tensor) == 1 ? readers[0] : null;
    }

    /// <summary>Lets all operators that read a tensor read another one.</summary>
    /// <param name="tensor">The tensor that they read.</param>
    /// <param name="replacement">The tensor that they shall read, computed before any of them.</param>
    public void ReplaceReads(GraphTensor tensor, GraphTensor replacement)
    {
        foreach (Operator op in Operators)
        {
            for (int i = 0; i < op.Inputs.Length; i++)
            {
                if (op.Inputs[i] == tensor) op.Inputs[i] = replacement;
            }
        }
    }
}
