using EdgeInfer.Converter.Graph;
using Google.FlatBuffers;

namespace EdgeInfer.Converter.Tflite;

/// <summary>
/// A file whose every access is checked. A FlatBuffers file is a web of offsets, each of which may lead anywhere in a
/// damaged or hostile file; here such an offset ends in a <see cref="ConversionException"/> with its byte position.
/// </summary>
internal sealed class FlatFile
{
    /// <summary>
    /// Offsets may make many vectors out of the same bytes, so that a small file could ask for a huge amount of
    /// memory. Models share almost nothing: reading their bytes a few times over is ample.
    /// </summary>
    private const int ReadsAByte = 8;

    private const int FreeBytes = 1 << 16;

    private readonly ByteBuffer _bytes;
    private long _budget;

    /// <summary>Opens a file.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="name">Its name for messages.</param>
    public FlatFile(byte[] content, string name)
    {
        Name = name;
        Content = content;
        _bytes = new ByteBuffer(content);
        _budget = ((long)content.Length * ReadsAByte) + FreeBytes;
    }

    /// <summary>Name for messages.</summary>
    public string Name { get; }

    /// <summary>The bytes.</summary>
    public byte[] Content { get; }

    /// <summary>Finds the table that the file starts from.</summary>
    /// <param name="identifier">Four characters that must stand behind the first offset.</param>
    /// <param name="kind">What such a file is called.</param>
    /// <param name="part">Name of the root table.</param>
    /// <returns>The table.</returns>
    /// <exception cref="ConversionException">The file is of another kind or damaged.</exception>
    public FlatTable Root(string identifier, string kind, string part)
    {
        if (Content.Length < 8) throw Damaged("header", 0, $"the file has {Content.Length} bytes only");
        for (int i = 0; i < identifier.Length; i++)
        {
            if (Content[4 + i] != identifier[i])
            {
                throw new ConversionException(Name, "header (byte 4)", $"the identifier \"{identifier}\" of a {kind} is not there", $"Pass a {kind}", ErrorCode.WrongFile);
            }
        }

        return new FlatTable(this, Follow(0, part), part);
    }

    /// <summary>Follows an offset, which counts from its own position.</summary>
    /// <param name="position">Where the offset is.</param>
    /// <param name="part">What is read, for messages.</param>
    /// <returns>Where it leads.</returns>
    public int Follow(int position, string part)
    {
        Need(position, 4, part);
        long target = (long)position + _bytes.GetUint(position);
        Need(target, 4, part);
        return (int)target;
    }

    /// <summary>Finds the elements of a vector and accounts for reading them.</summary>
    /// <param name="position">Where the offset to the vector is.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="part">What is read, for messages.</param>
    /// <returns>Position of the first element, and their number.</returns>
    public (int Start, int Count) Vector(int position, int elementSize, string part)
    {
        int vector = Follow(position, part);
        uint count = _bytes.GetUint(vector);
        long length = (long)count * elementSize;
        if (vector + 4 + length > Content.Length) throw Damaged(part, vector, $"{count} elements do not fit into the {Content.Length} bytes of the file");
        Charge(length, part, vector);
        return (vector + 4, (int)count);
    }

    /// <summary>Accounts for bytes that are read or memory that is taken.</summary>
    /// <param name="bytes">Number of bytes.</param>
    /// <param name="part">What is read, for messages.</param>
    /// <param name="position">Where.</param>
    public void Charge(long bytes, string part, int position)
    {
        _budget -= bytes;
        if (_budget < 0) throw Damaged(part, position, "the same bytes are used for too many things");
    }

    /// <summary>Demands that bytes are inside the file.</summary>
    /// <param name="position">The first byte.</param>
    /// <param name="length">Number of bytes.</param>
    /// <param name="part">What is read, for messages.</param>
    public void Need(long position, int length, string part)
    {
        if (position < 0 || position + length > Content.Length)
        {
            throw Damaged(part, position, $"this lies outside the {Content.Length} bytes of the file");
        }
    }

    /// <summary>Reads a byte.</summary>
    /// <param name="position">Its position, checked before.</param>
    /// <returns>The value.</returns>
    public sbyte Int8(int position) => _bytes.GetSbyte(position);

    /// <summary>Reads 16 bits.</summary>
    /// <param name="position">Their position, checked before.</param>
    /// <returns>The value.</returns>
    public ushort UInt16(int position) => _bytes.GetUshort(position);

    /// <summary>Reads 32 bits.</summary>
    /// <param name="position">Their position, checked before.</param>
    /// <returns>The value.</returns>
    public int Int32(int position) => _bytes.GetInt(position);

    /// <summary>Reads 64 bits.</summary>
    /// <param name="position">Their position, checked before.</param>
    /// <returns>The value.</returns>
    public long Int64(int position) => _bytes.GetLong(position);

    /// <summary>Reads a float.</summary>
    /// <param name="position">Its position, checked before.</param>
    /// <returns>The value.</returns>
    public float Float(int position) => _bytes.GetFloat(position);

    /// <summary>Makes the exception for a damaged file.</summary>
    /// <param name="part">What was read.</param>
    /// <param name="position">Where.</param>
    /// <param name="what">What is wrong.</param>
    /// <returns>The exception.</returns>
    public ConversionException Damaged(string part, long position, string what) =>
        new(Name, $"{part} (byte {position})", what, "The file is damaged or cut off; export or download it again", ErrorCode.DamagedFile);
}
