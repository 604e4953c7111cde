using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Tensors one after the other along a dimension.</summary>
/// <param name="inputs">Inputs, alike but for their length along the dimension.</param>
/// <param name="axis">The dimension.</param>
/// <param name="output">Output.</param>
/// <param name="activation">Must be none.</param>
public sealed class Concatenation(GraphTensor[] inputs, int axis, GraphTensor output, FusedActivation activation)
    : Operator(inputs, [output])
{
    /// <summary>The dimension.</summary>
    public int Axis { get; } = axis;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        problems.Demand(activation == FusedActivation.None, this, $"a fused activation ({activation}) is not supported here", "Export the activation as an operator of its own");
        if (!DataMovement.Check(this, problems) || !DataMovement.CheckAxis(this, Axis, Output.Shape.Length, problems)) return;
        foreach (GraphTensor input in Inputs.OfType<GraphTensor>())
        {
            bool alike = input.Shape.Length == Output.Shape.Length && input.Shape.Where((_, d) => d != Axis).SequenceEqual(Output.Shape.Where((_, d) => d != Axis));
            if (!problems.Demand(alike, this, $"the shape [{string.Join(',', input.Shape)}] of '{input.Name}' does not fit the output [{string.Join(',', Output.Shape)}] along dimension {Axis}")) return;
        }

        int length = Inputs.Sum(t => t!.Shape[Axis]);
        problems.Demand(length == Output.Shape[Axis], this, $"its inputs together have {length} elements along dimension {Axis}, its output {Output.Shape[Axis]}");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int start = 0;
        foreach (GraphTensor input in Inputs.OfType<GraphTensor>())
        {
            int length = input.Shape[Axis];
            DataMovement.CopyPart(packer, Output, Axis, start, length, input, join: true);
            start += length;
        }
    }
}
