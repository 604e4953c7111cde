using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Operators;

/// <summary>A border in which the input is seen as in a mirror.</summary>
/// <param name="input">Input.</param>
/// <param name="before">Elements before, one number a dimension.</param>
/// <param name="after">Elements behind, one number a dimension.</param>
/// <param name="reflect">True where the outermost elements are the mirror and are not repeated (REFLECT), false where the mirror lies beside them (SYMMETRIC).</param>
/// <param name="output">Output.</param>
public sealed class MirrorPad(GraphTensor input, int[] before, int[] after, bool reflect, GraphTensor output) : Rearrangement(input, output)
{
    /// <summary>Elements before, one number a dimension.</summary>
    public IReadOnlyList<int> Before { get; } = before;

    /// <summary>Elements behind, one number a dimension.</summary>
    public IReadOnlyList<int> After { get; } = after;

    /// <summary>True where the outermost elements are not repeated.</summary>
    public bool Reflect { get; } = reflect;

    /// <inheritdoc/>
    protected override bool CheckShape(ProblemList problems)
    {
        int rank = Input.Shape.Length;
        if (!problems.Demand(Before.Count == rank && After.Count == rank, this, $"it has padding for {Before.Count} dimensions, its input {rank}")) return false;
        for (int d = 0; d < rank; d++)
        {
            int most = Input.Shape[d] - (Reflect ? 1 : 0);
            bool seen = Before[d] >= 0 && After[d] >= 0 && Before[d] <= most && After[d] <= most;
            if (!problems.Demand(seen, this, $"a border of {Before[d]} and {After[d]} elements is not in 0 to {most}, what dimension {d} of [{string.Join(',', Input.Shape)}] can mirror")) return false;
        }

        return CheckOutput(Input.Shape.Select((n, d) => Before[d] + n + After[d]), problems);
    }

    /// <inheritdoc/>
    protected override int[][] CreateMaps() => [.. Input.Shape.Select((n, d) => Map(n, Before[d], After[d]))];

    private int[] Map(int length, int before, int after)
    {
        int shift = Reflect ? 0 : 1;
        return [.. Enumerable.Range(-before, before + length + after).Select(i => i < 0 ? -i - shift : i < length ? i : (2 * (length - 1)) - i + shift)];
    }
}
