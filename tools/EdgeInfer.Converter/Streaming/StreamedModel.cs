using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using EdgeInfer.Converter.Passes;

namespace EdgeInfer.Converter.Streaming;

/// <summary>A windowed model made to take new frames only: the graph, what it saves, and the means to check it.</summary>
public sealed class StreamedModel
{
    private readonly TimeAnalysis _analysis;
    private readonly StreamSchedule _schedule;

    private StreamedModel(TimeAnalysis analysis, StreamSchedule schedule)
    {
        _analysis = analysis;
        _schedule = schedule;
        WindowMacs = analysis.Graph.Macs;
        ScratchBytes = ScratchBudget.For(analysis.Graph);
        Graph = StateForms.SmallestOf(analysis, schedule, ScratchBytes);
    }

    /// <summary>The streamed model.</summary>
    public ModelGraph Graph { get; }

    /// <summary>The windowed model of which every inference gives the outputs; its input is a whole window.</summary>
    public ModelGraph Windowed => _analysis.Graph;

    /// <summary>New frames an inference.</summary>
    public int HopFrames => _schedule.Hop;

    /// <summary>Frames of a window.</summary>
    public int WindowFrames => _analysis.WindowFrames;

    /// <summary>Inferences after a reset until a whole window has gone in.</summary>
    public int WarmUpInferences => (WindowFrames + HopFrames - 1) / HopFrames;

    /// <summary>Multiply-accumulates of the windowed model.</summary>
    public long WindowMacs { get; }

    /// <summary>
    /// Scratch that kernels may take: as much as those of the windowed model. Few rows make small activations, of which a share would be too
    /// little for convolutions to take their positions together.
    /// </summary>
    internal int ScratchBytes { get; }

    /// <summary>Removes padding in time from a windowed model, or lets frames take its place.</summary>
    /// <param name="graph">The model, its operators checked; passes change it.</param>
    /// <param name="padding">What becomes of the padding; not <see cref="TimePadding.Keep"/>.</param>
    /// <param name="timeAxis">Dimension of the first image that is time; null to find it.</param>
    /// <param name="plans">Receives what was done, a line for people.</param>
    /// <returns>The windowed model.</returns>
    /// <exception cref="ConversionException">The model has no windows of frames, or a layer depends on the padding.</exception>
    internal static ModelGraph WithoutPadding(ModelGraph graph, TimePadding padding, int? timeAxis, List<string> plans)
    {
        PassPipeline.Simplify(graph);
        TimeAnalysis analysis = TimeAnalysis.Of(graph, timeAxis);
        if (!analysis.HasPadding)
        {
            plans.Add("no layer pads in time");
            return graph;
        }

        ModelGraph other = TimePaddingRemoval.Of(analysis, padding);
        plans.Add(padding == TimePadding.Drop
            ? "padding in time was dropped: the model is another one, with fewer rows behind its first layers"
            : Invariant($"frames took the place of padding in time: the model is another one, with a window of {TimeAnalysis.Of(other, timeAxis).WindowFrames} frames instead of {analysis.WindowFrames}"));
        return other;
    }

    /// <summary>Makes a streamed model.</summary>
    /// <param name="graph">The windowed model, its operators checked; passes change it.</param>
    /// <param name="hop">New frames an inference; null for as few as the strides allow.</param>
    /// <param name="timeAxis">Dimension of the first image that is time; null to find it.</param>
    /// <returns>The streamed model.</returns>
    /// <exception cref="ConversionException">The model has no windows of frames, cannot move on by the hop, or nothing would be saved.</exception>
    public static StreamedModel Of(ModelGraph graph, int? hop, int? timeAxis)
    {
        PassPipeline.Simplify(graph);
        TimeAnalysis analysis = TimeAnalysis.Of(graph, timeAxis);
        StreamedModel model = new(analysis, StreamSchedule.Plan(analysis, hop));
        if (model.Graph.Macs >= model.WindowMacs) throw model.NothingSaved();
        return model;
    }

    /// <summary>Creates the means to hold the converted models against each other.</summary>
    /// <param name="windowed">The windowed model, converted.</param>
    /// <param name="streamed">The streamed model, converted.</param>
    /// <returns>The check.</returns>
    public StreamingCheck Check(Model windowed, Model streamed) => new(_analysis, _schedule, windowed, streamed);

    /// <summary>Writes what the blob says about it.</summary>
    /// <returns>Content of the chunk "STRM"; <see cref="StreamInfo"/> reads it.</returns>
    internal byte[] WriteChunk()
    {
        int[] words = [HopFrames, WindowFrames, Windowed.Inputs[0].Count / WindowFrames, WarmUpInferences, (int)WindowMacs, (int)(WindowMacs >> 32)];
        return MemoryMarshal.AsBytes<int>(words).ToArray();
    }

    /// <summary>Says what was done and what it came to.</summary>
    /// <returns>Lines for people.</returns>
    internal IEnumerable<string> Explain()
    {
        yield return Invariant($"streamed: {HopFrames} new of {WindowFrames} frames an inference, {Graph.Macs} of {WindowMacs} multiply-accumulates, {100.0 * Graph.Macs / WindowMacs:0.0} %");
        foreach ((Operator op, string reason) in _analysis.Wholes.Where(w => w.Key.Macs > 0)) yield return $"{op.Label} is computed whole: {reason}";
        foreach (Operator op in _analysis.Graph.Operators)
        {
            if (_analysis.RuleOf(op) is null || op.Macs == 0 || !_analysis.Tensors.TryGetValue(op.Output, out TimedTensor? timed)) continue;

            int rows = _schedule.BlocksOf(op).Sum(b => b.Count), fresh = HopFrames / timed.FramesPerRow;
            if (rows == timed.Rows) yield return $"{op.Label} computes all its {rows} rows: too few see no padding in time";
            else if (rows > fresh) yield return $"{op.Label} computes {rows} of {timed.Rows} rows for {fresh} new: the others see padding in time";
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private ConversionException NothingSaved()
    {
        ProblemList problems = new();
        foreach ((Operator op, string reason) in _analysis.Wholes.Where(w => w.Key.Macs > 0)) problems.Add(op, $"it cannot be streamed: {reason}", code: ErrorCode.Streaming);
        foreach (Operator op in _analysis.Graph.Operators.Where(op => _analysis.RuleOf(op) is not null && op.Macs > 0 && _schedule.ComputesAll(op)))
        {
            problems.Add(op, "too few of its rows see no padding in time to be kept", "Take --time-padding extend or drop, and retrain or at least test the model so", ErrorCode.Streaming);
        }

        string what = Invariant($"streaming would save nothing with a hop of {HopFrames} of {WindowFrames} frames: {Graph.Macs} multiply-accumulates instead of {WindowMacs}");
        return new ConversionException(_analysis.Graph.Name, [.. problems.Problems, new Problem("the model", what, "Convert it without --stream") { Code = ErrorCode.Streaming }]);
    }
}
