using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using Field = EdgeInfer.Converter.Tflite.TfliteSchema.Tensor;

namespace EdgeInfer.Converter.Tflite;

/// <summary>Tensors of a subgraph, made when they are first asked for: tensors that nothing uses may be of any kind.</summary>
internal sealed class TfliteTensors
{
    /// <summary>More dimensions than any operator of TensorFlow Lite takes.</summary>
    private const int MaximumRank = 8;

    /// <summary>More elements than any device that this library is for could hold.</summary>
    internal const int MaximumElements = 1 << 24;

    /// <summary>The same of all tensors together, few of which live at the same time.</summary>
    private const long MostElements = 4L * MaximumElements;

    /// <summary>FLOAT16 of TensorType.</summary>
    private const int HalfType = 1;

    private readonly FlatFile _file;
    private readonly TfliteBuffers _buffers;
    private readonly ProblemList _problems;
    private readonly FlatTable[] _tables;
    private readonly GraphTensor?[] _tensors;
    private long _variableElements;
    private long _elements;

    /// <summary>Opens the tensors of a subgraph.</summary>
    /// <param name="file">The file.</param>
    /// <param name="subgraph">The subgraph.</param>
    /// <param name="buffers">The model's buffers.</param>
    /// <param name="problems">Receives what is not supported.</param>
    public TfliteTensors(FlatFile file, FlatTable subgraph, TfliteBuffers buffers, ProblemList problems)
    {
        _file = file;
        _buffers = buffers;
        _problems = problems;
        _tables = subgraph.Tables(TfliteSchema.Subgraph.Tensors, $"{subgraph.Part}, tensor");
        _tensors = new GraphTensor[_tables.Length];
    }

    /// <summary>The tensor of an index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="reader">The table that holds the index.</param>
    /// <returns>The tensor, the same one each time.</returns>
    public GraphTensor this[int index, FlatTable reader]
    {
        get
        {
            if ((uint)index >= (uint)_tables.Length)
            {
                throw _file.Damaged(reader.Part, reader.Position, $"it refers to tensor {index} of {_tables.Length}");
            }

            return _tensors[index] ??= Create(index, _tables[index]);
        }
    }

    /// <summary>Refuses a graph input whose size is left open, other than in its first dimension, the batch.</summary>
    /// <param name="index">The input's index, valid.</param>
    public void RefuseOpenShape(int index)
    {
        // Exporters leave the batch open in almost every model and write the size to use, 1, into the shape.
        int[] signature = _tables[index].Int32s(Field.ShapeSignature);
        if (!signature.Skip(1).Any(d => d < 0)) return;

        _problems.Add(
            $"input '{NameOf(index)}'",
            $"the shape [{string.Join(',', signature.Select(d => d < 0 ? "?" : $"{d}"))}] of this input is open (dynamic)",
            "Export the model with a fixed input shape", ErrorCode.OpenShape);
    }

    private string NameOf(int index)
    {
        string name = _tables[index].Text(Field.Name);
        return name.Length > 0 ? name : $"#{index}";
    }

    private GraphTensor Create(int index, FlatTable table)
    {
        string name = NameOf(index);
        string label = $"tensor '{name}'";
        int[] shape = ReadShape(table, label);
        ElementType type = TypeOf(table.Int8(Field.Type));
        bool isVariable = table.Bool(Field.IsVariable);
        if (table.Has(Field.Sparsity))
        {
            _problems.Add(label, "its data is sparse", "Export the model without sparse tensors", ErrorCode.Storage);
        }

        if (table.Int32(Field.ExternalBuffer) != 0)
        {
            _problems.Add(label, "its data lies in another file", "Export the model as a single file", ErrorCode.Storage);
        }

        GraphTensor tensor = new(name, type, shape)
        {
            Quantization = new TfliteQuantization(table, label, _problems).Read(type, shape),
            IsVariable = isVariable,
        };
        byte[] data = _buffers.Read(table.Int32(Field.Buffer), table);
        if (table.Int8(Field.Type) == HalfType && data.Length > 0 && !isVariable) return Widened(name, shape, table, data);
        if (isVariable)
        {
            InitializeState(tensor, table, label, data);
        }
        else if (data.Length > 0)
        {
            CheckLength(tensor, table, data);
            tensor.Data = type == ElementType.Int4 ? Nibbles(data, tensor.Count) : data;
        }
        else if (shape.Contains(0) && type is ElementType.Int32 or ElementType.Int64)
        {
            // An empty list of dimensions, such as the shape of a scalar.
            tensor.Data = data;
        }

        return tensor;
    }

