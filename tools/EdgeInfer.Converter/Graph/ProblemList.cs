namespace EdgeInfer.Converter.Graph;

/// <summary>One reason why a model cannot be converted.</summary>
/// <param name="Where">Operator or tensor, with its name in the model.</param>
/// <param name="What">What is wrong, a sentence without its full stop.</param>
/// <param name="Remedy">What the user can do, a sentence without its full stop; empty where nothing is known.</param>
public sealed record Problem(string Where, string What, string Remedy)
{
    /// <summary>The kind of reason.</summary>
    public ErrorCode Code { get; init; } = ErrorCode.Demand;

    /// <inheritdoc/>
    public override string ToString() => Remedy.Length == 0 ? $"{Where}: {What}. [{Code.Id}]" : $"{Where}: {What}. {Remedy}. [{Code.Id}]";
}

/// <summary>Collects everything that is wrong with a model, so that the user hears of it all at once.</summary>
public sealed class ProblemList
{
    private readonly List<Problem> _problems = [];
    private readonly HashSet<Problem> _known = [];

    /// <summary>What was found, in order.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Adds a problem.</summary>
    /// <param name="where">Operator or tensor.</param>
    /// <param name="what">What is wrong.</param>
    /// <param name="remedy">What to do.</param>
    /// <param name="code">The kind of reason; null for a demand of an operator.</param>
    public void Add(string where, string what, string remedy = "", ErrorCode? code = null) => Add(new Problem(where, what, remedy) { Code = code ?? ErrorCode.Demand });

    /// <summary>Adds a problem, unless it is known.</summary>
    /// <param name="problem">The problem.</param>
    public void Add(Problem problem)
    {
        if (_known.Add(problem)) _problems.Add(problem);
    }

    /// <summary>Adds a problem of an operator, naming its output tensor.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="what">What is wrong.</param>
    /// <param name="remedy">What to do.</param>
    /// <param name="code">The kind of reason; null for a demand of an operator.</param>
    public void Add(Operator op, string what, string remedy = "", ErrorCode? code = null) =>
        Add(op.Outputs.Length > 0 ? $"{op.Label} '{op.Output.Name}'" : op.Label, what, remedy, code);

    /// <summary>Adds a problem unless a condition holds.</summary>
    /// <param name="condition">What must be true.</param>
    /// <param name="op">The operator.</param>
    /// <param name="what">What is wrong otherwise.</param>
    /// <param name="remedy">What to do.</param>
    /// <param name="code">The kind of reason; null for a demand of an operator.</param>
    /// <returns>The condition.</returns>
    public bool Demand(bool condition, Operator op, string what, string remedy = "", ErrorCode? code = null)
    {
        if (!condition) Add(op, what, remedy, code);
        return condition;
    }

    /// <summary>Demands the element type of a tensor, and quantization where the type is 8 or 16 bits wide.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="role">What the tensor is to the operator, such as <c>input</c>.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="types">Types that are supported.</param>
    /// <returns>True where the tensor fits.</returns>
    public bool DemandType(Operator op, string role, GraphTensor tensor, params ElementType[] types)
    {
        if (!types.Contains(tensor.Type))
        {
            string remedy = tensor.Type == ElementType.Float32 ? "Quantize the model to int8 first (full integer quantization)" : "";
            Add(op, $"its {role} '{tensor.Name}' is {tensor.Type}, supported is {string.Join(" or ", types)}", remedy, ErrorCode.ElementType);
            return false;
        }

        bool needsScale = tensor.Type is ElementType.Int4 or ElementType.Int8 or ElementType.UInt8 or ElementType.Int16;
        return !needsScale || Demand(tensor.Quantization is not null, op, $"its {role} '{tensor.Name}' has no quantization parameters", code: ErrorCode.Quantization);
    }

    /// <summary>Throws where anything was added.</summary>
    /// <param name="source">File or model that was converted.</param>
    /// <exception cref="ConversionException">There are problems.</exception>
    public void ThrowIfAny(string source)
    {
        if (_problems.Count > 0) throw new ConversionException(source, _problems);
    }
}
