using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>The slices of a tensor along a dimension, which they lose.</summary>
/// <param name="input">Input.</param>
/// <param name="axis">The dimension.</param>
/// <param name="outputs">Outputs, in order.</param>
public sealed class Unstack(GraphTensor input, int axis, GraphTensor[] outputs)
    : Operator([input], outputs)
{
    /// <summary>The dimension.</summary>
    public int Axis { get; } = axis;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!DataMovement.Check(this, problems) || !DataMovement.CheckAxis(this, Axis, Input.Shape.Length, problems)) return;
        int[] element = [.. Input.Shape.Where((_, d) => d != Axis)];
        foreach (GraphTensor output in Outputs)
        {
            if (!problems.Demand(output.Shape.SequenceEqual(element), this, $"the shape [{string.Join(',', output.Shape)}] of '{output.Name}' is not that of a slice of the input, [{string.Join(',', element)}]")) return;
        }

        problems.Demand(Outputs.Length == Input.Shape[Axis], this, $"its {Outputs.Length} outputs do not take up {Input.Shape[Axis]} slices of the input");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        for (int i = 0; i < Outputs.Length; i++) DataMovement.CopyPart(packer, Input, Axis, i, 1, Outputs[i], join: false);
    }
}
