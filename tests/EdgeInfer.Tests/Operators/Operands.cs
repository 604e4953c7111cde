using System.Runtime.InteropServices;
using CsCheck;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Tests.Operators;

/// <summary>How the elements of an operand are chosen: by chance, or at the ends of the range, where sums are largest.</summary>
internal enum Pattern
{
    Random,
    AllSmallest,
    AllLargest,
    Alternating,
    Sparse,
}

/// <summary>Tensors of tests.</summary>
internal static class Operands
{
    public static readonly Gen<Pattern> Patterns = Gen.Frequency(
        (6, Gen.Const(Pattern.Random)), (1, Gen.Const(Pattern.AllSmallest)), (1, Gen.Const(Pattern.AllLargest)), (1, Gen.Const(Pattern.Alternating)), (1, Gen.Const(Pattern.Sparse)));

    public static readonly Gen<int> ZeroPoints = Gen.Frequency((4, Gen.Int[-128, 127]), (1, Gen.OneOf(Gen.Const(-128), Gen.Const(0), Gen.Const(127))));

    /// <summary>8-bit integers.</summary>
    public static int[] Int8s(int count, Pattern pattern, Random random)
    {
        int[] values = new int[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = pattern switch
            {
                Pattern.AllSmallest => sbyte.MinValue,
                Pattern.AllLargest => sbyte.MaxValue,
                Pattern.Alternating => i % 2 == 0 ? sbyte.MinValue : sbyte.MaxValue,
                Pattern.Sparse => random.Next(8) == 0 ? random.Next(-128, 128) : 0,
                _ => random.Next(-128, 128),
            };
        }

        return values;
    }

    /// <summary>Weights of 8 or 4 bits; a pattern takes either to the ends of its range.</summary>
    public static int[] Weights(int count, Pattern pattern, Random random, ElementType type) =>
        type == ElementType.Int4 ? [.. Int8s(count, pattern, random).Select(value => value >> 4)] : Int8s(count, pattern, random);

    public static GraphTensor Activation(string name, int[] shape, float scale, int zeroPoint) =>
        new(name, ElementType.Int8, shape) { Quantization = new Quantization(scale, zeroPoint) };

    /// <summary>The same tensor with another scale and zero point.</summary>
    public static GraphTensor Requantized(GraphTensor tensor, float scale, int zeroPoint) =>
        new(tensor.Name, tensor.Type, tensor.Shape) { Data = tensor.Data, Quantization = new Quantization(scale, zeroPoint) };

    public static GraphTensor Weights(int[] shape, int[] values, float[] scales, int axis = 0, ElementType type = ElementType.Int8) =>
        new("weights", type, shape)
        {
            Data = [.. values.Select(v => (byte)v)],
            Quantization = new Quantization(scales, new int[scales.Length], axis),
        };

    /// <summary>An activation of 16 bits, which has no zero point.</summary>
    public static GraphTensor Wide(string name, int[] shape, float scale) => new(name, ElementType.Int16, shape) { Quantization = new Quantization(scale, 0) };

    /// <summary>A bias of 32 or 64 bits.</summary>
    public static GraphTensor? WideBias(long[]? values, ElementType type = ElementType.Int64) =>
        values is null ? null : new GraphTensor("bias", type, [values.Length])
        {
            Data = type == ElementType.Int64 ? MemoryMarshal.AsBytes<long>(values).ToArray() : MemoryMarshal.AsBytes<int>(Array.ConvertAll(values, v => (int)v)).ToArray(),
        };

    /// <summary>16-bit integers.</summary>
    public static int[] Int16s(int count, Pattern pattern, Random random) =>
        [.. Int8s(count, pattern, random).Select(v => v switch { -128 => short.MinValue, 127 => short.MaxValue, _ => (v * 256) + random.Next(256) })];

    public static GraphTensor? Bias(int[]? values) =>
        values is null ? null : new GraphTensor("bias", ElementType.Int32, [values.Length]) { Data = MemoryMarshal.AsBytes<int>(values).ToArray() };
}
