using System.Runtime.InteropServices;

namespace EdgeInfer.Converter;

/// <summary>Content of the runtime's tensors as bytes, little endian.</summary>
internal static class TensorContent
{
    /// <summary>Reads a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>A copy of its content.</returns>
    public static byte[] Of(Tensor tensor) => In(tensor).ToArray();

    /// <summary>Sets a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="content">As many bytes as it has.</param>
    public static void Set(Tensor tensor, ReadOnlySpan<byte> content) => content.CopyTo(In(tensor));

    private static Span<byte> In(Tensor tensor) => tensor.Type switch
    {
        TensorType.Int8 or TensorType.UInt8 => MemoryMarshal.AsBytes(tensor.Int8.AsSpan(tensor.Offset, tensor.Count)),
        TensorType.Int16 => MemoryMarshal.AsBytes(tensor.Int16.AsSpan(tensor.Offset, tensor.Count)),
        TensorType.Int32 => MemoryMarshal.AsBytes(tensor.Int32.AsSpan(tensor.Offset, tensor.Count)),
        _ => MemoryMarshal.AsBytes(tensor.Float32.AsSpan(tensor.Offset, tensor.Count)),
    };
}
