namespace EdgeInfer.Converter.Planning;

/// <summary>
/// Re-checks a plan by brute force, operator by operator and pair by pair. Shares no code with the planner on purpose: a
/// mistake would have to be made twice, in two different ways, to pass.
/// </summary>
public static class ArenaPlanValidator
{
    /// <summary>Checks a plan against what was asked for.</summary>
    /// <exception cref="InvalidArenaPlanException">The first violation found, in words.</exception>
    public static void Validate(IReadOnlyList<ArenaRequest> requests, IReadOnlyList<AliasCandidate> candidates, ArenaPlan plan)
    {
        if (plan.Offsets.Count != requests.Count)
            throw Invalid($"{plan.Offsets.Count} offsets for {requests.Count} storages.");
        if (!plan.Segments.Select(s => s.Segment).SequenceEqual(ArenaSegments.All))
            throw Invalid("the segments are not listed once each and in order.");

        for (int i = 0; i < requests.Count; i++)
        {
            int length = plan.Segments[(int)requests[i].Segment].Size;
            if (plan.Offsets[i] < 0 || (long)plan.Offsets[i] + requests[i].Size > length)
                throw Invalid($"{Extent(i)} is outside the {requests[i].Segment} segment of {length} elements.");
        }

        var allowed = candidates.ToHashSet();
        foreach (var merge in plan.Merges)
        {
            var (input, output, time) = (requests[merge.InputStorage], requests[merge.OutputStorage], merge.OperatorIndex);
            if (!allowed.Contains(merge))
                throw Invalid($"operator {time} was not allowed to turn '{input.Name}' into '{output.Name}' in place.");
            if (input.Segment != output.Segment || output.Size > input.Size || input.LastUse != time || output.FirstUse != time)
                throw Invalid($"operator {time} cannot turn '{input.Name}' into '{output.Name}' in place: segment, size or lifetimes do not fit.");
            if (plan.Offsets[merge.InputStorage] != plan.Offsets[merge.OutputStorage])
                throw Invalid($"operator {time} is said to run in place, with {Extent(merge.InputStorage)} and {Extent(merge.OutputStorage)}.");
        }

        var merged = plan.Merges.Select(m => (m.OperatorIndex, m.InputStorage, m.OutputStorage)).ToHashSet();
        for (int b = 0; b < requests.Count; b++)
        {
            for (int a = 0; a < b; a++)
            {
                if (!Overlap(a, b))
                    continue;

                for (int time = Math.Max(requests[a].FirstUse, requests[b].FirstUse); time <= Math.Min(requests[a].LastUse, requests[b].LastUse); time++)
                    if (!merged.Contains((time, a, b)) && !merged.Contains((time, b, a)))
                        throw Invalid($"{Extent(a)} and {Extent(b)} overlap in {requests[a].Segment} while both are alive at operator {time}.");
            }
        }

        var load = new long[plan.Segments.Count];
        var mergesAt = plan.Merges.ToLookup(m => m.OperatorIndex);
        var times = requests.SelectMany(r => Enumerable.Range(r.FirstUse, r.LastUse - r.FirstUse + 1)).Distinct();
        foreach (int time in times.Order())
        {
            var alive = Enumerable.Range(0, requests.Count).Where(i => requests[i].FirstUse <= time && time <= requests[i].LastUse).ToArray();
            // A merge's output takes no room of its own while its input is still there.
            foreach (var segment in ArenaSegments.All)
            {
                long size = alive.Where(i => requests[i].Segment == segment).Sum(i => (long)requests[i].Size);
                size -= mergesAt[time].Where(m => requests[m.OutputStorage].Segment == segment)
                    .Sum(m => (long)requests[m.OutputStorage].Size);
                load[(int)segment] = Math.Max(load[(int)segment], size);
            }
        }

        foreach (var s in plan.Segments)
        {
            if (s.LowerBound != load[(int)s.Segment])
                throw Invalid($"the lower bound of {s.Segment} is {load[(int)s.Segment]}, not {s.LowerBound}.");
            if (s.AnyMergeLowerBound > s.LowerBound || s.AnyMergeLowerBound > s.ProvenMinimum || s.LowerBound > s.Size || s.ProvenMinimum > s.Size)
                throw Invalid($"the bounds of {s.Segment} contradict each other: {s}.");
        }

        bool Overlap(int a, int b) =>
            requests[a].Segment == requests[b].Segment && requests[a].Size > 0 && requests[b].Size > 0
            && plan.Offsets[a] < plan.Offsets[b] + requests[b].Size && plan.Offsets[b] < plan.Offsets[a] + requests[a].Size;

        string Extent(int i) => $"'{requests[i].Name}' at {plan.Offsets[i]}, {requests[i].Size} elements";
    }

    private static InvalidArenaPlanException Invalid(string message) => new("Invalid arena plan: " + message);
}
