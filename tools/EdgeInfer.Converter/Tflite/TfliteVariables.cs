using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite;

/// <summary>
/// Variables of a model (VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE). The file has handles only: type, size and
/// quantization of a variable are those of the tensor that is first read from it or assigned to it.
/// </summary>
/// <param name="problems">Receives what is not supported.</param>
internal sealed class TfliteVariables(ProblemList problems)
{
    private readonly List<Variable> _variables = [];
    private readonly Dictionary<GraphTensor, Variable> _byHandle = [];
    private long _elements;

    /// <summary>Gives a handle its variable. Handles of one name, in whichever subgraph, share it.</summary>
    /// <param name="handle">The handle's tensor.</param>
    /// <param name="container">The variable's container; empty stands for any.</param>
    /// <param name="name">The variable's name.</param>
    public void Declare(GraphTensor handle, string container, string name)
    {
        Variable? variable = _variables.Find(v => v.Name == name && (container.Length == 0 || v.Container == container));
        if (variable is null)
        {
            variable = new Variable(container, name);
            _variables.Add(variable);
        }

        _byHandle[handle] = variable;
    }

    /// <summary>The state behind a handle.</summary>
    /// <param name="op">The operator that reads or assigns.</param>
    /// <param name="handle">The handle's tensor.</param>
    /// <param name="value">What is read or assigned.</param>
    /// <returns>The state, the same tensor each time.</returns>
    public GraphTensor Resolve(TfliteOperator op, GraphTensor handle, GraphTensor value)
    {
        Variable variable = Find(op, handle);
        if (variable.State is null)
        {
            _elements += value.Count;
            if (_elements > TfliteTensors.MaximumElements) throw op.Refuse("the variables have more elements than any device could hold");

            variable.State = new GraphTensor(variable.Name, value.Type, value.Shape)
            {
                Quantization = value.Quantization,
                IsVariable = true,
                InitialData = DefaultContent(value),
            };
        }

        return variable.State.Shape.SequenceEqual(value.Shape) ? variable.State : throw op.Refuse(
            $"'{value.Name}' has the shape [{string.Join(',', value.Shape)}], but the variable '{variable.Name}' has [{string.Join(',', variable.State.Shape)}]", "Export the model again", ErrorCode.Demand);
    }

    /// <summary>Notes what a variable holds at the start.</summary>
    /// <param name="op">The operator that assigns.</param>
    /// <param name="handle">The handle's tensor.</param>
    /// <param name="value">A constant.</param>
    public void Initialize(TfliteOperator op, GraphTensor handle, GraphTensor value) =>
        Find(op, handle).Initial = value.Data ?? throw op.Refuse($"the start value '{value.Name}' is computed; only a constant is supported");

    /// <summary>Gives the states what their variables hold at the start.</summary>
    public void ApplyInitialValues()
    {
        foreach (Variable variable in _variables)
        {
            if (variable.State is null || variable.Initial is null) continue;

            // Int32 has four bytes an element, and so on: equal lengths are all that copying bytes asks for.
            int expected = variable.State.Count * ElementBytes(variable.State.Type);
            if (variable.Initial.Length != expected)
            {
                problems.Add($"variable '{variable.Name}'", $"its start value has {variable.Initial.Length} bytes where {expected} belong");
                continue;
            }

            variable.State.InitialData = variable.Initial;
        }
    }

    /// <summary>As tflite-micro's MicroResourceVariables::Allocate: every byte is the zero point.</summary>
    private static byte[]? DefaultContent(GraphTensor value)
    {
        if (value.Quantization is not { ZeroPoint: not 0 }) return null;

        byte[] content = new byte[value.Count * ElementBytes(value.Type)];
        Array.Fill(content, (byte)value.Quantization.ZeroPoint);
        return content;
    }

    private static int ElementBytes(ElementType type) => type switch
    {
        ElementType.Int16 => 2,
        ElementType.Int32 or ElementType.Float32 => 4,
        ElementType.Int64 => 8,
        _ => 1,
    };

    private Variable Find(TfliteOperator op, GraphTensor handle) =>
        _byHandle.TryGetValue(handle, out Variable? variable) ? variable : throw op.Refuse($"its input '{handle.Name}' is not the handle of a variable");

    private sealed class Variable(string container, string name)
    {
        public string Container { get; } = container;

        public string Name { get; } = name;

        public GraphTensor? State { get; set; }

        public byte[]? Initial { get; set; }
    }
}
