using EdgeInfer.Converter.Graph;
using EdgeInfer.Onnx.Schema;

namespace EdgeInfer.Onnx.Import;

/// <summary>An operator as the file has it: what import rules read.</summary>
/// <param name="builder">The graph that is built.</param>
/// <param name="node">The operator.</param>
/// <param name="index">Its number in the file.</param>
internal sealed class OnnxNode(OnnxGraphBuilder builder, NodeProto node, int index)
{
    /// <summary>The graph that is built.</summary>
    public OnnxGraphBuilder Builder { get; } = builder;

    /// <summary>Name of the operator.</summary>
    public string Type => node.OpType;

    /// <summary>Who defines the operator; empty for the standard.</summary>
    public string Domain => node.Domain;

    /// <summary>All attributes.</summary>
    public IEnumerable<AttributeProto> Attributes => node.Attribute;

    /// <summary>Name and number, such as <c>Conv (node 3)</c>.</summary>
    public string Label => $"{node.OpType} (node {index})";

    /// <summary>Name, number and results.</summary>
    public string Where => $"{Label} {string.Join(", ", node.Output.Where(o => o.Length > 0).Select(o => $"'{o}'"))}".TrimEnd();

    /// <summary>Number of operands, absent ones included.</summary>
    public int InputCount => node.Input.Count;

    /// <summary>Number of results, those without a name included.</summary>
    public int OutputCount => node.Output.Count;

    /// <summary>True where an operand comes from an operator that could not be imported: it has been told why.</summary>
    public bool DependsOnUnknown => node.Input.Any(name => name.Length > 0 && Builder.Find(name) is { IsUnknown: true });

    /// <summary>True where all operands are known at import, and there is one.</summary>
    public bool HasOnlyConstants => node.Input.Count > 0 && node.Input.All(name => name.Length == 0 || Builder.Find(name) is { Constant: not null });

    /// <summary>Tells whether an operand is there.</summary>
    /// <param name="position">Its position.</param>
    public bool HasInput(int position) => position < node.Input.Count && node.Input[position].Length > 0;

    /// <summary>Name of a result.</summary>
    /// <param name="position">Its position.</param>
    /// <returns>The name; empty where nothing uses the result.</returns>
    public string OutputName(int position = 0) => position < node.Output.Count ? node.Output[position] : string.Empty;

    /// <summary>Tells whether anything reads a result.</summary>
    /// <param name="position">Its position.</param>
    public bool IsRead(int position) => Builder.Read.Contains(OutputName(position));

    /// <summary>Name of an operand.</summary>
    /// <param name="position">Its position.</param>
    /// <returns>The name; empty where there is none.</returns>
    public string InputName(int position) => position < node.Input.Count ? node.Input[position] : string.Empty;

    /// <summary>Imports an operator of which this one consists.</summary>
    /// <param name="part">The operator.</param>
    public void Run(NodeProto part) => OnnxOperatorTable.Import(new OnnxNode(Builder, part, index));

    /// <summary>Imports an operator of which this one consists.</summary>
    /// <param name="type">Name of the operator.</param>
    /// <param name="inputs">Names of its operands.</param>
    /// <param name="output">Name of its result.</param>
    /// <param name="axis">Its attribute axis; -1 for none.</param>
    public void Run(string type, string[] inputs, string output, int axis = -1)
    {
        NodeProto part = new() { OpType = type };
        part.Input.AddRange(inputs);
        part.Output.Add(output);
        if (axis >= 0) part.Attribute.Add(new AttributeProto { Name = "axis", I = axis });
        Run(part);
    }

    /// <summary>An operand.</summary>
    /// <param name="position">Its position.</param>
    /// <returns>What it stands for.</returns>
    public OnnxValue Input(int position)
    {
        if (!HasInput(position)) throw Refuse($"it has no input {position}");
        return Builder.Find(node.Input[position]) ?? throw Refuse($"its input '{node.Input[position]}' is used before it is computed", code: ErrorCode.Order);
    }

