using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Onnx.Schema;
using Google.Protobuf;

namespace EdgeInfer.Onnx.Export;

/// <summary>Collects nodes, constants and ports of an .onnx file.</summary>
/// <param name="name">Name of the graph.</param>
internal sealed class OnnxModelWriter(string name)
{
    /// <summary>What the operators of graphs of floats and int8 need, which every tool reads.</summary>
    private const int IrVersion = 9, Opset = 20;

    /// <summary>The first in which QuantizeLinear knows 16 bits.</summary>
    private const int WideIrVersion = 10, WideOpset = 21;

    private readonly GraphProto _graph = new() { Name = name };
    private readonly Dictionary<GraphTensor, string> _names = [];
    private readonly HashSet<string> _used = [];
    private readonly List<OnnxState> _states = [];

    /// <summary>True where something is quantized to 16 bits, for which the file must be of a later version.</summary>
    public bool HasWideIntegers { get; init; }

    /// <summary>True where LSTMs go on from what the inference before has left.</summary>
    public bool CarriesStates { get; init; }

    /// <summary>Names of the tensors that have one.</summary>
    public IReadOnlyDictionary<GraphTensor, string> Names => _names;

    /// <summary>What inferences leave for the next.</summary>
    public IReadOnlyList<OnnxState> States => _states;

    /// <summary>The name of a tensor, made unique.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>The name, the same one each time.</returns>
    public string NameOf(GraphTensor tensor)
    {
        if (!_names.TryGetValue(tensor, out string? known)) _names.Add(tensor, known = Unique(tensor.Name.Length == 0 ? "tensor" : tensor.Name));
        return known;
    }

    /// <summary>Gives a tensor the name of a value that there is already.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="known">Name of the value.</param>
    public void Call(GraphTensor tensor, string known) => _names.Add(tensor, known);

    /// <summary>Makes a name that nothing has.</summary>
    /// <param name="wish">How it should begin.</param>
    /// <returns>The name.</returns>
    public string Unique(string wish)
    {
        string result = wish;
        for (int i = 2; !_used.Add(result); i++) result = $"{wish} {i}";
        return result;
    }

    /// <summary>Adds a node with one result.</summary>
    /// <param name="type">Name of the operator.</param>
    /// <param name="inputs">Names of the operands.</param>
    /// <param name="output">Name of the result.</param>
    /// <param name="attributes">Attributes.</param>
    /// <returns>The name of the result.</returns>
    public string Node(string type, string[] inputs, string output, params AttributeProto[] attributes)
    {
        Node(type, inputs, [output], attributes);
        return output;
    }

    /// <summary>Adds a node with several results.</summary>
    /// <param name="type">Name of the operator.</param>
    /// <param name="inputs">Names of the operands.</param>
    /// <param name="outputs">Names of the results.</param>
    /// <param name="attributes">Attributes.</param>
    public void Node(string type, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        NodeProto node = new() { OpType = type, Name = outputs[0] };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        _graph.Node.Add(node);
    }

    /// <summary>Adds a constant of floats.</summary>
    /// <param name="wish">How its name should begin.</param>
    /// <param name="values">Elements.</param>
    /// <param name="shape">Dimensions; empty for a scalar.</param>
    /// <returns>Its name.</returns>
    public string Floats(string wish, ReadOnlySpan<float> values, params int[] shape) => Constant(wish, OnnxType.Float, MemoryMarshal.AsBytes(values), shape);

    /// <summary>Adds a constant of 64-bit integers, one-dimensional, as shapes and axes are.</summary>
    /// <param name="wish">How its name should begin.</param>
    /// <param name="values">Elements.</param>
    /// <returns>Its name.</returns>
    public string Longs(string wish, params IEnumerable<int> values)
    {
        long[] longs = [.. values.Select(v => (long)v)];
        return Constant(wish, OnnxType.Int64, MemoryMarshal.AsBytes(longs.AsSpan()), longs.Length);
    }

