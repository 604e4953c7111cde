namespace EdgeInfer.Converter.Tflite;

/// <summary>Constant data of a file, read when it is first asked for.</summary>
internal sealed class TfliteBuffers
{
    private readonly FlatFile _file;
    private readonly FlatTable[] _tables;
    private readonly byte[]?[] _contents;

    /// <summary>Opens the buffers of a model.</summary>
    /// <param name="file">The file.</param>
    /// <param name="model">Its root.</param>
    public TfliteBuffers(FlatFile file, FlatTable model)
    {
        _file = file;
        _tables = model.Tables(TfliteSchema.Model.Buffers, "buffer");
        _contents = new byte[_tables.Length][];
    }

    /// <summary>Reads a buffer.</summary>
    /// <param name="index">Its index.</param>
    /// <param name="reader">The tensor that refers to it.</param>
    /// <returns>Its bytes, the same array each time; empty for tensors that are computed.</returns>
    public byte[] Read(int index, FlatTable reader)
    {
        if (index == 0 && _tables.Length == 0) return [];
        if ((uint)index >= (uint)_tables.Length)
        {
            throw _file.Damaged(reader.Part, reader.Position, $"it refers to buffer {(uint)index} of {_tables.Length}");
        }

        return _contents[index] ??= Read(_tables[index]);
    }

    private byte[] Read(FlatTable table)
    {
        long offset = table.Int64(TfliteSchema.Buffer.Offset);
        long size = table.Int64(TfliteSchema.Buffer.Size);
        if (offset is 0 or 1) return table.Bytes(TfliteSchema.Buffer.Data).ToArray();

        if (offset < 0 || size < 0 || offset > _file.Content.Length || size > _file.Content.Length - offset)
        {
            throw _file.Damaged(table.Part, table.Position, $"its {size} bytes at {offset} lie outside the {_file.Content.Length} bytes of the file");
        }

        _file.Charge(size, table.Part, table.Position);
        return _file.Content.AsSpan((int)offset, (int)size).ToArray();
    }
}