    /// <summary>An operand that must be known at import.</summary>
    /// <param name="position">Its position.</param>
    /// <returns>The constant.</returns>
    public OnnxConstant Constant(int position) =>
        Input(position).Constant ?? throw Refuse($"its input {position} '{node.Input[position]}' is computed; only a constant is supported", "Export the model with fixed shapes and its weights as constants", ErrorCode.NotConstant);

    /// <summary>The numbers of an operand that is known at import, or of the attribute that it once was.</summary>
    /// <param name="position">Position of the operand.</param>
    /// <param name="attribute">Name of the attribute.</param>
    /// <returns>The numbers; null where there is neither.</returns>
    public int[]? Numbers(int position, string attribute) => HasInput(position) ? Constant(position).Ints : Ints(attribute);

    /// <summary>An operand that is computed, in real numbers.</summary>
    /// <param name="position">Its position.</param>
    /// <returns>The value.</returns>
    public OnnxActivation Activation(int position)
    {
        OnnxValue value = Input(position);
        if (value.Quantization is not null || value.IntegerType != 0) throw Refuse($"its input '{node.Input[position]}' is quantized, though the operator computes with real numbers", "Export the model with quantize and dequantize pairs (QDQ) around every operator", ErrorCode.Quantization);
        if (value.Activation is { Tensor.Type: ElementType.Bool }) throw Refuse($"its input '{node.Input[position]}' holds truth values; supported are real numbers", "Use them as the condition of a Where", ErrorCode.ElementType);
        if (value.Activation is { Tensor.Type: ElementType.Int32 }) throw Refuse($"its input '{node.Input[position]}' holds integers that are computed; supported are real numbers", "End the model with them, and compute the rest in C#", ErrorCode.ElementType);
        return value.Activation ?? throw Refuse($"its input {position} '{node.Input[position]}' is a constant; nothing is computed from it", "Fold constants when exporting (do_constant_folding=True)");
    }

    /// <summary>An operand that is computed and only moved, in real numbers, truth values or indexes.</summary>
    /// <param name="position">Its position.</param>
    /// <returns>The value.</returns>
    public OnnxActivation Moved(int position) => Input(position).Activation is { Tensor.Type: ElementType.Bool or ElementType.Int32 } value ? value : Activation(position);

    /// <summary>An operand of truth values that are computed.</summary>
    /// <param name="position">Its position.</param>
    /// <returns>The value.</returns>
    public OnnxActivation Condition(int position) =>
        Input(position).Activation is { Tensor.Type: ElementType.Bool } value ? value : throw Refuse($"its input {position} '{node.Input[position]}' is not the result of a comparison");

    /// <summary>An operand with channels last.</summary>
    /// <param name="position">Its position.</param>
    /// <param name="rank">Dimensions that it must have.</param>
    /// <returns>The tensor.</returns>
    public GraphTensor Image(int position, int rank) => Image(Activation(position), rank);

    /// <summary>A value with channels last.</summary>
    /// <param name="value">The value.</param>
    /// <param name="rank">Dimensions that it must have.</param>
    /// <returns>The tensor.</returns>
    public GraphTensor Image(OnnxActivation value, int rank) =>
        value.Rank == rank && rank > 1
            ? Builder.InOrder(value, OnnxActivation.ChannelsLast(rank), Label)
            : throw Refuse($"its input has {value.Rank} dimensions, supported is {Math.Max(rank, 2)}", code: ErrorCode.Demand);

    /// <summary>An operand with its dimensions in the order of ONNX.</summary>
    /// <param name="position">Its position.</param>
    /// <returns>The tensor.</returns>
    public GraphTensor Tensor(int position) => InOrder(Activation(position));

    /// <summary>A value with its dimensions in the order of ONNX.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The tensor.</returns>
    public GraphTensor InOrder(OnnxActivation value) => Builder.InOrder(value, OnnxGraphBuilder.Identity(value.Rank), Label);

    /// <summary>A value without reshapes that are still to be carried out; its dimensions may be in any order.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The value.</returns>
    public OnnxActivation Shaped(OnnxActivation value) => Builder.Shaped(value, Label);

    /// <summary>Reads an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="absent">Its default.</param>
    /// <returns>The value.</returns>
    public int Int(string name, int absent = 0) => Find(name) is { } a ? (int)Math.Clamp(a.I, int.MinValue, int.MaxValue) : absent;

