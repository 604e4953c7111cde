using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using Integers = EdgeInfer.Kernels.PairwiseInt32;
using Layout = EdgeInfer.Kernels.Pairwise;
using WideLayout = EdgeInfer.Kernels.PairwiseInt16;

namespace EdgeInfer.Converter.Operators;

/// <summary>The larger or the smaller of two tensors' elements, either of which may be broadcast; all have one quantization.</summary>
/// <param name="input1">First operand.</param>
/// <param name="input2">Second operand.</param>
/// <param name="output">Output.</param>
/// <param name="largest">True for MAXIMUM, false for MINIMUM.</param>
public sealed class Extremum(GraphTensor input1, GraphTensor input2, GraphTensor output, bool largest) : Operator([input1, input2], [output])
{
    /// <inheritdoc/>
    public override string Name => Largest ? "Maximum" : "Minimum";

    /// <summary>True for the larger one.</summary>
    public bool Largest { get; } = largest;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (Int32Pair.AreOf(this))
        {
            Int32Pair.Check(this, problems);
            return;
        }

        if (!ElementwisePair.Check(this, problems)) return;
        Int8Operands.CheckSameScale(this, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (Int32Pair.AreOf(this)) Int32Pair.Pack(packer, this, Largest ? Integers.Larger : Integers.Smaller);
        else if (Int16Operands.AreOf(this)) Int16Pair.Pack(packer, this, Largest ? WideLayout.Larger : WideLayout.Smaller);
        else PairFunction.Pack(packer, this, Largest ? Layout.Larger : Layout.Smaller);
    }
}
