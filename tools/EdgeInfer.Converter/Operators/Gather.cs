using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Operators;

/// <summary>Slices of a tensor in an order, and as often, as a constant list of indexes asks for.</summary>
/// <param name="input">Input.</param>
/// <param name="firstAxis">First of the dimensions that are indexed, which count as one.</param>
/// <param name="axes">How many there are.</param>
/// <param name="indices">Indexes into these dimensions.</param>
/// <param name="output">Output: the dimensions before, those of the indexes, the dimensions behind.</param>
public sealed class Gather(GraphTensor input, int firstAxis, int axes, int[] indices, GraphTensor output) : Rearrangement(input, output)
{
    /// <summary>First of the dimensions that are indexed.</summary>
    public int FirstAxis { get; } = firstAxis;

    /// <summary>Number of dimensions that are indexed as one.</summary>
    public int Axes { get; } = axes;

    /// <summary>The indexes.</summary>
    public IReadOnlyList<int> Indices { get; } = indices;

    /// <inheritdoc/>
    public override IReadOnlyList<int> SourceShape =>
        [Count(Input.Shape[..FirstAxis]), Count(Input.Shape[FirstAxis..(FirstAxis + Axes)]), Count(Input.Shape[(FirstAxis + Axes)..])];

    /// <inheritdoc/>
    protected override bool CheckShape(ProblemList problems)
    {
        int rank = Input.Shape.Length;
        if (!problems.Demand(FirstAxis >= 0 && Axes >= 0 && FirstAxis + Axes <= rank, this, $"there are no {Axes} dimensions from {FirstAxis} on in a tensor of {rank}")) return false;
        int length = SourceShape[1];
        if (!problems.Demand(Indices.All(i => i >= 0 && i < length), this, $"an index is not in 0 to {length - 1}")) return false;
        int inner = rank - FirstAxis - Axes;
        bool fits = Output.Shape.Length >= FirstAxis + inner
            && Output.Shape.Take(FirstAxis).SequenceEqual(Input.Shape.Take(FirstAxis))
            && Output.Shape.TakeLast(inner).SequenceEqual(Input.Shape.TakeLast(inner))
            && Output.Count == SourceShape[0] * Indices.Count * SourceShape[2];
        return problems.Demand(
            fits,
            this,
            $"the output shape [{string.Join(',', Output.Shape)}] does not follow from input [{string.Join(',', Input.Shape)}] and {Indices.Count} indexes");
    }

    /// <inheritdoc/>
    protected override int[][] CreateMaps() =>
        [[.. Enumerable.Range(0, SourceShape[0])], [.. Indices], [.. Enumerable.Range(0, SourceShape[2])]];

    private static int Count(int[] shape) => shape.Aggregate(1, (a, b) => a * b);
}
