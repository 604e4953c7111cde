using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EdgeInfer.Converter.Packing;

/// <summary>The blob's constants, by width; equal constants are stored once.</summary>
public sealed class ConstantPools
{
    private readonly List<int> _words = [];
    private readonly List<short> _halves = [];
    private readonly List<byte> _bytes = [];
    private readonly Dictionary<string, int> _known = [];

    /// <summary>32-bit constants.</summary>
    public IReadOnlyList<int> Words => _words;

    /// <summary>16-bit constants.</summary>
    public IReadOnlyList<short> Halves => _halves;

    /// <summary>8-bit constants, each plus 128, and 4-bit ones, two a byte and each plus 8.</summary>
    public IReadOnlyList<byte> Bytes => _bytes;

    /// <summary>Stores 32-bit constants.</summary>
    /// <param name="values">The constants.</param>
    /// <returns>Position of the first, counted from the start of the pool.</returns>
    public int AddWords(ReadOnlySpan<int> values) => Add(_words, values, 'w');

    /// <summary>Stores 16-bit constants.</summary>
    /// <param name="values">The constants.</param>
    /// <returns>Index of the first.</returns>
    public int AddHalves(ReadOnlySpan<short> values) => Add(_halves, values, 'h');

    /// <summary>Stores 8-bit constants; the blob holds each plus 128, because that is what devices read without conversion.</summary>
    /// <param name="values">The constants.</param>
    /// <returns>Offset of the first.</returns>
    public int AddBytes(ReadOnlySpan<sbyte> values)
    {
        byte[] stored = new byte[values.Length];
        for (int i = 0; i < stored.Length; i++) stored[i] = (byte)(values[i] + 128);
        return Add(_bytes, stored, 'b');
    }

    /// <summary>Stores numbers that are read as they are into memory of their own, low byte first.</summary>
    /// <param name="values">The numbers.</param>
    /// <returns>Offset of the first byte.</returns>
    internal int AddWordsAsBytes(ReadOnlySpan<int> values)
    {
        byte[] stored = new byte[4 * values.Length];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(stored.AsSpan(4 * i), values[i]);
        return Add(_bytes, stored, 'b');
    }

    /// <summary>Gives up all 32-bit constants but some, which move together.</summary>
    /// <param name="ranges">What is kept.</param>
    /// <returns>Where each has gone to.</returns>
    internal Dictionary<WordRange, int> KeepWords(IEnumerable<WordRange> ranges)
    {
        int[] words = [.. _words];
        _words.Clear();
        Dictionary<WordRange, int> positions = [];
        foreach (WordRange range in ranges.Distinct())
        {
            positions.Add(range, _words.Count);
            _words.AddRange(words.AsSpan(range.Start, range.Count));
        }

        return positions;
    }

    /// <summary>Stores 4-bit constants, two a byte and each plus 8, from a multiple of four bytes on: native kernels read four bytes at a time.</summary>
    /// <param name="stored">The bytes that the blob holds.</param>
    /// <returns>Offset of the first.</returns>
    internal int AddNibbles(ReadOnlySpan<byte> stored)
    {
        while (_bytes.Count % sizeof(int) != 0) _bytes.Add(0);
        return Add(_bytes, stored, 'n');
    }

    private int Add<T>(List<T> pool, ReadOnlySpan<T> values, char kind)
        where T : unmanaged
    {
        string key = kind + Convert.ToBase64String(MemoryMarshal.AsBytes(values));
        if (_known.TryGetValue(key, out int position)) return position;

        position = pool.Count;
        pool.AddRange(values);
        _known.Add(key, position);
        return position;
    }
}
