using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>SHAPE: a constant, because all shapes are known at conversion.</summary>
internal static class Shape
{
    /// <summary>Makes the constant.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>Nothing: there is nothing to do at inference.</returns>
    internal static Operator? Import(TfliteOperator op)
    {
        int[] shape = op.Input(0).Shape;
        GraphTensor output = op.Output(0, [shape.Length]);
        output.Data = output.Type switch
        {
            ElementType.Int32 => MemoryMarshal.AsBytes<int>(shape).ToArray(),
            ElementType.Int64 => MemoryMarshal.AsBytes<long>(Array.ConvertAll(shape, d => (long)d)).ToArray(),
            _ => throw op.Refuse($"its output is {output.Type}, supported is Int32 or Int64"),
        };
        return null;
    }
}
