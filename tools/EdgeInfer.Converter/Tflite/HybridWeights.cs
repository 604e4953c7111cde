using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Quantizing;

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
                if (op.Inputs[i] is not { IsConstant: true, Type: ElementType.Int8, Quantization: not null } tensor) continue;
                if (!known.TryGetValue(tensor, out GraphTensor? floats)) known.Add(tensor, floats = UniformQuantizer.ToFloats(tensor));
                op.Inputs[i] = floats;
            }
        }
    }
}
