using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>BROADCAST_ARGS: two shapes. The shape that they broadcast to is a constant, because all shapes are known at conversion.</summary>
internal static class BroadcastArgs
{
    /// <summary>Makes the constant.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>Nothing: there is nothing to do at inference.</returns>
    internal static Operator? Import(TfliteOperator op)
    {
        int[] first = op.ConstantInts(0), second = op.ConstantInts(1);
        int[] shape = ElementwisePair.BroadcastShape(first, second)
            ?? throw op.Refuse($"[{string.Join(',', first)}] and [{string.Join(',', second)}] cannot be broadcast together", "Export the model again", ErrorCode.Demand);
        GraphTensor output = op.Output(0, [shape.Length]);
        output.Data = output.Type switch
        {
            ElementType.Int32 => MemoryMarshal.AsBytes<int>(shape).ToArray(),
            ElementType.Int64 => MemoryMarshal.AsBytes<long>(Array.ConvertAll(shape, d => (long)d)).ToArray(),
            _ => throw op.Refuse($"its output is {output.Type}, supported is Int32 or Int64", code: ErrorCode.ElementType),
        };
        return null;
    }
}
