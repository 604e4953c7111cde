using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite;

/// <summary>
/// Gives floats back to hybrid (dynamic range) models, whose weights are integers while everything computed is float: they are float models
/// whose weights were rounded once.
/// </summary>
internal static class HybridWeights
{
    /// <summary>Replaces quantized constants of operators that compute in floats.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    public static void Dequantize(ModelGraph graph)
    {
        Dictionary<GraphTensor, GraphTensor> known = [];
        foreach (Operator op in graph.Operators.Where(op => op.Outputs.All(t => t.Type == ElementType.Float32) && op is not Converter.Operators.Dequantize))
        {
            for (int i = 0; i < op.Inputs.Length; i++)
            {
                if (op.Inputs[i] is not { IsConstant: true, Type: ElementType.Int8, Quantization: { } quantization } tensor) continue;
                if (!known.TryGetValue(tensor, out GraphTensor? floats)) known.Add(tensor, floats = Dequantize(tensor, quantization));
                op.Inputs[i] = floats;
            }
        }
    }

    private static GraphTensor Dequantize(GraphTensor tensor, Quantization quantization)
    {
        ReadOnlySpan<sbyte> integers = tensor.Int8s();
        int channels = quantization.Scales.Length, inner = tensor.Shape.Skip(quantization.Axis + 1).Aggregate(1, (a, b) => a * b);
        float[] values = new float[integers.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int channel = channels == 1 ? 0 : i / inner % channels;
            values[i] = quantization.Scales[channel] * (integers[i] - quantization.ZeroPoints[channel]);
        }

        return new GraphTensor(tensor.Name, ElementType.Float32, tensor.Shape) { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
    }
}
