using System.Buffers.Binary;
using System.IO.Compression;

namespace EdgeInfer.Training;

/// <summary>Images of handwritten digits and what they show, read from a pair of gzipped IDX files.</summary>
internal sealed class DigitSet
{
    /// <summary>Height and width of an image.</summary>
    public const int Side = 28;

    /// <summary>Number of classes.</summary>
    public const int Classes = 10;

    private const int ImagesMagic = 0x803;
    private const int LabelsMagic = 0x801;

    private DigitSet(byte[] pixels, byte[] labels)
    {
        Pixels = pixels;
        Labels = labels;
    }

    /// <summary>The images one after the other, row by row, 0 (paper) to 255 (ink).</summary>
    public byte[] Pixels { get; }

    /// <summary>The digit each image shows.</summary>
    public byte[] Labels { get; }

    /// <summary>Number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>Reads <c>NAME-images-idx3-ubyte.gz</c> and <c>NAME-labels-idx1-ubyte.gz</c>.</summary>
    /// <exception cref="InvalidDataException">A file is not what its name says.</exception>
    public static DigitSet Read(string folder, string name)
    {
        byte[] labels = ReadIdx(Path.Combine(folder, $"{name}-labels-idx1-ubyte.gz"), LabelsMagic);
        byte[] pixels = ReadIdx(Path.Combine(folder, $"{name}-images-idx3-ubyte.gz"), ImagesMagic, Side, Side);
        if (pixels.Length != labels.Length * Side * Side)
            throw new InvalidDataException($"{name}: {labels.Length} labels do not go with {pixels.Length} bytes of {Side}x{Side} images.");

        return new DigitSet(pixels, labels);
    }

    private static byte[] ReadIdx(string path, int magic, params ReadOnlySpan<int> itemShape)
    {
        using MemoryStream content = new();
        using (GZipStream unpacked = new(File.OpenRead(path), CompressionMode.Decompress))
        {
            unpacked.CopyTo(content);
        }

        byte[] bytes = content.ToArray();
        int headerBytes = 8 + (4 * itemShape.Length);
        if (bytes.Length < headerBytes || BinaryPrimitives.ReadInt32BigEndian(bytes) != magic)
            throw new InvalidDataException($"{path}: no IDX file with magic number 0x{magic:x}.");

        int length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4));
        for (int i = 0; i < itemShape.Length; i++)
        {
            if (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(8 + (4 * i))) != itemShape[i])
                throw new InvalidDataException($"{path}: dimension {i + 1} is not {itemShape[i]}.");

            length *= itemShape[i];
        }

        if (length != bytes.Length - headerBytes)
            throw new InvalidDataException($"{path}: the header announces {length} bytes, {bytes.Length - headerBytes} follow.");

        return bytes[headerBytes..];
    }
}
