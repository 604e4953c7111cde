using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Tflite;
using Google.FlatBuffers;

namespace EdgeInfer.Tests.Tflite;

/// <summary>Writes .tflite files by the field numbers of the schema. Everything is kept as numbers, so that damaged models can be written too.</summary>
internal sealed class TfliteBuilder
{
    private readonly List<byte[]> _buffers = [[]];
    private readonly List<(int Code, string Custom, int Version)> _codes = [];

    public TfliteBuilder() => Main = AddSubgraph();

    public List<Subgraph> Subgraphs { get; } = [];

    public Subgraph Main { get; }

    public int SchemaVersion { get; set; } = 3;

    /// <summary>Constants behind the FlatBuffers part, as files beyond 2 GB have them.</summary>
    public bool BuffersBehind { get; set; }

    public Subgraph AddSubgraph()
    {
        Subgraph subgraph = new(this);
        Subgraphs.Add(subgraph);
        return subgraph;
    }

    /// <summary>A model of one 1x1 convolution, small enough to be damaged in every way.</summary>
    public static TfliteBuilder SmallModel()
    {
        TfliteBuilder builder = new();
        Subgraph main = builder.Main;
        int input = main.Activation("in", 1, 2, 2, 2);
        int weights = main.Constant<sbyte>("weights", ElementType.Int8, [3, 1, 1, 2], [1, -2, 3, -4, 5, -6], (0.5f, 0));
        int bias = main.Constant<int>("bias", ElementType.Int32, [3], [10, 20, 30]);
        int hidden = main.Activation("hidden", 1, 2, 2, 3);
        int output = main.Activation("out", 1, 12);
        main.Add("CONV_2D", [input, weights, bias], [hidden], new Options { [0] = (sbyte)0, [1] = 1, [2] = 1, [3] = (sbyte)1 }, version: 3);
        main.Add("RESHAPE", [hidden], [output]);
        main.Inputs.Add(input);
        main.Outputs.Add(output);
        return builder;
    }

    public byte[] Build()
    {
        byte[] tables = BuildTables(behind: 2);
        return FuzzingSeeds.Keep("tflite", BuffersBehind ? [.. BuildTables(tables.Length), .. _buffers.SelectMany(b => b)] : tables);
    }

    private byte[] BuildTables(long behind)
    {
        FlatBufferBuilder fbb = new(1024) { ForceDefaults = true };
        VectorOffset buffers = Tables(fbb, _buffers, content =>
        {
            bool inside = content.Length > 0 && !BuffersBehind;
            VectorOffset data = inside ? Vector(fbb, content) : default;
            fbb.StartTable(3);
            if (inside) fbb.AddOffset(0, data.Value, 0);
            if (BuffersBehind && content.Length > 0)
            {
                fbb.AddLong(1, behind, 0);
                fbb.AddLong(2, content.Length, 0);
                behind += content.Length;
            }

            return fbb.EndTable();
        });
        VectorOffset subgraphs = Tables(fbb, Subgraphs, subgraph => subgraph.Write(fbb));
        VectorOffset codes = Tables(fbb, _codes, kind =>
        {
            StringOffset custom = fbb.CreateString(kind.Custom);
            fbb.StartTable(4);
            fbb.AddSbyte(0, (sbyte)Math.Min(kind.Code, 127), 0);
            fbb.AddOffset(1, custom.Value, 0);
            fbb.AddInt(2, kind.Version, 1);
            fbb.AddInt(3, kind.Code, 0);
            return fbb.EndTable();
        });
        fbb.StartTable(5);
        fbb.AddInt(0, SchemaVersion, 0);
        fbb.AddOffset(1, codes.Value, 0);
        fbb.AddOffset(2, subgraphs.Value, 0);
        fbb.AddOffset(4, buffers.Value, 0);
        fbb.Finish(fbb.EndTable(), TfliteSchema.Identifier);
        return fbb.SizedByteArray();
    }

