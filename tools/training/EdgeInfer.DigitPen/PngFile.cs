using System.Buffers.Binary;
using System.IO.Compression;

namespace EdgeInfer.DigitPen;

/// <summary>Writes 8-bit greyscale PNG files (ISO/IEC 15948): signature, IHDR, one IDAT with unfiltered rows, IEND.</summary>
internal static class PngFile
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Writes a square picture.</summary>
    public static void Write(string path, byte[] pixels, int side)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        header[8] = 8; // bits a sample; the colour type that follows is 0, greyscale

        using FileStream file = File.Create(path);
        file.Write(Signature);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Compress(pixels, side));
        WriteChunk(file, "IEND"u8, []);
    }

    private static byte[] Compress(byte[] pixels, int side)
    {
        using MemoryStream compressed = new();
        using (ZLibStream stream = new(compressed, CompressionLevel.SmallestSize))
        {
            for (int row = 0; row < side; row++)
            {
                stream.WriteByte(0); // no filter
                stream.Write(pixels, row * side, side);
            }
        }

        return compressed.ToArray();
    }

    private static void WriteChunk(Stream file, ReadOnlySpan<byte> type, byte[] content)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, content.Length);
        file.Write(word);
        byte[] body = [.. type, .. content];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc32(body));
        file.Write(word);
    }

    private static uint Crc32(byte[] content)
    {
        const uint Polynomial = 0xedb88320;
        uint crc = uint.MaxValue;
        foreach (byte each in content)
        {
            crc ^= each;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (Polynomial & (0 - (crc & 1)));
        }

        return ~crc;
    }
}
