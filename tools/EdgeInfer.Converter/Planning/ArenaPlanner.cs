namespace EdgeInfer.Converter.Planning;

/// <summary>
/// Finds the smallest arena: an offset for every storage, and which operators run in place. Each segment is planned by itself,
/// by quick heuristics as long as they meet the lower bound and by an exact search where they do not. The same input gives
/// the same plan on every machine.
/// </summary>
public static class ArenaPlanner
{
    /// <summary>Plans an arena.</summary>
    /// <param name="requests">The storages. An index into this list is how candidates and the plan refer to a storage.</param>
    /// <param name="candidates">Operators that may run in place; an empty list means none.</param>
    /// <exception cref="ArgumentException">A request or candidate contradicts what its documentation promises.</exception>
    public static ArenaPlan Plan(IReadOnlyList<ArenaRequest> requests, IReadOnlyList<AliasCandidate> candidates)
    {
        Check(requests, candidates);
        var offsets = new int[requests.Count];
        var merges = new List<AliasCandidate>();
        var segments = new List<SegmentPlan>();
        foreach (var segment in ArenaSegments.All)
        {
            // Storages without elements cannot overlap anything; they stay at offset 0 and out of the search.
            int[] members = [.. Enumerable.Range(0, requests.Count).Where(i => requests[i].Segment == segment && requests[i].Size > 0)];
            segments.Add(PlanSegment(segment, members, requests, candidates, offsets, merges));
        }
        return new ArenaPlan(requests, offsets, [.. merges.OrderBy(m => m.OperatorIndex).ThenBy(m => m.InputStorage)], segments);
    }

    private static SegmentPlan PlanSegment(
        ArenaSegment segment,
        int[] members,
        IReadOnlyList<ArenaRequest> requests,
        IReadOnlyList<AliasCandidate> candidates,
        int[] offsets,
        List<AliasCandidate> merges)
    {
        var numberOf = members.Select((request, number) => (request, number)).ToDictionary(m => m.request, m => m.number);
        var usable = candidates.Distinct().Where(c => numberOf.ContainsKey(c.InputStorage) && numberOf.ContainsKey(c.OutputStorage)).ToList();
        int start = members.Select(m => requests[m].FirstUse).DefaultIfEmpty().Min();
        var problem = new SegmentProblem(
            Array.ConvertAll(members, m => requests[m].Size),
            Array.ConvertAll(members, m => requests[m].FirstUse - start),
            Array.ConvertAll(members, m => requests[m].LastUse - start),
            [.. usable.Select(c => (numberOf[c.InputStorage], numberOf[c.OutputStorage]))]);

        int[] packed = HeuristicPacker.Pack(problem);
        int provenMinimum = problem.AnyMergeLowerBound;
        if (problem.Height(packed) > provenMinimum)
            (packed, provenMinimum) = ExactPacker.Improve(problem, packed);

        for (int i = 0; i < members.Length; i++)
            offsets[members[i]] = packed[i];
        var used = usable.Where(c => offsets[c.InputStorage] == offsets[c.OutputStorage]).ToList();
        merges.AddRange(used);
        int lowerBound = problem.LowerBound(used.Select(c => (numberOf[c.InputStorage], numberOf[c.OutputStorage])));
        return new SegmentPlan(segment, problem.Height(packed), lowerBound, problem.AnyMergeLowerBound, provenMinimum);
    }

    private static void Check(IReadOnlyList<ArenaRequest> requests, IReadOnlyList<AliasCandidate> candidates)
    {
        foreach (var r in requests)
        {
            if (!Enum.IsDefined(r.Segment))
                throw new ArgumentException($"Storage '{r.Name}': segment {(int)r.Segment} does not exist.", nameof(requests));
            if (r.Size < 0)
                throw new ArgumentException($"Storage '{r.Name}': size {r.Size} is negative.", nameof(requests));
            if (r.FirstUse < -1 || r.LastUse < r.FirstUse)
                throw new ArgumentException($"Storage '{r.Name}': uses from operator {r.FirstUse} to {r.LastUse} are no lifetime.", nameof(requests));
        }
        foreach (var segment in requests.GroupBy(r => r.Segment, r => (long)r.Size))
            if (segment.Sum() > int.MaxValue)
                throw new ArgumentException($"The storages of {segment.Key} have more than {int.MaxValue} elements in total.", nameof(requests));

        foreach (var c in candidates)
        {
            if (c.InputStorage < 0 || c.InputStorage >= requests.Count || c.OutputStorage < 0 || c.OutputStorage >= requests.Count)
                throw new ArgumentException($"{c}: there are {requests.Count} storages.", nameof(candidates));
            var (input, output) = (requests[c.InputStorage], requests[c.OutputStorage]);
            string? reason =
                c.InputStorage == c.OutputStorage ? "they are the same storage already"
                : input.Segment != output.Segment ? $"one is in {input.Segment}, the other in {output.Segment}"
                : output.Size > input.Size ? $"the output has {output.Size} elements, the input only {input.Size}"
                : input.LastUse != c.OperatorIndex ? $"the input is in use until operator {input.LastUse}"
                : output.FirstUse != c.OperatorIndex ? $"the output is in use from operator {output.FirstUse}"
                : input.FirstUse >= c.OperatorIndex ? "the input is not made by an earlier operator"
                : null;
            if (reason is not null)
                throw new ArgumentException($"Operator {c.OperatorIndex} cannot turn '{input.Name}' into '{output.Name}' in place: {reason}.", nameof(candidates));
        }
    }
}
