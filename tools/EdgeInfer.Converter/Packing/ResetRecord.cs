using System.Runtime.InteropServices;
using EdgeInfer.Kernels;

namespace EdgeInfer.Converter.Packing;

/// <summary>Makes the records that give a state or a constant of the arena its value.</summary>
internal static class ResetRecord
{
    /// <summary>Chooses between one value for all elements, a stored constant, and a shorter one that is repeated.</summary>
    /// <param name="packer">Receives constants.</param>
    /// <param name="tensor">The tensor to set.</param>
    /// <param name="data">Its content, little endian; null for zero bytes.</param>
    /// <returns>The records, in order.</returns>
    public static IEnumerable<PackedRecord> For(Packer packer, PackedTensor tensor, byte[]? data)
    {
        data ??= new byte[tensor.Bytes];
        int[] values = tensor.Type switch
        {
            TensorType.Int8 => [.. data.Select(b => (int)(sbyte)b)],
            TensorType.UInt8 => [.. data.Select(b => (int)b)],
            TensorType.Int16 => [.. MemoryMarshal.Cast<byte, short>(data).ToArray().Select(v => (int)v)],
            _ => MemoryMarshal.Cast<byte, int>(data).ToArray(),
        };
        int period = Period(values);
        if (period == 1)
        {
            yield return Constant(packer, tensor, values[0]);
            yield break;
        }

        int width = data.Length / values.Length;
        bool saves = (values.Length - period) * width > Copy.Words * sizeof(int);
        int stored = saves ? period : values.Length;
        yield return Load(packer, tensor, data.AsSpan(0, stored * width), values[..stored]);
        if (saves) yield return Repeat(packer, tensor, period);
    }

    private static PackedRecord Constant(Packer packer, PackedTensor tensor, int value)
    {
        PackedRecord record = new(packer, OperatorCode.Fill, Fill.Words, tensor, null) { [Fill.Value] = value, [Fill.Count] = tensor.Count };
        record.SetUnits(Fill.UnitsOf(tensor.Count), tensor.Count);
        return record;
    }

    private static PackedRecord Load(Packer packer, PackedTensor tensor, ReadOnlySpan<byte> data, int[] values)
    {
        PackedRecord record = new(packer, OperatorCode.LoadConstant, LoadConstant.Words, tensor, null) { [LoadConstant.Count] = values.Length };
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
                record.SetTable(LoadConstant.Data, values);
                break;
        }

        record.SetUnits(1, values.Length);
        return record;
    }

    /// <summary>Copies the first elements behind themselves until the tensor is full.</summary>
    private static PackedRecord Repeat(Packer packer, PackedTensor tensor, int period)
    {
        PackedRecord record = new(packer, OperatorCode.Copy, Copy.Words, tensor, null)
        {
            [Copy.OutputStart] = period,
            [Copy.RunLength] = period,
            [Copy.RunStep] = 1,
        };
        for (int d = 0; d < Copy.Dimensions; d++) record[Copy.Lengths + d] = 1;
        record[Copy.Lengths + Copy.Dimensions - 1] = (tensor.Count / period) - 1;
        record[Copy.OutputStrides + Copy.Dimensions - 1] = period;
        record.SetMemory(Copy.Input, tensor);
        record.SetUnits(1, tensor.Count - period);
        return record;
    }

    /// <summary>The fewest values of which all are a repetition.</summary>
    private static int Period(int[] values)
    {
        for (int period = 1; period <= values.Length / 2; period++)
        {
            if (values.Length % period == 0 && values.AsSpan(period).SequenceEqual(values.AsSpan(0, values.Length - period))) return period;
        }

        return values.Length;
    }
}
