using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Operators;

/// <summary>What convolutions and matrix products demand of their weights and bias alike.</summary>
internal static class WeightedOperator
{
    /// <summary>Checks types, quantization and the bias.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="bias">Its bias, or null.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="mayBeAsymmetric">Whether the weights may have a zero point other than 0.</param>
    /// <returns>True where the shapes can be looked at.</returns>
    public static bool Check(Operator op, GraphTensor weights, GraphTensor? bias, ProblemList problems, bool mayBeAsymmetric = false)
    {
        if (op.Input.Type == ElementType.Float32 && weights.Type == ElementType.Int8)
        {
            problems.Add(op, "its weights are int8 but its activations are float (hybrid, or dynamic range, quantization)", "Convert with full integer quantization and a representative data set");
            return false;
        }

        bool good = problems.DemandType(op, "input", op.Input, ElementType.Int8)
            & problems.DemandType(op, "output", op.Output, ElementType.Int8)
            & problems.DemandType(op, "weights", weights, ElementType.Int8)
            & problems.Demand(weights.IsConstant, op, $"its weights '{weights.Name}' are computed; only constant weights are supported");
        if (bias is not null)
        {
            good &= problems.DemandType(op, "bias", bias, ElementType.Int32)
                & problems.Demand(bias.IsConstant, op, $"its bias '{bias.Name}' is computed; only a constant bias is supported");
        }

        return good && problems.Demand(
            mayBeAsymmetric || weights.Quantization!.ZeroPoints.All(z => z == 0), op, $"its weights '{weights.Name}' are not symmetric (zero point other than 0)", "Quantize weights symmetrically, as the TFLite converter does");
    }
}
