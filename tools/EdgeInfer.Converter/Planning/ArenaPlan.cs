namespace EdgeInfer.Converter.Planning;

/// <summary>What planning one segment came to. Everything counts elements unless it says bytes.</summary>
/// <param name="Segment">Which typed array.</param>
/// <param name="Size">Length of the array.</param>
/// <param name="LowerBound">Largest sum of simultaneously alive sizes under the merges the plan uses.</param>
/// <param name="AnyMergeLowerBound">The same under the best conceivable choice of merges: no plan can be smaller.</param>
/// <param name="ProvenMinimum">
/// The largest size below which no plan exists, whatever the merges: <paramref name="AnyMergeLowerBound"/>, raised where the
/// exact search showed that the bound cannot be met.
/// </param>
public sealed record SegmentPlan(ArenaSegment Segment, int Size, int LowerBound, int AnyMergeLowerBound, int ProvenMinimum)
{
    /// <summary>Whether no smaller plan exists, over all layouts and all choices of merges.</summary>
    public bool IsProvenOptimal => Size == ProvenMinimum;

    /// <summary><see cref="Size"/> in bytes.</summary>
    public long Bytes => (long)Size * Segment.ElementBytes();

    /// <summary><see cref="LowerBound"/> in bytes.</summary>
    public long LowerBoundBytes => (long)LowerBound * Segment.ElementBytes();

    /// <summary><see cref="AnyMergeLowerBound"/> in bytes.</summary>
    public long AnyMergeLowerBoundBytes => (long)AnyMergeLowerBound * Segment.ElementBytes();
}

/// <summary>Where every storage lies. Made by <see cref="ArenaPlanner"/>, checked by <see cref="ArenaPlanValidator"/>.</summary>
public sealed class ArenaPlan
{
    /// <summary>Puts a plan together; nothing is checked here (see <see cref="ArenaPlanValidator"/>).</summary>
    /// <param name="requests">The storages planned for.</param>
    /// <param name="offsets">First element of each storage in its segment, by request index.</param>
    /// <param name="merges">The alias candidates made use of.</param>
    /// <param name="segments">One entry a segment, in the order of <see cref="ArenaSegments.All"/>.</param>
    public ArenaPlan(
        IReadOnlyList<ArenaRequest> requests,
        IReadOnlyList<int> offsets,
        IReadOnlyList<AliasCandidate> merges,
        IReadOnlyList<SegmentPlan> segments)
    {
        Requests = requests;
        Offsets = offsets;
        Merges = merges;
        Segments = segments;
        Groups = ChainsOf(merges);
    }

    /// <summary>The storages planned for, in the caller's order.</summary>
    public IReadOnlyList<ArenaRequest> Requests { get; }

    /// <summary>First element of each storage in its segment's array, by request index.</summary>
    public IReadOnlyList<int> Offsets { get; }

    /// <summary>The alias candidates made use of: these operators run in place.</summary>
    public IReadOnlyList<AliasCandidate> Merges { get; }

    /// <summary>Request indexes that share one offset by merges, each group from the first written to the last.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Groups { get; }

    /// <summary>One entry a segment, in the order of <see cref="ArenaSegments.All"/>; unused segments have size 0.</summary>
    public IReadOnlyList<SegmentPlan> Segments { get; }

    /// <summary>Bytes of all segments together.</summary>
    public long Bytes => Segments.Sum(s => s.Bytes);

    /// <summary>Sum of the segments' lower bounds under the merges in use, in bytes.</summary>
    public long LowerBoundBytes => Segments.Sum(s => s.LowerBoundBytes);

    /// <summary>Sum of the segments' lower bounds over all choices of merges, in bytes.</summary>
    public long AnyMergeLowerBoundBytes => Segments.Sum(s => s.AnyMergeLowerBoundBytes);

    /// <summary>Whether every segment is proven optimal.</summary>
    public bool IsProvenOptimal => Segments.All(s => s.IsProvenOptimal);

    /// <summary>Request indexes of the storages alive while an operator runs, by segment, then offset: one column of the picture.</summary>
    /// <param name="operatorIndex">-1 (before the first operator) to the operator count (after the last).</param>
    public IReadOnlyList<int> AliveAt(int operatorIndex) =>
        [.. Enumerable.Range(0, Requests.Count)
            .Where(i => Requests[i].FirstUse <= operatorIndex && operatorIndex <= Requests[i].LastUse)
            .OrderBy(i => Requests[i].Segment)
            .ThenBy(i => Offsets[i])
            .ThenBy(i => i)];

    private static List<IReadOnlyList<int>> ChainsOf(IReadOnlyList<AliasCandidate> merges)
    {
        var groups = new List<IReadOnlyList<int>>();
        var chainEndingAt = new Dictionary<int, List<int>>();
        foreach (var merge in merges.OrderBy(m => m.OperatorIndex).ThenBy(m => m.OutputStorage))
        {
            if (!chainEndingAt.Remove(merge.InputStorage, out var chain))
                groups.Add(chain = [merge.InputStorage]);
            chain.Add(merge.OutputStorage);
            chainEndingAt[merge.OutputStorage] = chain;
        }
        return groups;
    }
}
