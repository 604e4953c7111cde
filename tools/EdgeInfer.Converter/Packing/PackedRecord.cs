using EdgeInfer.Converter.Graph;
using EdgeInfer.Kernels;

namespace EdgeInfer.Converter.Packing;

/// <summary>One record of the blob under construction. Fields are set by their position, as the device kernel names it.</summary>
public sealed class PackedRecord
{
    private readonly Packer _packer;
    private readonly int[] _words;
    private readonly Dictionary<int, PackedTensor> _operands = [];
    private readonly Dictionary<int, WordRange> _tables = [];
    private readonly HashSet<int> _buffered = [];
    private readonly List<PackedTensor> _inPlace = [];
    private readonly Dictionary<int, ByteRange> _bytes = [];
    private readonly PackedTensor? _output;

    internal PackedRecord(Packer packer, OperatorCode code, int words, PackedTensor? output, Operator? source)
    {
        _packer = packer;
        _words = new int[words];
        _words[Record.Code] = (int)code;
        _words[Record.Length] = words;
        _words[Record.Units] = 1;
        _words[Record.Work] = 1;
        _words[Record.Output] = Record.None;
        _output = output;
        if (output is not null) _operands[Record.Output] = output;
        Source = source;
        Code = code;
    }

    /// <summary>What the record asks for.</summary>
    public OperatorCode Code { get; }

    /// <summary>The operator that the record comes from; null in the reset program.</summary>
    public Operator? Source { get; }

    /// <summary>True where the record writes a tensor; one that loads weights does not.</summary>
    public bool HasOutput => _output is not null;

    /// <summary>The tensor that the record writes.</summary>
    /// <exception cref="InvalidOperationException">The record writes none.</exception>
    public PackedTensor Output => _output ?? throw new InvalidOperationException($"{Code} writes no tensor.");

    /// <summary>8-bit constants that the record uses, by the field that points to them.</summary>
    public IReadOnlyDictionary<int, ByteRange> Bytes => _bytes;

    /// <summary>Tables that the record uses and that are loaded with the model, by the field that points to them.</summary>
    internal IReadOnlyDictionary<int, WordRange> Tables => _tables;

    /// <summary>All tensors of the record by field: operands, states, scratch and the output.</summary>
    public IReadOnlyDictionary<int, PackedTensor> Operands => _operands;

    /// <summary>The operands whose memory the output may take.</summary>
    public IReadOnlyList<PackedTensor> InPlace => _inPlace;

    /// <summary>Length in words.</summary>
    public int Length => _words.Length;

    /// <summary>Multiply-accumulates or elements moved by the whole record.</summary>
    public long Work { get; private set; } = 1;

    /// <summary>A field that is a plain number.</summary>
    /// <param name="field">Its position.</param>
    public int this[int field]
    {
        get => _words[field];
        set => _words[field] = value;
    }

    /// <summary>Sets the number of units and the work of the whole record.</summary>
    /// <param name="units">Number of units.</param>
    /// <param name="work">Multiply-accumulates or elements moved.</param>
    public void SetUnits(int units, long work)
    {
        Work = Math.Max(1, work);
        _words[Record.Units] = units;
        _words[Record.Work] = Record.WorkOfUnit(units, Work);
    }

    /// <summary>Sets an operand.</summary>
    /// <param name="field">Its position.</param>
    /// <param name="tensor">The tensor; a constant is given memory in the arena.</param>
    public void SetOperand(int field, GraphTensor tensor) => _operands[field] = _packer.TensorFor(tensor);

    /// <summary>Sets an operand whose memory is known already.</summary>
    /// <param name="field">Its position.</param>
    /// <param name="memory">The memory.</param>
    internal void SetMemory(int field, PackedTensor memory) => _operands[field] = memory;

    /// <summary>Gives the kernel scratch.</summary>
    /// <param name="field">The operand's position.</param>
    /// <param name="type">Element type.</param>
    /// <param name="count">Number of elements.</param>
    public void SetScratch(int field, TensorType type, int count) => _operands[field] = _packer.AddScratch(type, count);

