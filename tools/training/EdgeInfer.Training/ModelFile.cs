using Google.FlatBuffers;

namespace EdgeInfer.Training;

/// <summary>
/// Writes tables of the TFLite schema (field numbers as in tensorflow/compiler/mlir/lite/schema/schema.fbs) with one
/// subgraph: tensors, operators and constants are added one by one, <see cref="Finish"/> gives the file.
/// </summary>
internal sealed class ModelFile
{
    /// <summary>Codes of the schema's TensorType.</summary>
    public const sbyte Float32 = 0;

    /// <summary>Codes of the schema's TensorType.</summary>
    public const sbyte Int32 = 2;

    /// <summary>Codes of the schema's TensorType.</summary>
    public const sbyte Int8 = 9;

    private const string Identifier = "TFL3";
    private const int SchemaVersion = 3;
    private const int ConstantAlignment = 16;

    private readonly FlatBufferBuilder _builder = new(32 * 1024);
    private readonly List<int> _buffers = [];
    private readonly List<int> _tensors = [];
    private readonly List<int> _operators = [];
    private readonly List<int> _codes = [];
    private readonly List<(byte Code, int Version)> _codeKeys = [];

    public ModelFile()
    {
        // By convention the first buffer is empty and belongs to every tensor without constant content.
        _builder.StartTable(1);
        _buffers.Add(_builder.EndTable());
    }

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Code of its element type.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="content">Its constant content, or null.</param>
    /// <param name="scales">One scale, or one a channel; null where it is not quantized.</param>
    /// <param name="zeroPoint">Zero point of every scale.</param>
    /// <param name="channelDimension">Dimension that the scales go along.</param>
    /// <returns>Its index.</returns>
    public int AddTensor(string name, sbyte type, int[] shape, byte[]? content = null, float[]? scales = null, int zeroPoint = 0, int channelDimension = 0)
    {
        int buffer = content is null ? 0 : AddBuffer(content);
        int quantization = scales is null ? 0 : AddQuantization(scales, zeroPoint, channelDimension);
        int nameOffset = _builder.CreateString(name).Value;
        int shapeOffset = Ints(shape);
        _builder.StartTable(5);
        _builder.AddOffset(0, shapeOffset, 0);
        _builder.AddOffset(3, nameOffset, 0);
        _builder.AddOffset(4, quantization, 0);
        _builder.AddUint(2, (uint)buffer, 0);
        _builder.AddSbyte(1, type, 0);
        _tensors.Add(_builder.EndTable());
        return _tensors.Count - 1;
    }

    /// <summary>Adds an operator; operators run in the order they are added.</summary>
    /// <param name="code">The schema's BuiltinOperator.</param>
    /// <param name="version">Version of the operator.</param>
    /// <param name="inputs">Indices of its input tensors.</param>
    /// <param name="output">Index of its output tensor.</param>
    /// <param name="optionsType">The schema's BuiltinOptions.</param>
    /// <param name="writeOptions">Adds the fields of the options table.</param>
    public void AddOperator(byte code, int version, int[] inputs, int output, byte optionsType, Action<FlatBufferBuilder> writeOptions)
    {
        const int MostOptionFields = 8;
        _builder.StartTable(MostOptionFields);
        writeOptions(_builder);
        int options = _builder.EndTable();
        int inputsOffset = Ints(inputs);
        int outputsOffset = Ints([output]);
        int codeIndex = CodeIndex(code, version);
        _builder.StartTable(5);
        _builder.AddUint(0, (uint)codeIndex, 0);
        _builder.AddOffset(1, inputsOffset, 0);
        _builder.AddOffset(2, outputsOffset, 0);
        _builder.AddOffset(4, options, 0);
        _builder.AddByte(3, optionsType, 0);
        _operators.Add(_builder.EndTable());
    }

    /// <summary>Ends the file.</summary>
    /// <param name="input">Index of the graph's input.</param>
    /// <param name="output">Index of the graph's output.</param>
    /// <param name="description">Text that readers of the file show.</param>
    public byte[] Finish(int input, int output, string description)
    {
        int subgraph = AddSubgraph(input, output);
        int descriptionOffset = _builder.CreateString(description).Value;
        int codes = Offsets(_codes);
        int subgraphs = Offsets([subgraph]);
        int buffers = Offsets(_buffers);
        _builder.StartTable(5);
        _builder.AddUint(0, SchemaVersion, 0);
        _builder.AddOffset(1, codes, 0);
        _builder.AddOffset(2, subgraphs, 0);
        _builder.AddOffset(3, descriptionOffset, 0);
        _builder.AddOffset(4, buffers, 0);
        _builder.Finish(_builder.EndTable(), Identifier);
        return _builder.SizedByteArray();
    }

    private int AddSubgraph(int input, int output)
    {
        int tensors = Offsets(_tensors);
        int operators = Offsets(_operators);
        int inputs = Ints([input]);
        int outputs = Ints([output]);
        int name = _builder.CreateString("main").Value;
        _builder.StartTable(5);
        _builder.AddOffset(0, tensors, 0);
        _builder.AddOffset(1, inputs, 0);
        _builder.AddOffset(2, outputs, 0);
        _builder.AddOffset(3, operators, 0);
        _builder.AddOffset(4, name, 0);
        return _builder.EndTable();
    }

    private int AddBuffer(byte[] content)
    {
        _builder.StartVector(1, content.Length, ConstantAlignment);
        for (int i = content.Length - 1; i >= 0; i--) _builder.AddByte(content[i]);
        int data = _builder.EndVector().Value;
        _builder.StartTable(1);
        _builder.AddOffset(0, data, 0);
        _buffers.Add(_builder.EndTable());
        return _buffers.Count - 1;
    }

    private int AddQuantization(float[] scales, int zeroPoint, int channelDimension)
    {
        _builder.StartVector(sizeof(float), scales.Length, sizeof(float));
        for (int i = scales.Length - 1; i >= 0; i--) _builder.AddFloat(scales[i]);
        int scaleOffset = _builder.EndVector().Value;
        _builder.StartVector(sizeof(long), scales.Length, sizeof(long));
        for (int i = 0; i < scales.Length; i++) _builder.AddLong(zeroPoint);
        int zeroPointOffset = _builder.EndVector().Value;
        _builder.StartTable(7);
        _builder.AddOffset(2, scaleOffset, 0);
        _builder.AddOffset(3, zeroPointOffset, 0);
        _builder.AddInt(6, channelDimension, 0);
        return _builder.EndTable();
    }

    private int CodeIndex(byte code, int version)
    {
        int index = _codeKeys.IndexOf((code, version));
        if (index >= 0) return index;

        _builder.StartTable(4);
        _builder.AddInt(2, version, 1);
        _builder.AddInt(3, code, 0);
        _builder.AddSbyte(0, (sbyte)code, 0);
        _codes.Add(_builder.EndTable());
        _codeKeys.Add((code, version));
        return _codes.Count - 1;
    }

    private int Ints(int[] values)
    {
        _builder.StartVector(sizeof(int), values.Length, sizeof(int));
        for (int i = values.Length - 1; i >= 0; i--) _builder.AddInt(values[i]);
        return _builder.EndVector().Value;
    }

    private int Offsets(List<int> tables)
    {
        _builder.StartVector(sizeof(int), tables.Count, sizeof(int));
        for (int i = tables.Count - 1; i >= 0; i--) _builder.AddOffset(tables[i]);
        return _builder.EndVector().Value;
    }
}
