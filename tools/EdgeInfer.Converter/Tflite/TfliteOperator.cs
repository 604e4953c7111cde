using System.Buffers.Binary;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using Field = EdgeInfer.Converter.Tflite.TfliteSchema.Operator;

namespace EdgeInfer.Converter.Tflite;

/// <summary>An operator as the file has it: what import rules read.</summary>
internal sealed class TfliteOperator
{
    private readonly FlatTable _table;
    private readonly TfliteTensors _tensors;
    private readonly int[] _inputs;
    private readonly int[] _outputs;
    private readonly int[] _intermediates;

    /// <summary>Opens an operator.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensors">Tensors of the operator's subgraph.</param>
    /// <param name="table">The operator's table.</param>
    /// <param name="index">Its number in the subgraph.</param>
    public TfliteOperator(TfliteModel model, TfliteTensors tensors, FlatTable table, int index)
    {
        Model = model;
        _tensors = tensors;
        _table = table;
        Kind = model.KindOf(table.Int32(Field.OpcodeIndex), table);
        Label = $"{Kind.Name} (operator {index})";
        _inputs = table.Int32s(Field.Inputs);
        _outputs = table.Int32s(Field.Outputs);
        _intermediates = table.Int32s(Field.Intermediates);
        Options = new TfliteOptions(table.Table(Field.BuiltinOptions, $"{table.Part}, options"));
    }

    /// <summary>The model, for operators that concern more than their tensors.</summary>
    public TfliteModel Model { get; }

    /// <summary>What the operator does.</summary>
    public TfliteOperatorKind Kind { get; }

    /// <summary>Name and number, such as <c>CONV_2D (operator 3)</c>.</summary>
    public string Label { get; }

    /// <summary>Name, number and output tensors.</summary>
    public string Where => OutputCount == 0 ? Label : $"{Label} {string.Join(", ", Outputs.Select(t => $"'{t.Name}'"))}";

    /// <summary>Receives what is not supported; <see cref="Refuse"/> is simpler where the rule cannot go on.</summary>
    public ProblemList Problems => Model.Problems;

    /// <summary>Options, by their field numbers.</summary>
    public TfliteOptions Options { get; }

    /// <summary>Options of a custom operator, in a format of its own.</summary>
    public ReadOnlySpan<byte> CustomOptions => _table.Bytes(Field.CustomOptions);

    /// <summary>Number of operands, absent ones included.</summary>
    public int InputCount => _inputs.Length;

    /// <summary>Number of results.</summary>
    public int OutputCount => _outputs.Length;

    /// <summary>All operands that are there.</summary>
    public IEnumerable<GraphTensor> Inputs => _inputs.Where(i => i != -1).Select(i => _tensors[i, _table]);

    /// <summary>The operands of an operator that takes any number of them.</summary>
    /// <returns>At least one tensor.</returns>
    public GraphTensor[] Operands() => [Input(0), .. Enumerable.Range(1, InputCount - 1).Select(i => Input(i))];

    /// <summary>All results.</summary>
    public IEnumerable<GraphTensor> Outputs => _outputs.Select(i => _tensors[i, _table]);

    /// <summary>An operand that must be there.</summary>
    /// <param name="position">Its position.</param>
    /// <returns>The tensor.</returns>
    public GraphTensor Input(int position) => OptionalInput(position) ?? throw Refuse($"it has no input {position}");

    /// <summary>An operand that may be absent.</summary>
    /// <param name="position">Its position.</param>
    /// <returns>The tensor, or null.</returns>
    public GraphTensor? OptionalInput(int position) =>
        position < _inputs.Length && _inputs[position] != -1 ? _tensors[_inputs[position], _table] : null;

    /// <summary>A result.</summary>
    /// <param name="position">Its position.</param>
    /// <returns>The tensor.</returns>
    public GraphTensor Output(int position) =>
        position < _outputs.Length ? _tensors[_outputs[position], _table] : throw Refuse($"it has no output {position}");

    /// <summary>A result whose shape follows from operands or options that the graph's operator does not keep.</summary>
    /// <param name="position">Its position.</param>
    /// <param name="shape">The shape that they make.</param>
    /// <returns>The tensor, which the file declares with this very shape.</returns>
    public GraphTensor Output(int position, IEnumerable<int> shape)
    {
        GraphTensor tensor = Output(position);
        int[] expected = [.. shape];
        return tensor.Shape.SequenceEqual(expected) ? tensor : throw Refuse(
            $"the shape [{string.Join(',', tensor.Shape)}] of its output '{tensor.Name}' does not follow from its operands and options, which make [{string.Join(',', expected)}]",
            "Export the model again",
            ErrorCode.Demand);
    }

    /// <summary>A tensor that only describes the quantization of something inside the operator.</summary>
    /// <param name="position">Its position.</param>
    /// <returns>The tensor, or null.</returns>
    public GraphTensor? Intermediate(int position) =>
        position < _intermediates.Length && _intermediates[position] != -1 ? _tensors[_intermediates[position], _table] : null;

    /// <summary>An operand whose number of dimensions is given.</summary>
    /// <param name="position">Its position.</param>
    /// <param name="rank">Number of dimensions.</param>
    /// <returns>The tensor.</returns>
    public GraphTensor Input(int position, int rank)
    {
        GraphTensor tensor = Input(position);
        return tensor.Shape.Length == rank ? tensor : throw Refuse($"its input {position} '{tensor.Name}' has {tensor.Shape.Length} dimensions, supported is {rank}");
    }

    /// <summary>The integers of an operand that must be known at conversion, such as an axis or a shape.</summary>
    /// <param name="position">Its position.</param>
    /// <returns>The integers.</returns>
    public int[] ConstantInts(int position)
    {
        GraphTensor tensor = Input(position);
        if (tensor.Data is null) throw Refuse($"its input {position} '{tensor.Name}' is computed; only a constant is supported", code: ErrorCode.NotConstant);
        if (tensor.Type == ElementType.Int32) return tensor.Int32s().ToArray();
        if (tensor.Type != ElementType.Int64) throw Refuse($"its input {position} '{tensor.Name}' is {tensor.Type}, supported is Int32 or Int64");

        int[] values = new int[tensor.Count];
        for (int i = 0; i < values.Length; i++)
        {
            // Beyond 32 bits such a number can only mean "to the end".
            values[i] = (int)Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(tensor.Data.AsSpan(8 * i)), int.MinValue, int.MaxValue);
        }

        return values;
    }

    /// <summary>Reads an option of type ActivationFunctionType.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <returns>The activation.</returns>
    public FusedActivation Activation(int field) => Options.Int8(field) switch
    {
        0 => FusedActivation.None,
        1 => FusedActivation.Relu,
        2 => FusedActivation.ReluN1To1,
        3 => FusedActivation.Relu6,
        4 => throw Refuse("its fused activation TANH is not supported", "Export the activation as an operator of its own"),
        var other => throw Refuse($"its fused activation {other} is not supported"),
    };

    /// <summary>Makes the exception that ends the import of this operator; other operators are still looked at.</summary>
    /// <param name="what">What is not supported, a sentence without its full stop.</param>
    /// <param name="remedy">What to do.</param>
    /// <param name="code">The kind of reason; null for an option that is not supported.</param>
    /// <returns>The exception, for the caller to throw.</returns>
    public TfliteRuleException Refuse(string what, string remedy = "", ErrorCode? code = null) => new(new Problem(Where, what, remedy) { Code = code ?? ErrorCode.Option });
}
