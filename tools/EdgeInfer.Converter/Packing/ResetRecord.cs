using System.Runtime.InteropServices;
using EdgeInfer.Kernels;

namespace EdgeInfer.Converter.Packing;

/// <summary>Makes the record that gives a state or a constant of the arena its value.</summary>
internal static class ResetRecord
{
    /// <summary>Chooses between one value for all elements and a stored constant.</summary>
    /// <param name="packer">Receives constants.</param>
    /// <param name="tensor">The tensor to set.</param>
    /// <param name="data">Its content, little endian; null for zero bytes.</param>
    /// <returns>The record.</returns>
    public static PackedRecord For(Packer packer, PackedTensor tensor, byte[]? data)
    {
        data ??= new byte[tensor.Count * Arena.ElementBytes(tensor.Type)];
        int[] words = tensor.Type switch
        {
            TensorType.Int8 => [.. data.Select(b => (int)(sbyte)b)],
            TensorType.UInt8 => [.. data.Select(b => (int)b)],
            TensorType.Int16 => [.. MemoryMarshal.Cast<byte, short>(data).ToArray().Select(v => (int)v)],
            _ => MemoryMarshal.Cast<byte, int>(data).ToArray(),
        };
        PackedRecord record;
        if (words.All(v => v == words[0]))
        {
            record = new PackedRecord(packer, OperatorCode.Fill, Fill.Words, tensor, null) { [Fill.Value] = words[0] };
        }
        else
        {
            record = new PackedRecord(packer, OperatorCode.LoadConstant, LoadConstant.Words, tensor, null);
            switch (tensor.Type)
            {
                case TensorType.Int8:
                case TensorType.UInt8:
                    record.SetBytes(LoadConstant.Data, MemoryMarshal.Cast<byte, sbyte>(data));
                    break;
                case TensorType.Int16:
                    record.SetHalves(LoadConstant.Data, MemoryMarshal.Cast<byte, short>(data));
                    break;
                default:
                    record.SetTable(LoadConstant.Data, words);
                    break;
            }
        }

        record.SetCount(tensor.Count);
        return record;
    }

    private static void SetCount(this PackedRecord record, int count)
    {
        record[record.Code == OperatorCode.Fill ? Fill.Count : LoadConstant.Count] = count;
        record.SetUnits(record.Code == OperatorCode.Fill ? Fill.UnitsOf(count) : 1, count);
    }
}
