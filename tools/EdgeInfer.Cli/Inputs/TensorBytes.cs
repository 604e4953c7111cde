using System.Buffers.Binary;

namespace EdgeInfer.Cli.Inputs;

/// <summary>Tensors as bytes: row-major, little endian, as files hold them.</summary>
internal static class TensorBytes
{
    /// <summary>Bytes that a tensor takes.</summary>
    public static int ByteCount(this Tensor tensor) => tensor.Count * Arena.ElementBytes(tensor.Type);

    /// <summary>Names a tensor for messages: <c>Int8 1x49x10x1</c>.</summary>
    public static string Describe(this Tensor tensor) => $"{tensor.Type} {Terminal.Wording.Shape(tensor.Shape)}";

    /// <summary>Fills a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="bytes">As many bytes as it takes.</param>
    public static void SetBytes(this Tensor tensor, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < tensor.Count; i++)
        {
            switch (tensor.Type)
            {
                case TensorType.Int16:
                    tensor[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]);
                    break;
                case TensorType.Int32:
                    tensor[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]);
                    break;
                case TensorType.Float32:
                    tensor.Float32[tensor.Offset + i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
                    break;
                default:
                    tensor[i] = bytes[i];
                    break;
            }
        }
    }

    /// <summary>Reads any part of an arena.</summary>
    /// <param name="arena">The arena.</param>
    /// <param name="type">Element type.</param>
    /// <param name="offset">First element.</param>
    /// <param name="count">Number of elements.</param>
    /// <returns>The bytes.</returns>
    public static byte[] GetBytes(this Arena arena, TensorType type, int offset, int count)
    {
        byte[] bytes = new byte[count * Arena.ElementBytes(type)];
        for (int i = 0; i < count; i++)
        {
            switch (type)
            {
                case TensorType.Int16:
                    BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), arena.Int16[offset + i]);
                    break;
                case TensorType.Int32:
                    BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 * i), arena.Int32[offset + i]);
                    break;
                case TensorType.Float32:
                    BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), arena.Float32[offset + i]);
                    break;
                default:
                    bytes[i] = (byte)arena.Int8[offset + i];
                    break;
            }
        }

        return bytes;
    }

    /// <summary>Turns real values into the elements of a tensor.</summary>
    /// <param name="tensor">Tells type and quantization.</param>
    /// <param name="values">Real values, or integers as they are where <paramref name="areQuantized"/>.</param>
    /// <param name="areQuantized">Whether the values are the tensor's own integers.</param>
    /// <param name="source">File, for messages.</param>
    /// <returns>The bytes of the elements.</returns>
    /// <exception cref="CommandFailure">A value is no number, or an integer is out of range.</exception>
    public static byte[] Encode(this Tensor tensor, IReadOnlyList<double> values, bool areQuantized, string source)
    {
        (double min, double max) = RangeOf(tensor.Type);
        byte[] bytes = new byte[values.Count * Arena.ElementBytes(tensor.Type)];
        for (int i = 0; i < values.Count; i++)
        {
            double value = values[i];
            if (tensor.Type == TensorType.Float32)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), (float)value);
                continue;
            }

            if (double.IsNaN(value)) throw new CommandFailure($"{source}: value {i} is not a number, and a tensor of {tensor.Type} cannot hold it.");
            if (!areQuantized && tensor.Scale > 0) value = Math.Clamp(Math.Round((value / tensor.Scale) + tensor.ZeroPoint, MidpointRounding.AwayFromZero), min, max);
            if (value < min || value > max || value != Math.Floor(value))
            {
                string advice = areQuantized ? "Leave --quantized out where the file holds real values." : "The tensor has no scale, so it takes integers only.";
                throw new CommandFailure($"{source}: value {i} ({value}) is not an integer from {min} to {max}. {advice}");
            }

            WriteInteger(bytes, i, tensor.Type, (long)value);
        }

        return bytes;
    }

    private static (double Min, double Max) RangeOf(TensorType type) => type switch
    {
        TensorType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        TensorType.UInt8 => (byte.MinValue, byte.MaxValue),
        TensorType.Int16 => (short.MinValue, short.MaxValue),
        _ => (int.MinValue, int.MaxValue),
    };

    private static void WriteInteger(byte[] bytes, int index, TensorType type, long value)
    {
        int width = Arena.ElementBytes(type);
        for (int b = 0; b < width; b++) bytes[(index * width) + b] = (byte)(value >> (8 * b));
    }
}