    /// <summary>
    /// What tflite-micro's ResetVariableTensors sets a state to: every byte to the zero point where the tensor is int8, to 0
    /// otherwise.
    /// </summary>
    private void InitializeState(GraphTensor tensor, FlatTable table, string label, byte[] data)
    {
        if (data.Length > 0) _problems.Add(label, "it is a state with data of its own, which TensorFlow Lite does not support either", code: ErrorCode.Storage);
        _variableElements += tensor.Count;
        if (_variableElements > MaximumElements) throw _file.Damaged(table.Part, table.Position, "the states have more elements than any device could hold");
        if (tensor.Type != ElementType.Int8 || tensor.Quantization is not { ZeroPoint: not 0 }) return;

        tensor.InitialData = new byte[tensor.Count];
        Array.Fill(tensor.InitialData, (byte)tensor.Quantization.ZeroPoint);
    }

    private int[] ReadShape(FlatTable table, string label)
    {
        int[] shape = table.Int32s(Field.Shape);
        if (shape.Length > MaximumRank) throw _file.Damaged(table.Part, table.Position, $"a tensor of {shape.Length} dimensions is not possible");
        if (shape.Any(d => d < 0))
        {
            _problems.Add(label, $"its shape [{string.Join(',', shape)}] is open (dynamic)", "Export the model with a fixed input shape", ErrorCode.OpenShape);
            shape = Array.ConvertAll(shape, d => Math.Max(d, 1));
        }

        long count = 1;
        foreach (int dimension in shape)
        {
            count *= dimension;
            if (count > MaximumElements) throw _file.Damaged(table.Part, table.Position, $"its shape [{string.Join(',', shape)}] has more elements than any device could hold");
        }

        _elements += count;
        if (_elements > MostElements) throw _file.Damaged(table.Part, table.Position, "the tensors up to this one have more elements than any device could hold");
        return shape;
    }

    private void CheckLength(GraphTensor tensor, FlatTable table, byte[] data)
    {
        int width = WidthOf(tensor.Type);
        long expected = tensor.Type == ElementType.Int4 ? (tensor.Count + 1) / 2 : width == 0 ? data.Length : (long)width * tensor.Count;
        if (data.Length != expected)
        {
            throw _file.Damaged(table.Part, table.Position, $"the constant {tensor} has {data.Length} bytes where {expected} belong");
        }
    }

    /// <summary>Constants of half precision, as small float models have them, are floats from here on.</summary>
    private GraphTensor Widened(string name, int[] shape, FlatTable table, byte[] data)
    {
        GraphTensor tensor = new(name, ElementType.Float32, shape);
        if (data.Length != tensor.Count * sizeof(short)) throw _file.Damaged(table.Part, table.Position, $"the constant {tensor} of half precision has {data.Length} bytes where {tensor.Count * sizeof(short)} belong");

        float[] values = new float[tensor.Count];
        for (int i = 0; i < values.Length; i++) values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(data.AsSpan(i * sizeof(short)));
        tensor.Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        return tensor;
    }

    /// <summary>The two 4-bit numbers of each byte, the low half first, one a byte.</summary>
    private static byte[] Nibbles(byte[] data, int count)
    {
        byte[] values = new byte[count];
        for (int i = 0; i < count; i++) values[i] = (byte)((sbyte)(data[i / 2] << (i % 2 == 0 ? 4 : 0)) >> 4);
        return values;
    }

    /// <summary>Bytes of an element.</summary>
    /// <param name="type">Its type.</param>
    /// <returns>The bytes; 0 for types of no bytes of their own.</returns>
    internal static int WidthOf(ElementType type) => type switch
    {
        ElementType.Int8 or ElementType.UInt8 or ElementType.Bool => 1,
        ElementType.Int16 => 2,
        ElementType.Int32 or ElementType.Float32 => 4,
        ElementType.Int64 => 8,
        _ => 0,
    };

    /// <summary>TensorType of the schema.</summary>
    private static ElementType TypeOf(sbyte code) => code switch
    {
        0 => ElementType.Float32,
        2 => ElementType.Int32,
        3 => ElementType.UInt8,
        4 => ElementType.Int64,
        6 => ElementType.Bool,
        7 => ElementType.Int16,
        9 => ElementType.Int8,
        13 => ElementType.Resource,
        17 => ElementType.Int4,
        _ => ElementType.Other,
    };
}
