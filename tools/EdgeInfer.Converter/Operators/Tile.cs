using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Operators;

/// <summary>A tensor repeated as a whole along its dimensions.</summary>
/// <param name="input">Input.</param>
/// <param name="multiples">How often, one number a dimension.</param>
/// <param name="output">Output.</param>
public sealed class Tile(GraphTensor input, int[] multiples, GraphTensor output) : Rearrangement(input, output)
{
    /// <summary>How often the input is repeated, one number a dimension.</summary>
    public IReadOnlyList<int> Multiples { get; } = multiples;

    /// <inheritdoc/>
    protected override bool CheckShape(ProblemList problems) =>
        problems.Demand(Multiples.Count == Input.Shape.Length, this, $"it has {Multiples.Count} multiples for {Input.Shape.Length} dimensions")
        && CheckOutput(Input.Shape.Select((n, d) => n * Multiples[d]), problems);

    /// <inheritdoc/>
    protected override int[][] CreateMaps() => [.. Input.Shape.Select((n, d) => Enumerable.Range(0, Output.Shape[d]).Select(i => i % n).ToArray())];
}
