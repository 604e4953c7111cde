using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>CAST: the types of input and output say everything. Constants, as shape computations have them, are cast here.</summary>
internal static class Cast
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator; null where the result is a constant.</returns>
    internal static Operator? Import(TfliteOperator op)
    {
        GraphTensor input = op.Input(0), output = op.Output(0, op.Input(0).Shape);
        if (input.Data is null || !IsIndex(input.Type) || !IsIndex(output.Type)) return new Converter.Operators.Cast(input, output);

        int[] values = op.ConstantInts(0);
        output.Data = output.Type == ElementType.Int32
            ? MemoryMarshal.AsBytes<int>(values).ToArray()
            : MemoryMarshal.AsBytes<long>(Array.ConvertAll(values, v => (long)v)).ToArray();
        return null;
    }

    private static bool IsIndex(ElementType type) => type is ElementType.Int32 or ElementType.Int64;
}
