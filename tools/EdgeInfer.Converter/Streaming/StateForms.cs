using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using EdgeInfer.Converter.Passes;

namespace EdgeInfer.Converter.Streaming;

/// <summary>
/// Chooses for every tensor of which rows are kept whether a state or a window is, so that the arena is as small as possible: a state
/// is smaller all the time, a window is not held twice for a moment.
/// </summary>
internal static class StateForms
{
    /// <summary>Makes the streamed model with the smallest arena that is found.</summary>
    /// <param name="analysis">The windowed model.</param>
    /// <param name="schedule">What is computed and what is kept.</param>
    /// <param name="scratchBytes">Scratch that kernels may take.</param>
    /// <returns>The streamed model.</returns>
    /// <remarks>
    /// Windows are needed one after the other, so that the largest decides what states cost beyond themselves: it is of no use to move
    /// one on in place and hold a larger one twice. What is left are the sets of all windows above some size.
    /// </remarks>
    public static ModelGraph SmallestOf(TimeAnalysis analysis, StreamSchedule schedule, int scratchBytes)
    {
        ZeroFrames zeros = ZeroFrames.Run(analysis.Graph, schedule.Kept.Keys);
        ILookup<int, GraphTensor> bySize = schedule.Kept.Keys.Where(t => analysis.Tensors[t].Layout.Outer == 1).ToLookup(WindowSize);
        HashSet<GraphTensor> windows = [], best = [];
        long smallest = Bytes(windows);
        foreach (IGrouping<int, GraphTensor> size in bySize.OrderByDescending(g => g.Key))
        {
            windows.UnionWith(size);
            long bytes = Bytes(windows);
            if (bytes >= smallest) continue;

            smallest = bytes;
            best = [.. windows];
        }

        return Make(best);

        int WindowSize(GraphTensor tensor)
        {
            TimedTensor timed = analysis.Tensors[tensor];
            return (schedule.Kept[tensor].Count + timed.NewAfter(schedule.Hop).Count) * timed.Layout.Inner;
        }

        ModelGraph Make(IReadOnlySet<GraphTensor> windows) => StreamedGraph.Of(analysis, schedule, zeros, windows);

        long Bytes(IReadOnlySet<GraphTensor> windows)
        {
            ModelGraph graph = Make(windows);
            PassPipeline.Run(graph);
            return ArenaLayout.Plan(Packer.Pack(graph, scratchBytes), inPlace: true).Bytes;
        }
    }
}
