using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Quantizing;

/// <summary>
/// Which operators compute with 16-bit activations, and when they do. Kernels take activations of one width: an operator with one 16-bit activation
/// takes and gives 16 bits, and those of 8 bits are widened before it, exactly, and narrowed behind it.
/// </summary>
public static class WideForm
{
    /// <summary>Tells whether there is a kernel for 16-bit activations, whatever their scales are; comparisons may demand that they share one.</summary>
    /// <param name="op">An operator of a graph of floats.</param>
    /// <returns>True where there is.</returns>
    public static bool Exists(Operator op) => op switch
    {
        Prelu => op.Inputs[1]!.IsConstant,
        Quantize or Softmax or Logistic or Tanh or Relu or LeakyRelu or Abs or Rsqrt or MeanOrSum or Add or Sub or Mul or SquaredDifference or BatchMatMul or UnidirectionalSequenceLstm => true,
        ResizeBilinear or ReduceExtremum => false,
        _ => FloatGraph.WeightsOf(op) is not null || QuantizationGroups.SharesScale(op),
    };

    /// <summary>Tells whether an operator is to compute with 16-bit activations.</summary>
    /// <param name="op">An operator of a graph of floats whose activations carry their quantization.</param>
    /// <returns>True where an activation of it has 16 bits; where all share one scale, where the result has.</returns>
    public static bool IsUsed(Operator op) => IsUsed(op, t => t.Quantization is { Bits: 16 });

    /// <summary>Tells the same where it is known otherwise which activations have 16 bits.</summary>
    /// <param name="op">An operator of a graph of floats.</param>
    /// <param name="isWide">Tells of an activation.</param>
    /// <returns>True where an activation of it has 16 bits; where all share one scale, where the result has.</returns>
    public static bool IsUsed(Operator op, Func<GraphTensor, bool> isWide)
    {
        IEnumerable<GraphTensor> decisive = QuantizationGroups.SharesScale(op) ? op.Outputs : op.Inputs.OfType<GraphTensor>().Where(t => !t.IsConstant && !t.IsVariable).Concat(op.Outputs);
        return decisive.Any(isWide);
    }

    /// <summary>The scale with which an operator reads or writes an activation.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="activation">An input or output of it, with its quantization.</param>
    /// <returns>That of the activation, or of it widened.</returns>
    public static float ScaleOf(Operator op, GraphTensor activation) =>
        IsUsed(op) ? UniformQuantizer.Widened(activation.Quantization!).Scale : activation.Quantization!.Scale;
}
