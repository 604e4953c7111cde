using EdgeInfer.Compiler.Layers;

namespace EdgeInfer.Compiler.Code;

/// <summary>A constant and the taps that are multiplied by it, those of the opposite constant subtracted.</summary>
/// <param name="Constant">The packed weights.</param>
/// <param name="Taps">Taps, each with the sign of its weights.</param>
internal sealed record SharedConstant(long Constant, List<(int Tap, bool Negative)> Taps)
{
    /// <summary>The same with the signs turned over where the first tap is subtracted, so that the code begins with a tap that is not.</summary>
    public SharedConstant StartPositive() => Taps[0].Negative ? new SharedConstant(-Constant, [.. Taps.Select(t => (t.Tap, !t.Negative))]) : this;
}

/// <summary>The filters that share lanes, and the chunks in which their taps are summed up.</summary>
internal sealed class FilterGroup
{
    private FilterGroup(int[] filters, LaneLayout lanes, List<int[]> chunks, MatrixLayer layer)
    {
        Filters = filters;
        Lanes = lanes;
        Chunks = chunks;
        Terms = [.. chunks.Select(chunk => Share(chunk, tap => Pack(layer, tap)))];
    }

    /// <summary>Output channels, the lowest lane first.</summary>
    public int[] Filters { get; }

    /// <summary>The lanes.</summary>
    public LaneLayout Lanes { get; }

    /// <summary>Taps that fit a sum before it has to be read out; those whose weights are all zero are in none.</summary>
    public IReadOnlyList<int[]> Chunks { get; }

    /// <summary>What is summed up in each chunk.</summary>
    public IReadOnlyList<IReadOnlyList<SharedConstant>> Terms { get; }

    /// <summary>Divides filters into groups.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="filters">Output channels that depend on the input.</param>
    /// <param name="lanes">Filters a group.</param>
    /// <returns>The groups; null where a single product does not fit the lanes.</returns>
    public static IReadOnlyList<FilterGroup>? Divide(MatrixLayer layer, int[] filters, int lanes)
    {
        List<FilterGroup> groups = [];
        foreach (int[] members in filters.Chunk(lanes))
        {
            LaneLayout layout = new(members.Length);
            if (members.Any(f => layer.Channels[f].Weights.Any(w => Math.Abs(w) > layout.Capacity))) return null;
            groups.Add(new FilterGroup(members, layout, Chunk(layer, members, layout.Capacity), layer));
        }

        return groups;
    }

    /// <summary>The part of a chunk's terms whose taps lie in a segment.</summary>
    /// <param name="chunk">Index of the chunk.</param>
    /// <param name="isInSegment">Tells which taps belong to it.</param>
    public IEnumerable<SharedConstant> TermsIn(int chunk, Func<int, bool> isInSegment) =>
        Terms[chunk].Select(t => t with { Taps = [.. t.Taps.Where(tap => isInSegment(tap.Tap))] }).Where(t => t.Taps.Count > 0).Select(t => t.StartPositive());

    private static List<int[]> Chunk(MatrixLayer layer, int[] filters, long capacity)
    {
        List<int[]> chunks = [];
        List<int> taps = [];
        long[] sums = new long[filters.Length];
        for (int tap = 0; tap < layer.Depth; tap++)
        {
            if (filters.All(f => layer.Channels[f].Weights[tap] == 0)) continue;

            if (filters.Where((f, lane) => sums[lane] + Math.Abs(layer.Channels[f].Weights[tap]) > capacity).Any())
            {
                chunks.Add([.. taps]);
                taps.Clear();
                Array.Clear(sums);
            }

            taps.Add(tap);
            for (int lane = 0; lane < filters.Length; lane++) sums[lane] += Math.Abs(layer.Channels[filters[lane]].Weights[tap]);
        }

        chunks.Add([.. taps]);
        return chunks;
    }

    private static List<SharedConstant> Share(int[] taps, Func<int, long> constantOf)
    {
        List<SharedConstant> terms = [];
        Dictionary<long, SharedConstant> known = [];
        foreach (int tap in taps)
        {
            long constant = constantOf(tap);
            if (known.TryGetValue(constant, out SharedConstant? same)) same.Taps.Add((tap, false));
            else if (known.TryGetValue(-constant, out SharedConstant? opposite)) opposite.Taps.Add((tap, true));
            else
            {
                SharedConstant term = new(constant, [(tap, false)]);
                known.Add(constant, term);
                terms.Add(term);
            }
        }

        return terms;
    }

    private long Pack(MatrixLayer layer, int tap) => Lanes.Pack([.. Filters.Select(f => layer.Channels[f].Weights[tap])]);
}
