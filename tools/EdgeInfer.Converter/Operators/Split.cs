using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>The opposite of a concatenation: parts of a tensor along a dimension, of equal length or not.</summary>
/// <param name="input">Input.</param>
/// <param name="axis">The dimension.</param>
/// <param name="outputs">Outputs, in order.</param>
public sealed class Split(GraphTensor input, int axis, GraphTensor[] outputs)
    : Operator([input], outputs)
{
    /// <summary>The dimension.</summary>
    public int Axis { get; } = axis;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!DataMovement.Check(this, problems) || !DataMovement.CheckAxis(this, Axis, Input.Shape.Length, problems)) return;
        foreach (GraphTensor output in Outputs)
        {
            bool alike = output.Shape.Length == Input.Shape.Length && output.Shape.Where((_, d) => d != Axis).SequenceEqual(Input.Shape.Where((_, d) => d != Axis));
            if (!problems.Demand(alike, this, $"the shape [{string.Join(',', output.Shape)}] of '{output.Name}' does not fit the input [{string.Join(',', Input.Shape)}] along dimension {Axis}")) return;
        }

        int length = Outputs.Sum(t => t.Shape[Axis]);
        problems.Demand(length == Input.Shape[Axis], this, $"its outputs together have {length} elements along dimension {Axis}, its input {Input.Shape[Axis]}");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int start = 0;
        foreach (GraphTensor output in Outputs)
        {
            int length = output.Shape[Axis];
            DataMovement.CopyPart(packer, Input, Axis, start, length, output, join: false);
            start += length;
        }
    }
}
