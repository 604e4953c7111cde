namespace EdgeInfer.Onnx;

/// <summary>Element types by their number in the standard (TensorProto.DataType).</summary>
internal static class OnnxType
{
    public const int Float = 1;
    public const int UInt8 = 2;
    public const int Int8 = 3;
    public const int UInt16 = 4;
    public const int Int16 = 5;
    public const int Int32 = 6;
    public const int Int64 = 7;
    public const int Bool = 9;
    public const int Float16 = 10;
    public const int Double = 11;
    public const int BFloat16 = 16;
    public const int UInt4 = 21;
    public const int Int4 = 22;

    /// <summary>Name of a type, for messages.</summary>
    /// <param name="type">Its number.</param>
    /// <returns>The name, or the number where it is not one of the above.</returns>
    public static string NameOf(int type) => type switch
    {
        Float => "float",
        UInt8 => "uint8",
        Int8 => "int8",
        UInt16 => "uint16",
        Int16 => "int16",
        Int32 => "int32",
        Int64 => "int64",
        Bool => "bool",
        Float16 => "float16",
        Double => "double",
        BFloat16 => "bfloat16",
        UInt4 => "uint4",
        Int4 => "int4",
        _ => $"type {type}",
    };

    /// <summary>Tells whether a type holds real numbers.</summary>
    /// <param name="type">Its number.</param>
    /// <returns>True for the floating point types.</returns>
    public static bool IsReal(int type) => type is Float or Float16 or Double or BFloat16;

    /// <summary>Range of an integer type that activations and weights are quantized to.</summary>
    /// <param name="type">Its number.</param>
    /// <returns>Smallest and largest integer; null for any other type.</returns>
    public static (int Min, int Max)? RangeOf(int type) => type switch
    {
        UInt4 => (0, 15),
        Int4 => (-8, 7),
        UInt8 => (byte.MinValue, byte.MaxValue),
        Int8 => (sbyte.MinValue, sbyte.MaxValue),
        UInt16 => (ushort.MinValue, ushort.MaxValue),
        Int16 => (short.MinValue, short.MaxValue),
        Int32 => (int.MinValue, int.MaxValue),
        _ => null,
    };
}
