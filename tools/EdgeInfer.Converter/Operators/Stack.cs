using System.Diagnostics.CodeAnalysis;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Tensors of one shape one after the other along a new dimension.</summary>
/// <param name="inputs">Inputs.</param>
/// <param name="axis">Position of the new dimension in the output.</param>
/// <param name="output">Output.</param>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "It is the operator's name, not a collection.")]
public sealed class Stack(GraphTensor[] inputs, int axis, GraphTensor output)
    : Operator(inputs, [output])
{
    /// <summary>Position of the new dimension in the output.</summary>
    public int Axis { get; } = axis;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!DataMovement.Check(this, problems) || !DataMovement.CheckAxis(this, Axis, Output.Shape.Length, problems)) return;
        int[] element = [.. Output.Shape.Where((_, d) => d != Axis)];
        foreach (GraphTensor input in Inputs.OfType<GraphTensor>())
        {
            if (!problems.Demand(input.Shape.SequenceEqual(element), this, $"the shape [{string.Join(',', input.Shape)}] of '{input.Name}' is not that of a slice of the output, [{string.Join(',', element)}]")) return;
        }

        problems.Demand(Inputs.Length == Output.Shape[Axis], this, $"its {Inputs.Length} inputs do not fill {Output.Shape[Axis]} slices of the output");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        for (int i = 0; i < Inputs.Length; i++) DataMovement.CopyPart(packer, Output, Axis, i, 1, Inputs[i]!, join: true);
    }
}