    private static VectorOffset Tables<T>(FlatBufferBuilder fbb, IReadOnlyList<T> items, Func<T, int> write)
    {
        int[] offsets = [.. items.Select(write)];
        fbb.StartVector(4, offsets.Length, 4);
        for (int i = offsets.Length - 1; i >= 0; i--) fbb.AddOffset(offsets[i]);
        return fbb.EndVector();
    }

    private static VectorOffset Vector<T>(FlatBufferBuilder fbb, T[] values)
        where T : struct
    {
        int size = Marshal.SizeOf<T>();
        fbb.StartVector(size, values.Length, size);
        fbb.Add(values);
        return fbb.EndVector();
    }

    private int BufferOf(byte[] content)
    {
        _buffers.Add(content);
        return _buffers.Count - 1;
    }

    private int CodeOf(int code, string custom, int version)
    {
        int index = _codes.IndexOf((code, custom, version));
        if (index >= 0) return index;
        _codes.Add((code, custom, version));
        return _codes.Count - 1;
    }

    /// <summary>Options of an operator by field number: sbyte, int, float, bool, string or int[].</summary>
    internal sealed class Options : Dictionary<int, object>;

    internal sealed class Tensor
    {
        public string Name { get; set; } = "";

        public sbyte Type { get; set; }

        public int[] Shape { get; set; } = [];

        public int[] Signature { get; set; } = [];

        public int Buffer { get; set; }

        public float[] Scales { get; set; } = [];

        public long[] ZeroPoints { get; set; } = [];

        public int Axis { get; set; }

        public bool IsVariable { get; set; }
    }

    internal sealed class Subgraph(TfliteBuilder builder)
    {
        private readonly List<(int Code, int[] Inputs, int[] Outputs, Options Options, byte[] CustomOptions)> _operators = [];

        public List<Tensor> Tensors { get; } = [];

        public List<int> Inputs { get; } = [];

        public List<int> Outputs { get; } = [];

        /// <summary>An int8 tensor with scale 0.1 and zero point -3.</summary>
        public int Activation(string name, params int[] shape) => Quantized(name, 0.1f, -3, shape);

        public int Quantized(string name, float scale, int zeroPoint, params int[] shape) =>
            Add(new Tensor { Name = name, Type = CodeOf(ElementType.Int8), Shape = shape, Scales = [scale], ZeroPoints = [zeroPoint] });

        public int Plain(string name, ElementType type, params int[] shape) =>
            Add(new Tensor { Name = name, Type = CodeOf(type), Shape = shape });

        public int Constant<T>(string name, ElementType type, int[] shape, T[] values, (float Scale, int ZeroPoint)? quantization = null)
            where T : struct =>
            Add(new Tensor
            {
                Name = name,
                Type = CodeOf(type),
                Shape = shape,
                Buffer = builder.BufferOf(MemoryMarshal.AsBytes<T>(values).ToArray()),
                Scales = quantization is null ? [] : [quantization.Value.Scale],
                ZeroPoints = quantization is null ? [] : [quantization.Value.ZeroPoint],
            });

        public int Add(Tensor tensor)
        {
            Tensors.Add(tensor);
            return Tensors.Count - 1;
        }

        public void Add(string name, int[] inputs, int[] outputs, Options? options = null, int version = 1, string custom = "", byte[]? customOptions = null) =>
            Add(BuiltinNames.CodeOf(name), inputs, outputs, options, version, custom, customOptions);

        public void Add(int code, int[] inputs, int[] outputs, Options? options = null, int version = 1, string custom = "", byte[]? customOptions = null) =>
            _operators.Add((builder.CodeOf(code, custom, version), inputs, outputs, options ?? [], customOptions ?? []));

        /// <summary>A chain: an operator whose output is a new int8 tensor.</summary>
        public int Then(string name, int input, int[] shape, Options? options = null)
        {
            int output = Activation($"{name} {Tensors.Count}", shape);
            Add(name, [input], [output], options);
            return output;
        }

