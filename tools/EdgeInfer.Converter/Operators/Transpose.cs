using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Dimensions in another order: output dimension d is input dimension permutation[d].</summary>
/// <param name="input">Input.</param>
/// <param name="permutation">Every dimension once.</param>
/// <param name="output">Output.</param>
public sealed class Transpose(GraphTensor input, int[] permutation, GraphTensor output)
    : Operator([input], [output])
{
    /// <summary>For every output dimension, the input dimension that it is.</summary>
    public IReadOnlyList<int> Permutation { get; } = permutation;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!DataMovement.Check(this, problems)) return;
        bool complete = Permutation.Order().SequenceEqual(Enumerable.Range(0, Input.Shape.Length));
        if (!problems.Demand(complete, this, $"[{string.Join(',', Permutation)}] is not a permutation of {Input.Shape.Length} dimensions")) return;
        problems.Demand(
            Output.Shape.SequenceEqual(Permutation.Select(d => Input.Shape[d])),
            this,
            $"the output shape [{string.Join(',', Output.Shape)}] does not follow from [{string.Join(',', Input.Shape)}] in the order [{string.Join(',', Permutation)}]");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int[] source = Dimension.DenseStrides(Input.Shape), target = Dimension.DenseStrides(Output.Shape);
        DataMovement.Copy(packer, Input, 0, Output, 0, Permutation.Select((from, d) => new Dimension(Output.Shape[d], source[from], target[d])));
    }
}
