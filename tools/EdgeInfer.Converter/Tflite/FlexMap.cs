using System.Buffers.Binary;

namespace EdgeInfer.Converter.Tflite;

/// <summary>Options of custom operators, a FlexBuffers map: as much of that format as they need.</summary>
/// <remarks>
/// The last byte of the buffer is the width of the root, the one before it the root's type: 6 bits of kind, 2 bits of the width of what the root points
/// to. The root is the distance back to the values of the map, before which their number stands and behind which their types stand.
/// </remarks>
internal static class FlexMap
{
    private const int SignedInteger = 1;
    private const int UnsignedInteger = 2;
    private const int Map = 9;

    /// <summary>The first value of a map, in the order of its keys.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <returns>The value; 0 where the buffer is not a map that begins with an integer.</returns>
    public static int FirstInteger(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length < 3) return 0;
        int rootWidth = buffer[^1], width = 1 << (buffer[^2] & 3);
        int root = buffer.Length - 2 - rootWidth;
        if (buffer[^2] >> 2 != Map || root < 0 || rootWidth is not (1 or 2 or 4)) return 0;

        long values = root - Unsigned(buffer.Slice(root, rootWidth));
        if (width > sizeof(int) || values < width) return 0;
        long count = Unsigned(buffer.Slice((int)values - width, width));
        long type = values + (count * width);
        if (count < 1 || type >= root) return 0;

        ReadOnlySpan<byte> value = buffer.Slice((int)values, width);
        return (buffer[(int)type] >> 2) switch
        {
            SignedInteger => width == 1 ? (sbyte)value[0] : width == 2 ? BinaryPrimitives.ReadInt16LittleEndian(value) : BinaryPrimitives.ReadInt32LittleEndian(value),
            UnsignedInteger => (int)Math.Min(Unsigned(value), int.MaxValue),
            _ => 0,
        };
    }

    private static long Unsigned(ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        for (int i = bytes.Length - 1; i >= 0; i--) value = (value << 8) | bytes[i];
        return value;
    }
}
