using CsCheck;
using EdgeInfer.Converter.Planning;

namespace EdgeInfer.Tests.Planning;

/// <summary>Storages and alias candidates to plan; prints as C# so that a failing one can be pasted into a test.</summary>
internal sealed record PlanningInstance(IReadOnlyList<ArenaRequest> Requests, IReadOnlyList<AliasCandidate> Candidates)
{
    public ArenaPlan Plan() => ArenaPlanner.Plan(Requests, Candidates);

    public override string ToString() =>
        string.Join("; ", Requests.Select(r => $"({r.Segment}, {r.Size}, {r.FirstUse}, {r.LastUse})"))
        + " | " + string.Join("; ", Candidates.Select(c => $"({c.OperatorIndex}, {c.InputStorage}, {c.OutputStorage})"));
}

/// <summary>Random instances, and short notations for literal ones.</summary>
internal static class PlanningInstances
{
    /// <summary>Int8 storages named a, b, c ... from (size, first use, last use).</summary>
    public static ArenaRequest[] Storages(params (int Size, int First, int Last)[] storages) =>
        [.. storages.Select((s, i) => new ArenaRequest(((char)('a' + i)).ToString(), ArenaSegment.Int8, s.Size, s.First, s.Last))];

    /// <summary>Arbitrary lifetimes and sizes in one segment, and a random part of all lawful alias candidates.</summary>
    public static Gen<PlanningInstance> Arbitrary(int maxStorages, int maxSize, int operators, bool aliases = true) =>
        from storages in (
            from size in Gen.Int[1, maxSize]
            from first in Gen.Int[-1, operators]
            from duration in Gen.Int[1, Math.Max(1, operators / 2)]
            select (size, first, Math.Min(first + duration - 1, operators))).Array[0, maxStorages]
        from mask in Gen.ULong
        let requests = Storages(storages)
        select new PlanningInstance(requests, aliases ? [.. Lawful(requests).Where((_, i) => (mask >> (i % 64) & 1) != 0)] : []);

    /// <summary>
    /// What networks look like: a row of operators, each making one tensor from the last one and now and then from an older one,
    /// some in place, some with scratch in another segment, and a few states.
    /// </summary>
    public static Gen<PlanningInstance> Network(int operators) =>
        from sizes in Gen.Int[1, 400].Array[operators + 1]
        from skips in Gen.Int[0, 12].Array[operators]
        from kinds in Gen.Int[0, 5].Array[operators]
        from states in Gen.Int[1, 50].Array[0, 3]
        select Build(operators, sizes, skips, kinds, states);

    /// <summary>All candidates the documentation of <see cref="AliasCandidate"/> allows.</summary>
    public static IEnumerable<AliasCandidate> Lawful(IReadOnlyList<ArenaRequest> requests) =>
        from a in Enumerable.Range(0, requests.Count)
        from b in Enumerable.Range(0, requests.Count)
        let input = requests[a]
        let output = requests[b]
        where input.Segment == output.Segment && input.LastUse == output.FirstUse
            && input.FirstUse < input.LastUse && output.Size <= input.Size
        select new AliasCandidate(output.FirstUse, a, b);

    private static PlanningInstance Build(int operators, int[] sizes, int[] skips, int[] kinds, int[] states)
    {
        var first = Enumerable.Range(-1, operators + 1).ToArray();
        var last = Enumerable.Range(0, operators + 1).ToArray();
        for (int op = 0; op < operators; op++)
            if (skips[op] is > 0 and < 5 && op >= skips[op])
                last[op - skips[op]] = Math.Max(last[op - skips[op]], op);
        for (int op = 0; op < operators; op++)
            if (kinds[op] is 0 or 1)
                sizes[op + 1] = sizes[op];

        var requests = new List<ArenaRequest>();
        for (int i = 0; i <= operators; i++)
            requests.Add(new ArenaRequest($"t{i}", ArenaSegment.Int8, sizes[i], first[i], last[i]));
        for (int op = 0; op < operators; op++)
            if (kinds[op] == 2)
                requests.Add(new ArenaRequest($"scratch{op}", ArenaSegment.Int32, sizes[op], op, op));
        for (int i = 0; i < states.Length; i++)
            requests.Add(new ArenaRequest($"state{i}", ArenaSegment.Int8, states[i], -1, operators));
        return new PlanningInstance(requests, [.. Lawful(requests).Where(c => kinds[c.OperatorIndex] is 0 or 3)]);
    }
}