    /// <summary>Adds a constant.</summary>
    /// <param name="wish">How its name should begin.</param>
    /// <param name="type">Element type, a number of <see cref="OnnxType"/>.</param>
    /// <param name="content">Elements, little endian.</param>
    /// <param name="shape">Dimensions; empty for a scalar.</param>
    /// <returns>Its name.</returns>
    public string Constant(string wish, int type, ReadOnlySpan<byte> content, params int[] shape)
    {
        TensorProto tensor = new() { Name = Unique(wish), DataType = type, RawData = ByteString.CopyFrom(content) };
        tensor.Dims.AddRange(shape.Select(d => (long)d));
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds an input of floats.</summary>
    /// <param name="portName">Its name.</param>
    /// <param name="shape">Dimensions.</param>
    public void Input(string portName, int[] shape) => _graph.Input.Add(Port(portName, shape));

    /// <summary>Adds an input for what the inference before has left; <see cref="Keep"/> says what that is.</summary>
    /// <param name="wish">Name of the state.</param>
    /// <param name="shape">Dimensions.</param>
    /// <returns>Name of the input.</returns>
    public string State(string wish, int[] shape)
    {
        OnnxState state = new(Unique($"{wish} before"), Unique($"{wish} after"), shape);
        _states.Add(state);
        Input(state.Input, shape);
        return state.Input;
    }

    /// <summary>Gives a state its value for the next inference.</summary>
    /// <param name="before">Name of the input.</param>
    /// <param name="value">Name of the value.</param>
    public void Keep(string before, string value) => Node("Identity", [value], _states.Find(s => s.Input == before)!.Output);

    /// <summary>Adds an output.</summary>
    /// <param name="portName">Its name.</param>
    /// <param name="shape">Dimensions.</param>
    /// <param name="type">Element type, a number of <see cref="OnnxType"/>.</param>
    public void Output(string portName, int[] shape, int type = OnnxType.Float) => _graph.Output.Add(Port(portName, shape, type));

    /// <summary>Ends the file.</summary>
    /// <returns>Its content.</returns>
    public byte[] Finish()
    {
        ModelProto model = new() { IrVersion = HasWideIntegers ? WideIrVersion : IrVersion, ProducerName = "EdgeInfer", Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = HasWideIntegers ? WideOpset : Opset });
        return model.ToByteArray();
    }

    /// <summary>An attribute of an integer.</summary>
    /// <param name="attribute">Its name.</param>
    /// <param name="value">The integer.</param>
    /// <returns>The attribute.</returns>
    public static AttributeProto Int(string attribute, int value) => new() { Name = attribute, I = value, Type = 2 };

    /// <summary>An attribute of a float.</summary>
    /// <param name="attribute">Its name.</param>
    /// <param name="value">The float.</param>
    /// <returns>The attribute.</returns>
    public static AttributeProto Float(string attribute, float value) => new() { Name = attribute, F = value, Type = 1 };

    /// <summary>An attribute of integers.</summary>
    /// <param name="attribute">Its name.</param>
    /// <param name="values">The integers.</param>
    /// <returns>The attribute.</returns>
    public static AttributeProto Ints(string attribute, params IEnumerable<int> values)
    {
        AttributeProto result = new() { Name = attribute, Type = 7 };
        result.Ints.AddRange(values.Select(v => (long)v));
        return result;
    }

    /// <summary>An attribute of text.</summary>
    /// <param name="attribute">Its name.</param>
    /// <param name="value">The text.</param>
    /// <returns>The attribute.</returns>
    public static AttributeProto Text(string attribute, string value) => new() { Name = attribute, S = ByteString.CopyFromUtf8(value), Type = 3 };

    private static ValueInfoProto Port(string portName, int[] shape, int type = OnnxType.Float)
    {
        TensorShapeProto dimensions = new();
        dimensions.Dim.AddRange(shape.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto { Name = portName, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = dimensions } } };
    }
}
