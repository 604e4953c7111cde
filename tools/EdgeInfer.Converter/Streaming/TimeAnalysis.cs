using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Streaming;

/// <summary>Follows time through a windowed model: which tensors have rows, and how every operator makes them.</summary>
internal sealed class TimeAnalysis
{
    private readonly Dictionary<GraphTensor, TimedTensor> _tensors = [];
    private readonly Dictionary<Operator, TimeRule> _rules = [];
    private readonly Dictionary<Operator, string> _wholes = [];

    private TimeAnalysis(ModelGraph graph)
    {
        Graph = graph;
    }

    /// <summary>The windowed model.</summary>
    public ModelGraph Graph { get; }

    /// <summary>Its input: one window of frames.</summary>
    public GraphTensor Input => Graph.Inputs[0];

    /// <summary>Frames of a window.</summary>
    public int WindowFrames => _tensors[Input].Rows;

    /// <summary>Operators that need all rows of a tensor at once, and why.</summary>
    public IReadOnlyDictionary<Operator, string> Wholes => _wholes;

    /// <summary>Tensors with rows.</summary>
    public IReadOnlyDictionary<GraphTensor, TimedTensor> Tensors => _tensors;

    /// <summary>True where an operator pads in time.</summary>
    public bool HasPadding => _tensors.Values.Any(t => t.Clean != new RowRange(0, t.Rows));

    /// <summary>Analyses a model.</summary>
    /// <param name="graph">The model, simplified, its operators checked.</param>
    /// <param name="timeAxis">Dimension of the first image that is time; null to find it.</param>
    /// <returns>The analysis.</returns>
    /// <exception cref="ConversionException">The model has no windows of frames.</exception>
    public static TimeAnalysis Of(ModelGraph graph, int? timeAxis)
    {
        TimeAnalysis analysis = new(graph);
        TimeLayout layout = FrameInput.Find(graph, timeAxis);
        analysis._tensors.Add(analysis.Input, new TimedTensor(layout, 1, new RowRange(0, layout.Rows)));
        foreach (Operator op in graph.Operators) analysis.Follow(op);
        return analysis;
    }

    /// <summary>The rule of an operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The rule; null where it needs all rows at once, or none.</returns>
    public TimeRule? RuleOf(Operator op) => _rules.GetValueOrDefault(op);

    private void Follow(Operator op)
    {
        if (!op.Inputs.Any(t => t is not null && _tensors.ContainsKey(t))) return;

        if (TimeRule.Of(op, t => _tensors.GetValueOrDefault(t)?.Layout, out string reason) is not { } rule)
        {
            _wholes.Add(op, reason);
            return;
        }

        TimedTensor[] images = [.. rule.Images.Select(i => _tensors[op.Inputs[i]!])];
        if (images.Any(t => t.FramesPerRow != images[0].FramesPerRow))
        {
            _wholes.Add(op, "its operands have a row for different numbers of frames");
            return;
        }

        _rules.Add(op, rule);
        RowRange[] clean = [.. images.Select(t => rule.Taps.RowsWithin(t.Clean))];
        for (int i = 0; i < op.Outputs.Length; i++)
        {
            int rows = rule.Outputs[i].Rows, first = Math.Max(0, clean.Max(c => c.First)), end = Math.Min(rows, clean.Min(c => c.End));
            if (rows == 1) continue;

            _tensors.Add(op.Outputs[i], new TimedTensor(rule.Outputs[i], images[0].FramesPerRow * rule.Taps.Stride, end > first ? new RowRange(first, end) : new RowRange(0, 0)));
        }
    }
}
