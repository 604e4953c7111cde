using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>A border of one value: of the real number 0, which is the zero point where the tensor is quantized, or of another.</summary>
/// <param name="input">Input.</param>
/// <param name="before">Elements before, one number a dimension.</param>
/// <param name="after">Elements behind, one number a dimension.</param>
/// <param name="output">Output.</param>
/// <param name="value">The value as it is stored, of a float its bits; null for the real number 0.</param>
public sealed class Pad(GraphTensor input, int[] before, int[] after, GraphTensor output, int? value = null)
    : Operator([input], [output])
{
    /// <summary>Elements before, one number a dimension.</summary>
    public IReadOnlyList<int> Before { get; } = before;

    /// <summary>Elements behind, one number a dimension.</summary>
    public IReadOnlyList<int> After { get; } = after;

    /// <summary>The value as it is stored, of a float its bits.</summary>
    public int Value => value ?? DataMovement.ZeroOf(Output);

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!DataMovement.Check(this, problems)) return;
        int rank = Input.Shape.Length;
        if (!problems.Demand(Before.Count == rank && After.Count == rank, this, $"it has padding for {Before.Count} dimensions, its input {rank}")) return;
        if (!problems.Demand(Before.Concat(After).All(n => n >= 0), this, "its padding is negative in places", "Use a slice to cut elements off")) return;
        problems.Demand(
            Output.Shape.SequenceEqual(Input.Shape.Select((n, d) => Before[d] + n + After[d])),
            this,
            $"the output shape [{string.Join(',', Output.Shape)}] does not follow from [{string.Join(',', Input.Shape)}], [{string.Join(',', Before)}] before and [{string.Join(',', After)}] behind");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (Output.Count > Input.Count) DataMovement.Fill(packer, Output, Value);
        int[] source = Dimension.DenseStrides(Input.Shape), target = Dimension.DenseStrides(Output.Shape);
        int start = target.Select((stride, d) => stride * Before[d]).Sum();
        DataMovement.Copy(packer, Input, 0, Output, start, Input.Shape.Select((n, d) => new Dimension(n, source[d], target[d])));
    }
}
