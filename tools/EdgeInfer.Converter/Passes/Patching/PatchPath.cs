namespace EdgeInfer.Converter.Passes.Patching;

/// <summary>
/// The cheapest way through a graph that stays within a number of bytes. From the first operator to the last, every one
/// either runs as it is or belongs to a stage that is run in bands; which bytes one needs does not depend on how the
/// others run, so that this is a shortest path: places between operators are its nodes, operators and stages its edges.
/// </summary>
internal sealed class PatchPath
{
    private readonly GraphLoads _loads;
    private readonly ILookup<int, PatchCandidate> _byEnd;

    /// <summary>Lists all stages with all numbers of bands.</summary>
    /// <param name="loads">What the graph needs.</param>
    public PatchPath(GraphLoads loads)
    {
        _loads = loads;
        _byEnd = PatchStage.FindAll(loads.Graph)
            .SelectMany(stage => Enumerable.Range(2, stage.Rows - 1).Select(bands => PatchCandidate.Of(stage, bands, loads)))
            .OfType<PatchCandidate>()
            .ToLookup(c => c.Stage.End);
        Candidates = [.. _byEnd.SelectMany(c => c)];
    }

    /// <summary>All stages with all numbers of bands.</summary>
    public IReadOnlyList<PatchCandidate> Candidates { get; }

    /// <summary>Finds the cheapest way.</summary>
    /// <param name="bytes">Bytes that 8-bit tensors may take at any time.</param>
    /// <returns>The stages to run in bands, in order; null where there is no way.</returns>
    public IReadOnlyList<PatchCandidate>? Find(long bytes)
    {
        int operators = _loads.Graph.Operators.Count;
        (long Macs, int Bands)?[] costs = new (long, int)?[operators + 1];
        PatchCandidate?[] lastStages = new PatchCandidate?[operators + 1];
        costs[0] = (0, 0);
        for (int end = 1; end <= operators; end++)
        {
            if (_loads.Of(end - 1) <= bytes) costs[end] = costs[end - 1];
            foreach (PatchCandidate candidate in _byEnd[end])
            {
                if (candidate.Bytes > bytes || costs[candidate.Stage.Start] is not { } before) continue;

                (long Macs, int Bands) cost = (before.Macs + candidate.ExtraMacs, before.Bands + candidate.Bands);
                if (costs[end] is { } best && best.CompareTo(cost) <= 0) continue;
                costs[end] = cost;
                lastStages[end] = candidate;
            }
        }

        if (costs[operators] is null) return null;

        List<PatchCandidate> stages = [];
        for (int end = operators; end > 0; end = lastStages[end]?.Stage.Start ?? end - 1)
        {
            if (lastStages[end] is { } stage) stages.Insert(0, stage);
        }

        return stages;
    }

    /// <summary>Bytes that a way needs.</summary>
    /// <param name="stages">The stages that run in bands.</param>
    /// <returns>The most that 8-bit tensors take at any time.</returns>
    public long BytesOf(IReadOnlyList<PatchCandidate> stages)
    {
        IEnumerable<int> others = Enumerable.Range(0, _loads.Graph.Operators.Count).Where(i => stages.All(s => i < s.Stage.Start || i >= s.Stage.End));
        return stages.Select(s => s.Bytes).Concat(others.Select(_loads.Of)).DefaultIfEmpty().Max();
    }

    /// <summary>The fewest bytes for which there is a way.</summary>
    /// <returns>The bytes.</returns>
    public long Smallest()
    {
        long[] steps = [.. Candidates.Select(c => c.Bytes).Concat(Enumerable.Range(0, _loads.Graph.Operators.Count).Select(_loads.Of)).Distinct().Order()];
        int low = 0, high = steps.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Find(steps[middle]) is null) low = middle + 1;
            else high = middle;
        }

        return steps[low];
    }
}