    /// <summary>Stores the weights of a matrix and, where the conversion was asked for it, has them packed in the arena at reset.</summary>
    /// <param name="field">Position of the field that points to them.</param>
    /// <param name="packed">Position of the operand that holds them packed.</param>
    /// <param name="weights">The weights, the rows one after the other.</param>
    /// <param name="rows">Number of rows.</param>
    public void SetMatrix(int field, int packed, ReadOnlySpan<sbyte> weights, int rows)
    {
        SetBytes(field, weights);
        _words[packed] = Record.None;
        if (_packer.PackWeights) _operands[packed] = _packer.AddPackedWeights(_words[field], rows, weights.Length / rows);
    }

    /// <summary>Lets the output take the place of an operand that is not needed afterwards.</summary>
    /// <param name="field">The operand's position.</param>
    public void AllowInPlace(int field) => _inPlace.Add(_operands[field]);

    /// <summary>Stores 8-bit constants and sets the field that points to them.</summary>
    /// <param name="field">Its position.</param>
    /// <param name="values">The constants.</param>
    public void SetBytes(int field, ReadOnlySpan<sbyte> values) =>
        UseBytes(field, new ByteRange(_packer.Constants.AddBytes(values), values.Length));

    /// <summary>Stores 4-bit weights, every row from a byte on, and sets the field that points to them.</summary>
    /// <param name="field">Its position.</param>
    /// <param name="values">The weights, -8 to 7, the rows one after the other.</param>
    /// <param name="rows">Number of rows.</param>
    public void SetNibbles(int field, ReadOnlySpan<sbyte> values, int rows)
    {
        int taps = values.Length / rows;
        int rowBytes = RowBytes(ElementType.Int4, taps);
        byte[] stored = new byte[rows * rowBytes];
        for (int i = 0; i < values.Length; i++) stored[(i / taps * rowBytes) + (i % taps / 2)] |= (byte)((values[i] + Nibbles.Offset) << (i % taps % 2 * 4));
        UseBytes(field, new ByteRange(_packer.Constants.AddNibbles(stored), stored.Length));
    }

    /// <summary>Bytes that a row of weights takes in the blob.</summary>
    /// <param name="type">Type of the weights.</param>
    /// <param name="taps">Weights of a row.</param>
    public static int RowBytes(ElementType type, int taps) => type == ElementType.Int4 ? Nibbles.RowBytes(taps) : taps;

    /// <summary>Sets the field that points to 8-bit constants that are stored already.</summary>
    /// <param name="field">Its position.</param>
    /// <param name="range">The constants.</param>
    internal void UseBytes(int field, ByteRange range)
    {
        _words[field] = range.Start;
        _bytes[field] = range;
    }

    /// <summary>Stores 16-bit constants and sets the field that points to them.</summary>
    /// <param name="field">Its position.</param>
    /// <param name="values">The constants.</param>
    public void SetHalves(int field, ReadOnlySpan<short> values) => _words[field] = _packer.Constants.AddHalves(values);

    /// <summary>Stores a table of 32-bit constants and sets the field that points to it.</summary>
    /// <param name="field">Its position.</param>
    /// <param name="values">The table.</param>
    public void SetTable(int field, ReadOnlySpan<int> values)
    {
        _words[field] = _packer.Constants.AddWords(values);
        _tables.Add(field, new WordRange(_words[field], values.Length));
    }

    /// <summary>Says where a table has gone to in the pool.</summary>
    /// <param name="field">The field that points to it.</param>
    /// <param name="start">Position of its first word.</param>
    internal void MoveTable(int field, int start)
    {
        _words[field] = start;
        _tables[field] = _tables[field] with { Start = start };
    }

    /// <summary>Sets a field that points into the buffer of tables.</summary>
    /// <param name="field">The field; a table of the pool that it pointed to is no longer used.</param>
    /// <param name="position">Position in the buffer.</param>
    internal void UseTableBuffer(int field, int position)
    {
        _words[field] = position;
        _tables.Remove(field);
        _buffered.Add(field);
    }

    /// <summary>The words as the blob has them.</summary>
    /// <param name="tables">Position of the first table in the words section.</param>
    /// <param name="buffer">Position of the buffer of tables, the end of the section.</param>
    /// <returns>The words.</returns>
    internal int[] Resolve(int tables, int buffer)
    {
        int[] words = [.. _words];
        foreach ((int field, PackedTensor tensor) in _operands) words[field] = tensor.Index * BlobFormat.TensorWords;
        foreach (int field in _tables.Keys) words[field] += tables;
        foreach (int field in _buffered) words[field] += buffer;
        return words;
    }
}
