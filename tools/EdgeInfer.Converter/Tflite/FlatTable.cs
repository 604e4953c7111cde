using System.Text;

namespace EdgeInfer.Converter.Tflite;

/// <summary>
/// A table of a FlatBuffers file. Its first word leads back to a list of field offsets (the vtable), in the order of the
/// field numbers of the schema; a field that is not listed has its default.
/// </summary>
internal sealed class FlatTable
{
    private const int LongestString = 4096;

    private readonly FlatFile _file;
    private readonly int _fields;
    private readonly int _fieldsLength;

    /// <summary>Opens a table.</summary>
    /// <param name="file">The file.</param>
    /// <param name="position">Where the table is.</param>
    /// <param name="part">Its name for messages.</param>
    public FlatTable(FlatFile file, int position, string part)
    {
        _file = file;
        Position = position;
        Part = part;
        file.Need(position, 4, part);
        long fields = (long)position - file.Int32(position);
        file.Need(fields, 4, part);
        _fields = (int)fields;
        _fieldsLength = file.UInt16(_fields);
        file.Need(fields, _fieldsLength, part);
    }

    /// <summary>Where the table is in the file.</summary>
    public int Position { get; }

    /// <summary>Name for messages.</summary>
    public string Part { get; }

    /// <summary>Tells whether a field is there.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <returns>True where it is not left to its default.</returns>
    public bool Has(int field) => Locate(field, 1) != 0;

    /// <summary>Reads a truth value.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <param name="absent">What the schema says where it is absent.</param>
    /// <returns>The value.</returns>
    public bool Bool(int field, bool absent = false) => Int8(field, (sbyte)(absent ? 1 : 0)) != 0;

    /// <summary>Reads a byte, signed.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <param name="absent">What the schema says where it is absent.</param>
    /// <returns>The value.</returns>
    public sbyte Int8(int field, sbyte absent = 0) => Locate(field, 1) is int at and not 0 ? _file.Int8(at) : absent;

    /// <summary>Reads 32 bits, signed.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <param name="absent">What the schema says where it is absent.</param>
    /// <returns>The value.</returns>
    public int Int32(int field, int absent = 0) => Locate(field, 4) is int at and not 0 ? _file.Int32(at) : absent;

    /// <summary>Reads 64 bits, signed.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <returns>The value; 0 where it is absent.</returns>
    public long Int64(int field) => Locate(field, 8) is int at and not 0 ? _file.Int64(at) : 0;

    /// <summary>Reads a float.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <param name="absent">What the schema says where it is absent.</param>
    /// <returns>The value.</returns>
    public float Float(int field, float absent = 0) => Locate(field, 4) is int at and not 0 ? _file.Float(at) : absent;

    /// <summary>Reads text, without characters that a terminal would obey.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <returns>The text; empty where it is absent.</returns>
    public string Text(int field)
    {
        (int start, int count) = Elements(field, 1);
        if (count > LongestString) throw _file.Damaged(Part, start, $"a name of {count} bytes is too long");
        char[] text = Encoding.UTF8.GetChars(_file.Content, start, count);
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i])) text[i] = '?';
        }

        return new string(text);
    }

    /// <summary>Reads a vector of bytes.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <returns>The bytes; empty where it is absent.</returns>
    public ReadOnlySpan<byte> Bytes(int field)
    {
        (int start, int count) = Elements(field, 1);
        return _file.Content.AsSpan(start, count);
    }

    /// <summary>Reads a vector of 32-bit integers.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <returns>The integers; empty where it is absent.</returns>
    public int[] Int32s(int field) => Read(field, 4, _file.Int32);

    /// <summary>Reads a vector of 64-bit integers.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <returns>The integers; empty where it is absent.</returns>
    public long[] Int64s(int field) => Read(field, 8, _file.Int64);

    /// <summary>Reads a vector of floats.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <returns>The floats; empty where it is absent.</returns>
    public float[] Floats(int field) => Read(field, 4, _file.Float);

    /// <summary>Opens a table that this one refers to.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <param name="part">Its name for messages.</param>
    /// <returns>The table, or null where it is absent.</returns>
    public FlatTable? Table(int field, string part) =>
        Locate(field, 4) is int at and not 0 ? new FlatTable(_file, _file.Follow(at, part), part) : null;

    /// <summary>Opens a vector of tables.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <param name="part">Name of one of them for messages; its number is put behind.</param>
    /// <returns>The tables; empty where it is absent.</returns>
    public FlatTable[] Tables(int field, string part)
    {
        (int start, int count) = Elements(field, 4);
        FlatTable[] tables = new FlatTable[count];
        for (int i = 0; i < count; i++)
        {
            string name = $"{part} {i}";
            tables[i] = new FlatTable(_file, _file.Follow(start + (4 * i), name), name);
        }

        return tables;
    }

    private T[] Read<T>(int field, int size, Func<int, T> read)
    {
        (int start, int count) = Elements(field, size);
        T[] values = new T[count];
        for (int i = 0; i < count; i++) values[i] = read(start + (size * i));
        return values;
    }

    private (int Start, int Count) Elements(int field, int size) =>
        Locate(field, 4) is int at and not 0 ? _file.Vector(at, size, Part) : (0, 0);

    private int Locate(int field, int size)
    {
        int slot = 4 + (2 * field);
        if (slot + 2 > _fieldsLength) return 0;
        int offset = _file.UInt16(_fields + slot);
        if (offset == 0) return 0;
        _file.Need((long)Position + offset, size, Part);
        return Position + offset;
    }
}
