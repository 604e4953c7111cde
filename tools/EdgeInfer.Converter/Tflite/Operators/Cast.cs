using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>CAST of constants between 32 and 64 bits, as shape computations have it.</summary>
internal static class Cast
{
    /// <summary>Makes the constant.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>Nothing: there is nothing to do at inference.</returns>
    internal static Operator? Import(TfliteOperator op)
    {
        GraphTensor output = op.Output(0);
        int[] values = op.ConstantInts(0);
        if (output.Count != values.Length) throw op.Refuse($"its output has {output.Count} elements, its input {values.Length}");

        output.Data = output.Type switch
        {
            ElementType.Int32 => MemoryMarshal.AsBytes<int>(values).ToArray(),
            ElementType.Int64 => MemoryMarshal.AsBytes<long>(Array.ConvertAll(values, v => (long)v)).ToArray(),
            _ => throw op.Refuse($"its output is {output.Type}, supported is Int32 or Int64"),
        };
        return null;
    }
}
