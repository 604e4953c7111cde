using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Operators;

/// <summary>Mean over a set of dimensions, which the output has with one element or not at all.</summary>
/// <param name="input">Input.</param>
/// <param name="axes">The dimensions, in any order, none twice.</param>
/// <param name="output">Output.</param>
public sealed class Mean(GraphTensor input, int[] axes, GraphTensor output) : MeanOrSum(input, axes, output)
{
    /// <inheritdoc/>
    protected override bool Divides => true;
}
