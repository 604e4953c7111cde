using System.Globalization;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Passes.Patching;

/// <summary>How a graph is made to fit an arena.</summary>
/// <param name="Graph">The graph to pack.</param>
/// <param name="ScratchBytes">Scratch that kernels may take.</param>
/// <param name="Stages">The stages that run in bands; none where the graph is as it was.</param>
internal sealed record PatchPlan(ModelGraph Graph, int ScratchBytes, IReadOnlyList<PatchCandidate> Stages)
{
    /// <summary>Says what a limit led to.</summary>
    /// <param name="graph">The graph that is packed.</param>
    /// <param name="limit">The limit.</param>
    /// <returns>One line; none where there is no limit.</returns>
    public IEnumerable<string> Describe(ModelGraph graph, int? limit)
    {
        if (limit is null) yield break;

        IEnumerable<string> stages = Stages.Select(s => $"{s.Stage.Operators[0].Label} to {s.Stage.Operators[^1].Label} in {s.Bands} bands");
        long extra = Stages.Sum(s => s.ExtraMacs);
        string cost = string.Create(CultureInfo.InvariantCulture, $"{extra} extra multiply-accumulates, {100.0 * extra / Math.Max(1, graph.Macs - extra):0.0} %");
        yield return Stages.Count == 0 ? $"arena limit of {limit} bytes: met without bands" : $"arena limit of {limit} bytes: {string.Join(", ", stages)}; {cost}";
    }
}

/// <summary>
/// Finds the stages and numbers of bands that keep an arena within a limit at the cost of the fewest extra
/// multiply-accumulates.
/// </summary>
internal static class PatchSearch
{
    /// <summary>Chooses how a graph is run.</summary>
    /// <param name="graph">The graph, after all other passes.</param>
    /// <param name="limit">Bytes that the arena may take; null for no limit.</param>
    /// <param name="scratch">Bytes of scratch for kernels that run faster with more; null for what <see cref="ScratchBudget"/> gives.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ConversionException">The limit cannot be met; the message names the smallest arena that was found.</exception>
    public static PatchPlan Fit(ModelGraph graph, int? limit, int? scratch)
    {
        if (limit is not { } bytes) return new PatchPlan(graph, scratch ?? ScratchBudget.For(graph), []);

        long smallest = ArenaBytes(graph, 0);
        if (smallest <= bytes) return WithScratch(graph, [], bytes, scratch);

        PatchPath path = new(new GraphLoads(graph));
        if (Search(graph, path, bytes, bytes, scratch, ref smallest) is { } plan) return plan;
        if (Search(graph, path, path.Smallest(), bytes, scratch, ref smallest) is { } least) return least;

        throw new ConversionException(
            graph.Name,
            "the arena",
            $"it cannot be made smaller than {smallest} bytes, the limit is {bytes}",
            $"Allow {smallest} bytes, or use a model with smaller images",
            ErrorCode.Budget);
    }

    /// <summary>
    /// Looks for a way within the limit. What paths count is 8 and 16-bit tensors without scratch; where the planned arena turns out
    /// larger than the limit, the next path may use less than this one.
    /// </summary>
    private static PatchPlan? Search(ModelGraph graph, PatchPath path, long start, int limit, int? scratch, ref long smallest)
    {
        for (long allowed = start; path.Find(allowed) is { } stages;)
        {
            ModelGraph patched = PatchedGraph.Of(graph, stages);
            long bytes = ArenaBytes(patched, 0);
            if (bytes <= limit) return WithScratch(patched, stages, limit, scratch);

            smallest = Math.Min(smallest, bytes);
            allowed = path.BytesOf(stages) - 1;
        }

        return null;
    }

    /// <summary>Gives kernels the most scratch that the limit leaves, and no more than they would get without one.</summary>
    private static PatchPlan WithScratch(ModelGraph graph, IReadOnlyList<PatchCandidate> stages, int limit, int? scratch)
    {
        int least = 0, most = scratch ?? ScratchBudget.For(graph);
        if (ArenaBytes(graph, most) <= limit) return new PatchPlan(graph, most, stages);

        while (most - least > 1)
        {
            int middle = least + ((most - least) / 2);
            if (ArenaBytes(graph, middle) <= limit) least = middle;
            else most = middle;
        }

        return new PatchPlan(graph, least, stages);
    }

    private static long ArenaBytes(ModelGraph graph, int scratchBytes)
    {
        Packer packer = Packer.Pack(graph, scratchBytes);
        bool fitsFormat = packer.Tensors.Count <= BlobFormat.MaximumTensors && packer.MainProgram.Count <= BlobFormat.MaximumRecords;
        return fitsFormat ? ArenaLayout.Plan(packer, inPlace: true).Bytes : BlobFormat.MaximumArenaBytes;
    }
}
