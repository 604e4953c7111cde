using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EdgeInfer.Cli.Inputs;

/// <summary>Arrays as numpy.save writes them (format versions 1 to 3, C order, little endian).</summary>
internal static partial class NpyFile
{
    private const int PreambleBytes = 8;

    /// <summary>Reads an array.</summary>
    /// <param name="content">Content of the file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="tensor">The input that takes it.</param>
    /// <param name="options">How its numbers are to be understood.</param>
    /// <returns>The bytes of the input's elements.</returns>
    /// <exception cref="CommandFailure">The file is damaged or does not fit.</exception>
    public static byte[] Read(byte[] content, string path, Tensor tensor, InputOptions options)
    {
        if (content.Length < PreambleBytes + 4 || content[0] != 0x93 || !content.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
        {
            throw new CommandFailure($"{path}: this is no .npy file (it does not begin with \\x93NUMPY). Write it with numpy.save.");
        }

        bool wide = content[6] >= 2;
        long headerLength = wide ? BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(PreambleBytes)) : BinaryPrimitives.ReadUInt16LittleEndian(content.AsSpan(PreambleBytes));
        int headerStart = PreambleBytes + (wide ? 4 : 2);
        if (headerLength > content.Length - headerStart) throw new CommandFailure($"{path}: the header reaches beyond the end of the file; it was cut off.");

        string header = Encoding.Latin1.GetString(content, headerStart, (int)headerLength);
        Match description = DescriptionPattern().Match(header), shape = ShapePattern().Match(header);
        if (!description.Success || !shape.Success) throw new CommandFailure($"{path}: the header names no element type or shape: {header.Trim()}");
        if (FortranPattern().IsMatch(header)) throw new CommandFailure($"{path}: the array is in Fortran order. Save numpy.ascontiguousarray(x).");

        string type = description.Groups[1].Value;
        int count = 1;
        List<int> dimensions = [];
        foreach (string part in shape.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(part, CultureInfo.InvariantCulture, out int dimension)) throw new CommandFailure($"{path}: '{shape.Groups[1].Value}' is no shape.");
            count = checked(count * dimension);
            dimensions.Add(dimension);
        }

        ReadOnlySpan<byte> data = content.AsSpan(headerStart + (int)headerLength);
        int width = WidthOf(type, path);
        if (data.Length != (long)count * width) throw new CommandFailure($"{path}: {count} elements of {type} take {(long)count * width} bytes, {data.Length} are there.");
        data = WithChannelsLast(data, width, dimensions, tensor.Shape);
        if (type[1..] == NameOf(tensor.Type)) return data.ToArray();

        bool isReal = type[1] == 'f';
        if (!isReal && !options.AreQuantized)
        {
            throw new CommandFailure($"{path}: its elements are {type[1..]}, the input is {tensor.Describe()}. Save float32 for real values, {NameOf(tensor.Type)} for the tensor's integers, or say --quantized.");
        }

        double[] values = new double[count];
        for (int i = 0; i < count; i++) values[i] = Element(type[1..], data[(i * width)..]);
        return tensor.Encode(values, options.AreQuantized, path);
    }

    /// <summary>
    /// Images of a model trained in NCHW: an array of [.., channels, height, width] where the input is [1, height, width, channels]. Where both are the same, as
    /// many channels as rows and columns, it is taken for NHWC.
    /// </summary>
    private static ReadOnlySpan<byte> WithChannelsLast(ReadOnlySpan<byte> data, int width, List<int> dimensions, int[] shape)
    {
        if (shape.Length != 4 || dimensions.Count < 3) return data;
        (int rows, int columns, int channels) = (shape[1], shape[2], shape[3]);
        int[] last = [.. dimensions[^3..]];
        if (last.AsSpan().SequenceEqual(shape.AsSpan(1)) || !last.AsSpan().SequenceEqual((int[])[channels, rows, columns])) return data;

        byte[] moved = new byte[data.Length];
        int positions = rows * columns, image = positions * channels;
        for (int i = 0; i < data.Length / width; i++)
        {
            int inner = i % image, target = i - inner + (inner % positions * channels) + (inner / positions);
            data.Slice(i * width, width).CopyTo(moved.AsSpan(target * width));
        }

        return moved;
    }

    private static string NameOf(TensorType type) => type switch
    {
        TensorType.Int8 => "i1",
        TensorType.UInt8 => "u1",
        TensorType.Int16 => "i2",
        TensorType.Int32 => "i4",
        _ => "f4",
    };

    private static int WidthOf(string type, string path) => type switch
    {
        "|i1" or "|u1" or "|b1" => 1,
        "<i2" or "<u2" => 2,
        "<i4" or "<f4" => 4,
        "<i8" or "<f8" => 8,
        _ => throw new CommandFailure($"{path}: elements of type {type} are not understood. Save float32, or the tensor's own integer type."),
    };

    private static double Element(string type, ReadOnlySpan<byte> data) => type switch
    {
        "i1" => (sbyte)data[0],
        "u1" or "b1" => data[0],
        "i2" => BinaryPrimitives.ReadInt16LittleEndian(data),
        "u2" => BinaryPrimitives.ReadUInt16LittleEndian(data),
        "i4" => BinaryPrimitives.ReadInt32LittleEndian(data),
        "f4" => BinaryPrimitives.ReadSingleLittleEndian(data),
        "i8" => BinaryPrimitives.ReadInt64LittleEndian(data),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(data),
    };

    [GeneratedRegex("'descr'\\s*:\\s*'([<>|=][a-z]\\d+)'")]
    private static partial Regex DescriptionPattern();

    [GeneratedRegex("'shape'\\s*:\\s*\\(([^)]*)\\)")]
    private static partial Regex ShapePattern();

    [GeneratedRegex("'fortran_order'\\s*:\\s*True")]
    private static partial Regex FortranPattern();
}
