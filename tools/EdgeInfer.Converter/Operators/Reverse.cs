using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Operators;

/// <summary>The elements along some dimensions in the opposite order.</summary>
/// <param name="input">Input.</param>
/// <param name="axes">The dimensions.</param>
/// <param name="output">Output.</param>
public sealed class Reverse(GraphTensor input, int[] axes, GraphTensor output) : Rearrangement(input, output)
{
    /// <summary>The dimensions.</summary>
    public IReadOnlyList<int> Axes { get; } = axes;

    /// <inheritdoc/>
    protected override bool CheckShape(ProblemList problems) =>
        Axes.All(axis => DataMovement.CheckAxis(this, axis, Input.Shape.Length, problems)) && CheckOutput(Input.Shape, problems);

    /// <inheritdoc/>
    protected override int[][] CreateMaps() =>
        [.. Input.Shape.Select((n, d) => Enumerable.Range(0, n).Select(i => Axes.Contains(d) ? n - 1 - i : i).ToArray())];
}
