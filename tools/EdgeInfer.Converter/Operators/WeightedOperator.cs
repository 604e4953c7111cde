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
        if (op.Input.Type == ElementType.Float32 && weights.Type is ElementType.Int8 or ElementType.Int4)
        {
            problems.Add(op, "its weights are integers but its activations are float (hybrid, or dynamic range, quantization)", "Convert with full integer quantization and a representative data set", ErrorCode.FloatModel);
            return false;
        }

        bool wide = op.Input.Type == ElementType.Int16;
        bool good = problems.DemandType(op, "input", op.Input, ElementType.Int8, ElementType.Int16)
            & problems.DemandType(op, "output", op.Output, wide ? ElementType.Int16 : ElementType.Int8)
            & (wide ? problems.DemandType(op, "weights", weights, ElementType.Int8) : problems.DemandType(op, "weights", weights, ElementType.Int8, ElementType.Int4))
            & problems.Demand(weights.IsConstant, op, $"its weights '{weights.Name}' are computed; only constant weights are supported", code: ErrorCode.NotConstant);
        if (bias is not null)
        {
            good &= (wide ? problems.DemandType(op, "bias", bias, ElementType.Int32, ElementType.Int64) : problems.DemandType(op, "bias", bias, ElementType.Int32))
                & problems.Demand(bias.IsConstant, op, $"its bias '{bias.Name}' is computed; only a constant bias is supported", code: ErrorCode.NotConstant);
        }

        return good && problems.Demand(
            (mayBeAsymmetric && weights.Type == ElementType.Int8) || weights.Quantization!.ZeroPoints.All(z => z == 0), op, $"its weights '{weights.Name}' are not symmetric (zero point other than 0)", "Quantize weights symmetrically, as the TFLite converter does", ErrorCode.Quantization);
    }

    /// <summary>
    /// Checks that the weights have their dimensions and none is empty, that there is a bias and a scale for every output channel,
    /// and that the scales' ratios can be multipliers.
    /// </summary>
    /// <param name="op">The operator.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="bias">Its bias, or null.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="dimensions">Dimensions that the weights must have.</param>
    /// <param name="channelAxis">Dimension of the weights that counts the output channels.</param>
    /// <returns>True where the shapes can be looked at.</returns>
    public static bool CheckChannels(Operator op, GraphTensor weights, GraphTensor? bias, ProblemList problems, int dimensions, int channelAxis)
    {
        if (!problems.Demand(op.Input.Count > 0, op, $"its input '{op.Input.Name}' has no elements")) return false;

        bool shaped = weights.Shape.Length == dimensions && weights.Count > 0;
        if (!problems.Demand(shaped, op, $"its weights '{weights.Name}' must have {dimensions} dimensions, none of them empty")) return false;

        int channels = weights.Shape[channelAxis];
        float[] scales = weights.Quantization!.Scales;
        return problems.Demand(bias is null || bias.Count == channels, op, $"its bias has {bias?.Count} elements for {channels} output channels")
            & (problems.Demand(scales.Length == 1 || scales.Length == channels, op, $"its weights have {scales.Length} scales for {channels} output channels")
                && scales.All(scale => UnaryOperator.CheckRatio(op, (double)op.Input.Quantization!.Scale * scale / op.Output.Quantization!.Scale, problems)));
    }
}
