using EdgeInfer.Converter.Graph;
using Field = EdgeInfer.Converter.Tflite.TfliteSchema.QuantizationParameters;

namespace EdgeInfer.Converter.Tflite;

/// <summary>Reads the quantization of a tensor and refuses what could not be computed with.</summary>
/// <param name="tensor">The tensor's table.</param>
/// <param name="label">The tensor's name for messages.</param>
/// <param name="problems">Receives what is not supported.</param>
internal sealed class TfliteQuantization(FlatTable tensor, string label, ProblemList problems)
{
    /// <summary>Reads the quantization.</summary>
    /// <param name="type">Element type of the tensor.</param>
    /// <param name="shape">Shape of the tensor.</param>
    /// <returns>The quantization; null where the elements stand for themselves.</returns>
    public Quantization? Read(ElementType type, int[] shape)
    {
        bool matters = type is ElementType.Int4 or ElementType.Int8 or ElementType.UInt8 or ElementType.Int16;
        if (!matters && type != ElementType.Int32) return null;
        if (tensor.Table(TfliteSchema.Tensor.Quantization, $"{tensor.Part}, quantization") is not { } table) return null;

        float[] scales = table.Floats(Field.Scale);
        long[] zeroPoints = table.Int64s(Field.ZeroPoint);
        int axis = table.Int32(Field.QuantizedDimension);
        string? fault = table.Int8(Field.DetailsType) != 0
            ? "its quantization is neither per tensor nor per channel"
            : FaultOf(scales, zeroPoints, axis, type, shape);
        if (fault is not null)
        {
            // Of 32-bit tensors, biases and shapes, only the integers are used.
            if (matters) problems.Add(label, fault, "Quantize the model with the TFLite converter's full integer quantization", ErrorCode.Quantization);
            return null;
        }

        if (scales.Length == 0) return null;
        int[] points = new int[scales.Length];
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = zeroPoints.Length == 0 ? 0 : (int)zeroPoints[zeroPoints.Length == scales.Length ? i : 0];
        }

        return new Quantization(scales, points, scales.Length > 1 ? axis : 0);
    }

    private static string? FaultOf(float[] scales, long[] zeroPoints, int axis, ElementType type, int[] shape)
    {
        (int min, int max) = type switch
        {
            ElementType.Int4 => (-8, 7),
            ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            ElementType.UInt8 => (byte.MinValue, (int)byte.MaxValue),
            ElementType.Int16 => (short.MinValue, short.MaxValue),
            _ => (int.MinValue, int.MaxValue),
        };
        if (scales.Any(s => !float.IsNormal(s) || s < 0)) return "a scale of its quantization is not a positive number";
        if (zeroPoints.Any(z => z < min || z > max)) return $"a zero point of its quantization is not in {min} to {max}";
        if (scales.Length > 1 && (axis < 0 || axis >= shape.Length || shape[axis] != scales.Length))
        {
            return $"its {scales.Length} scales do not fit dimension {axis} of [{string.Join(',', shape)}]";
        }

        return null;
    }
}