    /// <summary>Reads an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="absent">Its default.</param>
    /// <returns>The value.</returns>
    public float Float(string name, float absent) => Find(name)?.F ?? absent;

    /// <summary>Reads an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="absent">Its default.</param>
    /// <returns>The value.</returns>
    public string Text(string name, string absent) => Find(name)?.S.ToStringUtf8() ?? absent;

    /// <summary>Reads an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The values; null where it is absent.</returns>
    public int[]? Ints(string name) => Find(name) is { } a ? [.. a.Ints.Select(i => (int)Math.Clamp(i, int.MinValue, int.MaxValue))] : null;

    /// <summary>Reads an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The attribute; null where it is absent.</returns>
    public AttributeProto? Find(string name) => node.Attribute.FirstOrDefault(a => a.Name == name);

    /// <summary>Makes the tensor of a result.</summary>
    /// <param name="shape">Its dimensions, as they lie in memory.</param>
    /// <param name="position">Position of the result.</param>
    /// <returns>The tensor.</returns>
    public GraphTensor NewOutput(int[] shape, int position = 0) => Builder.NewTensor(OutputName(position), shape);

    /// <summary>Makes a tensor between two operators of the graph that this one becomes.</summary>
    /// <param name="part">What it is, for its name.</param>
    /// <param name="shape">Its dimensions, as they lie in memory.</param>
    /// <returns>The tensor.</returns>
    public GraphTensor NewPart(string part, int[] shape) => Builder.NewTensor(NameOf(part), shape);

    /// <summary>Makes the name of something that belongs to this operator alone.</summary>
    /// <param name="part">What it is.</param>
    /// <returns>The name, which begins with that of the first result.</returns>
    public string NameOf(string part) => $"{node.Output.FirstOrDefault(o => o.Length > 0)} {part}";

    /// <summary>Adds an operator to the graph.</summary>
    /// <param name="op">The operator.</param>
    public void Add(Operator op)
    {
        op.Label = Label;
        Builder.Graph.Operators.Add(op);
    }

    /// <summary>Sets a result.</summary>
    /// <param name="value">The value.</param>
    /// <param name="position">Position of the result.</param>
    public void Return(OnnxActivation value, int position = 0) => Return(new OnnxValue(null, value), position);

    /// <summary>Sets a result.</summary>
    /// <param name="value">The value.</param>
    /// <param name="position">Position of the result.</param>
    public void Return(OnnxConstant value, int position = 0)
    {
        Builder.Charge(value.Shape);
        Return(new OnnxValue(value, null), position);
    }

    /// <summary>Sets a result.</summary>
    /// <param name="value">The value.</param>
    /// <param name="position">Position of the result.</param>
    public void Return(OnnxValue value, int position = 0)
    {
        if (OutputName(position).Length > 0) Builder.Define(OutputName(position), value);
    }

    /// <summary>Sets all results that have none to unknown.</summary>
    public void ReturnUnknown()
    {
        foreach (string name in node.Output.Where(name => name.Length > 0 && Builder.Find(name) is null)) Builder.Define(name, OnnxValue.Unknown);
    }

    /// <summary>An axis as the graph counts it.</summary>
    /// <param name="axis">The axis; negative ones count from the last.</param>
    /// <param name="rank">Number of dimensions.</param>
    /// <returns>0 to rank - 1.</returns>
    public int Axis(int axis, int rank) =>
        axis >= -rank && axis < rank ? (axis + rank) % rank : throw Refuse($"there is no dimension {axis} in a tensor of {rank}", code: ErrorCode.Demand);

    /// <summary>Makes the exception that ends the import of this operator; other operators are still looked at.</summary>
    /// <param name="what">What is not supported, a sentence without its full stop.</param>
    /// <param name="remedy">What to do.</param>
    /// <param name="code">The kind of reason; null for an option that is not supported.</param>
    /// <returns>The exception, for the caller to throw.</returns>
    public OnnxRuleException Refuse(string what, string remedy = "", ErrorCode? code = null) => new(new Problem(Where, what, remedy) { Code = code ?? ErrorCode.Option });
}
