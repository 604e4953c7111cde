using System.Buffers.Binary;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>PAD: input, and two numbers a dimension, before and behind. PADV2: the same and the value.</summary>
internal static class Pad
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        (int[] before, int[] after) = TflitePairs.Read(op, 1);
        return new Converter.Operators.Pad(op.Input(0), before, after, op.Output(0), op.OptionalInput(2) is { } value ? ValueOf(op, value) : null);
    }

    /// <summary>The reference stores the value as it is, so that it must be quantized as the tensor is.</summary>
    private static int ValueOf(TfliteOperator op, GraphTensor value)
    {
        GraphTensor output = op.Output(0);
        if (value.Data is null) throw op.Refuse($"its value '{value.Name}' is computed; only a constant is supported", code: ErrorCode.NotConstant);
        bool isAlike = value.Type == output.Type && value.Count == 1
            && (value.Quantization is null ? output.Quantization is null : value.Quantization.IsSameAs(output.Quantization));
        if (!isAlike) throw op.Refuse($"its value '{value.Name}' is not one number of the type and quantization of '{output.Name}'");
        return value.Type switch
        {
            ElementType.Int8 => (sbyte)value.Data[0],
            ElementType.UInt8 or ElementType.Bool => value.Data[0],
            ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(value.Data),
            ElementType.Int32 or ElementType.Float32 => BinaryPrimitives.ReadInt32LittleEndian(value.Data),
            _ => throw op.Refuse($"a value of {value.Type} is not supported"),
        };
    }
}