        public int Write(FlatBufferBuilder fbb)
        {
            VectorOffset tensors = Tables(fbb, Tensors, tensor => WriteTensor(fbb, tensor));
            VectorOffset operators = Tables(fbb, _operators, op =>
            {
                VectorOffset inputs = Vector(fbb, op.Inputs), outputs = Vector(fbb, op.Outputs);
                VectorOffset custom = Vector(fbb, op.CustomOptions);
                int options = WriteOptions(fbb, op.Options);
                fbb.StartTable(9);
                fbb.AddInt(0, op.Code, 0);
                fbb.AddOffset(1, inputs.Value, 0);
                fbb.AddOffset(2, outputs.Value, 0);
                fbb.AddOffset(4, options, 0);
                if (op.CustomOptions.Length > 0) fbb.AddOffset(5, custom.Value, 0);
                return fbb.EndTable();
            });
            VectorOffset inputs = Vector(fbb, Inputs.ToArray()), outputs = Vector(fbb, Outputs.ToArray());
            fbb.StartTable(5);
            fbb.AddOffset(0, tensors.Value, 0);
            fbb.AddOffset(1, inputs.Value, 0);
            fbb.AddOffset(2, outputs.Value, 0);
            fbb.AddOffset(3, operators.Value, 0);
            return fbb.EndTable();
        }

        private static int WriteTensor(FlatBufferBuilder fbb, Tensor tensor)
        {
            StringOffset name = fbb.CreateString(tensor.Name);
            VectorOffset shape = Vector(fbb, tensor.Shape), signature = Vector(fbb, tensor.Signature);
            VectorOffset scales = Vector(fbb, tensor.Scales), zeroPoints = Vector(fbb, tensor.ZeroPoints);
            fbb.StartTable(7);
            fbb.AddOffset(2, scales.Value, 0);
            fbb.AddOffset(3, zeroPoints.Value, 0);
            fbb.AddInt(6, tensor.Axis, 0);
            int quantization = fbb.EndTable();
            fbb.StartTable(11);
            fbb.AddOffset(0, shape.Value, 0);
            fbb.AddSbyte(1, tensor.Type, 0);
            fbb.AddInt(2, tensor.Buffer, 0);
            fbb.AddOffset(3, name.Value, 0);
            fbb.AddOffset(4, quantization, 0);
            fbb.AddBool(5, tensor.IsVariable, false);
            fbb.AddOffset(7, signature.Value, 0);
            return fbb.EndTable();
        }

        private static int WriteOptions(FlatBufferBuilder fbb, Options options)
        {
            Dictionary<int, int> behind = options.Where(o => o.Value is string or int[]).ToDictionary(o => o.Key, o => o.Value is int[] list ? Vector(fbb, list).Value : fbb.CreateString((string)o.Value).Value);
            fbb.StartTable(options.Keys.DefaultIfEmpty(0).Max() + 1);
            foreach ((int field, object value) in options)
            {
                switch (value)
                {
                    case sbyte number: fbb.AddSbyte(field, number, 0); break;
                    case int number: fbb.AddInt(field, number, 0); break;
                    case float number: fbb.AddFloat(field, number, 0); break;
                    case bool flag: fbb.AddBool(field, flag, false); break;
                    default: fbb.AddOffset(field, behind[field], 0); break;
                }
            }

            return fbb.EndTable();
        }

        private static sbyte CodeOf(ElementType type) => type switch
        {
            ElementType.Float32 => 0,
            ElementType.Int32 => 2,
            ElementType.UInt8 => 3,
            ElementType.Int64 => 4,
            ElementType.Bool => 6,
            ElementType.Int16 => 7,
            ElementType.Int8 => 9,
            ElementType.Resource => 13,
            ElementType.Int4 => 17,
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
    }
}
