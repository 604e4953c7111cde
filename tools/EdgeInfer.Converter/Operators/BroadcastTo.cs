using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Operators;

/// <summary>A tensor repeated along its dimensions of one element, and along dimensions before its first, until it has the output's shape.</summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
public sealed class BroadcastTo(GraphTensor input, GraphTensor output) : Rearrangement(input, output)
{
    /// <inheritdoc/>
    public override IReadOnlyList<int> SourceShape => [.. Enumerable.Repeat(1, Output.Shape.Length - Input.Shape.Length), .. Input.Shape];

    /// <inheritdoc/>
    protected override bool CheckShape(ProblemList problems) =>
        problems.Demand(
            Input.Shape.Length <= Output.Shape.Length && SourceShape.Zip(Output.Shape).All(d => d.First == 1 || d.First == d.Second),
            this,
            $"[{string.Join(',', Input.Shape)}] cannot be broadcast to the output [{string.Join(',', Output.Shape)}]");

    /// <inheritdoc/>
    protected override int[][] CreateMaps() => [.. SourceShape.Zip(Output.Shape, (n, length) => Enumerable.Range(0, length).Select(i => n == 1 ? 0 : i).ToArray())];
}
