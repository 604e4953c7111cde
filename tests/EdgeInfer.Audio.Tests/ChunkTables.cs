using System.Runtime.InteropServices;

namespace EdgeInfer.Audio.Tests;

/// <summary>The tables of a chunk, read by the positions of docs/blob-format.md.</summary>
internal sealed class ChunkTables
{
    public ChunkTables(byte[] chunk)
    {
        ReadOnlySpan<int> words = MemoryMarshal.Cast<byte, int>(chunk.AsSpan(0, 60));
        FirstBin = words[6];
        int position = 60;
        Window = Halves(chunk, ref position, words[14]);
        Entries = Halves(chunk, ref position, words[7]);
        Gains = Halves(chunk, ref position, 95);
        Logs = Halves(chunk, ref position, 129);
        Sines = Halves(chunk, ref position, 129);
        Widths = chunk[position..];
    }

    public int FirstBin { get; }

    public short[] Window { get; }

    public short[] Entries { get; }

    public short[] Gains { get; }

    public short[] Logs { get; }

    public short[] Sines { get; }

    public byte[] Widths { get; }

    private static short[] Halves(byte[] chunk, ref int position, int count)
    {
        short[] values = MemoryMarshal.Cast<byte, short>(chunk.AsSpan(position, count * 2)).ToArray();
        position += count * 2;
        return values;
    }
}
