using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite;

/// <summary>Recognizes models that were not quantized: one message says more than one an operator.</summary>
internal static class FloatModel
{
    private const string Remedy = "Quantize it with sample data: edgeinfer quantize MODEL --data FOLDER";

    /// <summary>Reports a model that computes in floats only.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="problems">Receives the report.</param>
    /// <returns>True where it was reported.</returns>
    public static bool Report(TfliteSubgraph graph, ProblemList problems)
    {
        TfliteOperator[] computing = [.. graph.Operators.Where(op => op.Inputs.Concat(op.Outputs).Any(IsFloatActivation))];
        bool anyInteger = graph.Operators.Any(op => op.Inputs.Concat(op.Outputs).Any(IsIntegerActivation));
        if (computing.Length == 0 || anyInteger) return false;

        bool hybrid = computing.Any(op => op.Inputs.Any(t => t.IsConstant && t.Type is ElementType.Int8 or ElementType.Int4));
        problems.Add(
            "the model",
            hybrid
                ? $"its weights are integers but its {computing.Length} operators compute in floats (hybrid, or dynamic range, quantization)"
                : $"its {computing.Length} operators compute in floats (it is not quantized)",
            Remedy,
            ErrorCode.FloatModel);
        return true;
    }

    private static bool IsFloatActivation(GraphTensor tensor) => !tensor.IsConstant && tensor.Type == ElementType.Float32;

    private static bool IsIntegerActivation(GraphTensor tensor) =>
        !tensor.IsConstant && tensor.Type is ElementType.Int8 or ElementType.UInt8 or ElementType.Int16;
}
