using System.Buffers.Binary;
using System.IO.Compression;

namespace EdgeInfer.Cli.Pictures;

/// <summary>Small pictures as PNG, for a picture to carry another one.</summary>
internal static class PngImage
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Encodes an image.</summary>
    /// <param name="pixels">Red, green and blue, row by row from the top.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <returns>The file.</returns>
    public static byte[] Encode(byte[] pixels, int width)
    {
        int stride = 3 * width, height = pixels.Length / stride;
        using MemoryStream rows = new();
        using (ZLibStream deflate = new(rows, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int row = 0; row < height; row++)
            {
                deflate.WriteByte(0);
                deflate.Write(pixels, row * stride, stride);
            }
        }

        byte[] head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        head[8] = 8;
        head[9] = 2;
        using MemoryStream file = new();
        file.Write(Signature);
        Write(file, "IHDR"u8, head);
        Write(file, "IDAT"u8, rows.ToArray());
        Write(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Write(MemoryStream file, ReadOnlySpan<byte> type, byte[] content)
    {
        byte[] chunk = [.. type, .. content];
        Crc32 crc = new();
        crc.Append(chunk, 0, chunk.Length);
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, content.Length);
        file.Write(word);
        file.Write(chunk);
        BinaryPrimitives.WriteInt32BigEndian(word, crc.Value);
        file.Write(word);
    }
}
