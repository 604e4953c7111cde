using System.Buffers.Binary;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Onnx.Schema;

namespace EdgeInfer.Onnx.Import;

/// <summary>A tensor that is known at import: a weight, or a part of a shape.</summary>
/// <param name="Type">Element type, a number of <see cref="OnnxType"/>.</param>
/// <param name="Shape">Dimensions, the slowest first; empty for a scalar.</param>
/// <param name="Values">Elements. Double precision holds every element of a model exactly, apart from 64-bit integers beyond 2^53, which only stand for "to the end".</param>
internal sealed record OnnxConstant(int Type, int[] Shape, double[] Values)
{
    /// <summary>The quantization from which real values were dequantized, as of signed integers; null where there was none.</summary>
    public Quantization? Quantization { get; init; }

    /// <summary>More elements than any device that this library is for could hold.</summary>
    public const int MaximumElements = 1 << 24;

    private const int MaximumRank = 8;
    private const int External = 1;

    /// <summary>Elements in single precision.</summary>
    public float[] Floats => Array.ConvertAll(Values, v => (float)v);

    /// <summary>Elements as integers, cut to 32 bits.</summary>
    public int[] Ints => Array.ConvertAll(Values, v => (int)Math.Clamp(v, int.MinValue, int.MaxValue));

    /// <summary>Reads a tensor of the file.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="file">Name of the file, for messages.</param>
    /// <returns>The constant.</returns>
    /// <exception cref="ConversionException">Its content does not fit its shape, lies elsewhere, or is of a type that no model needs.</exception>
    public static OnnxConstant Read(TensorProto tensor, string file)
    {
        string where = $"tensor '{tensor.Name}'";
        if (tensor.DataLocation == External) throw new ConversionException(file, where, "its data lies in another file", "Export the model as a single file (save_as_external_data=False)", ErrorCode.Storage);

        int[] shape = ShapeOf(tensor.Dims, file, where);
        int count = shape.Aggregate(1, (a, b) => a * b);
        double[] values = tensor.RawData.Length > 0 ? FromBytes(tensor, count, file, where) : FromList(tensor, file, where);
        if (values.Length != count) throw new ConversionException(file, where, $"{values.Length} elements do not fit its shape [{string.Join(',', shape)}]", "The file is damaged; export it again", ErrorCode.DamagedFile);

        return new OnnxConstant(tensor.DataType, shape, values);
    }

    /// <summary>A one-dimensional tensor of integers.</summary>
    /// <param name="values">Its elements.</param>
    /// <returns>The constant.</returns>
    public static OnnxConstant OfInts(IEnumerable<int> values)
    {
        double[] elements = [.. values.Select(v => (double)v)];
        return new OnnxConstant(OnnxType.Int64, [elements.Length], elements);
    }

    /// <summary>Checks a shape.</summary>
    /// <param name="dims">The dimensions as the file has them.</param>
    /// <param name="file">Name of the file, for messages.</param>
    /// <param name="where">What has the shape, for messages.</param>
    /// <returns>The dimensions.</returns>
    /// <exception cref="ConversionException">A dimension is negative, or there are too many of them or of elements.</exception>
    public static int[] ShapeOf(IReadOnlyCollection<long> dims, string file, string where)
    {
        if (dims.Count > MaximumRank) throw new ConversionException(file, where, $"a tensor of {dims.Count} dimensions is not supported, {MaximumRank} are", code: ErrorCode.RuntimeLimit);

        long count = 1;
        foreach (long dim in dims)
        {
            if (dim is < 0 or > MaximumElements || (count *= Math.Max(dim, 1)) > MaximumElements)
            {
                throw new ConversionException(file, where, $"its shape [{string.Join(',', dims)}] has more elements than any device could hold", code: ErrorCode.RuntimeLimit);
            }
        }

        return [.. dims.Select(d => (int)d)];
    }

    private static double[] FromList(TensorProto tensor, string file, string where) => tensor.DataType switch
    {
        OnnxType.Float => [.. tensor.FloatData.Select(v => (double)v)],
        OnnxType.Double => [.. tensor.DoubleData],
        OnnxType.Int64 => [.. tensor.Int64Data.Select(v => (double)v)],
        OnnxType.Float16 => [.. tensor.Int32Data.Select(v => (double)BitConverter.UInt16BitsToHalf((ushort)v))],
        OnnxType.BFloat16 => [.. tensor.Int32Data.Select(v => (double)BitConverter.Int32BitsToSingle(v << 16))],
        OnnxType.UInt4 or OnnxType.Int4 => throw Unsupported(tensor, file, where),
        OnnxType.UInt8 or OnnxType.Int8 or OnnxType.UInt16 or OnnxType.Int16 or OnnxType.Int32 or OnnxType.Bool => [.. tensor.Int32Data.Select(v => (double)v)],
        _ => throw Unsupported(tensor, file, where),
    };

    private static double[] FromBytes(TensorProto tensor, int count, string file, string where)
    {
        ReadOnlySpan<byte> bytes = tensor.RawData.Span;
        int width = tensor.DataType switch
        {
            OnnxType.UInt8 or OnnxType.Int8 or OnnxType.Bool => 1,
            OnnxType.UInt16 or OnnxType.Int16 or OnnxType.Float16 or OnnxType.BFloat16 => 2,
            OnnxType.Float or OnnxType.Int32 => 4,
            OnnxType.Int64 or OnnxType.Double => 8,
            OnnxType.UInt4 or OnnxType.Int4 => 0,
            _ => throw Unsupported(tensor, file, where),
        };
        long expected = width == 0 ? (count + 1) / 2 : (long)count * width;
        if (bytes.Length != expected) throw new ConversionException(file, where, $"it has {bytes.Length} bytes where {expected} belong", "The file is damaged; export it again", ErrorCode.DamagedFile);

        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> at = bytes[(width == 0 ? i / 2 : i * width)..];
            values[i] = tensor.DataType switch
            {
                OnnxType.Float => BinaryPrimitives.ReadSingleLittleEndian(at),
                OnnxType.UInt8 or OnnxType.Bool => at[0],
                OnnxType.Int8 => (sbyte)at[0],
                OnnxType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(at),
                OnnxType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(at),
                OnnxType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(at),
                OnnxType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(at),
                OnnxType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
                OnnxType.BFloat16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(at) << 16),
                OnnxType.UInt4 => (at[0] >> (4 * (i & 1))) & 15,
                OnnxType.Int4 => (sbyte)(at[0] << (4 * (1 - (i & 1)))) >> 4,
                _ => BinaryPrimitives.ReadDoubleLittleEndian(at),
            };
        }

        return values;
    }

    private static ConversionException Unsupported(TensorProto tensor, string file, string where) =>
        new(file, where, $"element type {OnnxType.NameOf(tensor.DataType)} is not supported", "Export the model in float32", ErrorCode.ElementType);
}
