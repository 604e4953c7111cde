using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Streaming;

/// <summary>
/// What a streamed model computes anew when its window moves on, and what it keeps. All rows are counted as the window has them
/// that ends with the newest frame.
/// </summary>
/// <remarks>
/// Worked out from the last operator to the first: rows of an output ask for rows of the inputs. Clean rows older than the new
/// ones were computed before and are kept; rows that see padding in time are computed again, and so is what needs all rows.
/// </remarks>
internal sealed class StreamSchedule
{
    private readonly TimeAnalysis _analysis;
    private readonly Dictionary<GraphTensor, bool[]> _needed = [];
    private readonly Dictionary<GraphTensor, RowRange> _kept = [];
    private readonly Dictionary<Operator, RowRange[]> _blocks = [];
    private readonly ProblemList _problems = new();

    private StreamSchedule(TimeAnalysis analysis, int hop)
    {
        _analysis = analysis;
        Hop = hop;
    }

    /// <summary>New frames an inference.</summary>
    public int Hop { get; }

    /// <summary>Rows that are kept from before, the rows that take their place at the next inference being as many.</summary>
    public IReadOnlyDictionary<GraphTensor, RowRange> Kept => _kept;

    /// <summary>Plans a streamed model.</summary>
    /// <param name="analysis">The windowed model.</param>
    /// <param name="hop">New frames an inference; null for as few as possible.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ConversionException">The window cannot move on by so many frames.</exception>
    public static StreamSchedule Plan(TimeAnalysis analysis, int? hop)
    {
        int smallest = analysis.Tensors.Values.Where(t => t.Clean.Count > 1).Select(t => t.FramesPerRow).Aggregate(1, LeastCommonMultiple);
        StreamSchedule schedule = new(analysis, hop ?? smallest);
        if (schedule.Hop >= analysis.WindowFrames)
        {
            string frames = hop is null ? "its strides ask for a hop of" : "there is nothing to keep with a hop of";
            throw new ConversionException(analysis.Graph.Name, "the hop", $"{frames} {schedule.Hop} frames, the window has {analysis.WindowFrames}", hop is null ? "Convert it without --stream" : $"Give a smaller --hop, such as {smallest}", ErrorCode.Streaming);
        }

        if (schedule.Hop % smallest != 0)
        {
            GraphTensor slow = analysis.Tensors.First(t => t.Value.Clean.Count > 1 && !t.Value.MovesBy(schedule.Hop)).Key;
            Operator writer = analysis.Graph.WriterOf(slow)!;
            schedule._problems.Add(writer, $"it has a row for every {analysis.Tensors[slow].FramesPerRow} frames, so that a hop of {schedule.Hop} would shift its rows against those before", $"Give --hop {smallest} or a multiple of it", ErrorCode.Streaming);
            schedule._problems.ThrowIfAny(analysis.Graph.Name);
        }

        schedule.GoBackwards();
        return schedule;
    }

    /// <summary>Rows of its outputs that an operator computes at every inference.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>One or two ranges; none where nobody needs its outputs.</returns>
    public IReadOnlyList<RowRange> BlocksOf(Operator op) => _blocks[op];

    /// <summary>Tells whether an operator computes all its rows at every inference, though it has several.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>True where it does.</returns>
    public bool ComputesAll(Operator op) =>
        _analysis.Tensors.TryGetValue(op.Output, out TimedTensor? timed) && _blocks[op].Sum(b => b.Count) == timed.Rows;

    /// <summary>Rows of a graph output that a streamed model gives: the new ones, or all where the newest are not final.</summary>
    /// <param name="tensor">The output.</param>
    /// <returns>The rows.</returns>
    public RowRange OutputRows(GraphTensor tensor)
    {
        TimedTensor timed = _analysis.Tensors[tensor];
        RowRange fresh = timed.NewAfter(Hop);
        return fresh.Count > 0 && fresh.End == timed.Rows ? fresh : new RowRange(0, timed.Rows);
    }

    private void GoBackwards()
    {
        foreach (GraphTensor output in _analysis.Graph.Outputs.Where(_analysis.Tensors.ContainsKey)) Need(output, OutputRows(output));
        foreach (Operator op in Enumerable.Reverse(_analysis.Graph.Operators))
        {
            if (_analysis.RuleOf(op) is not { } rule)
            {
                foreach (GraphTensor image in op.Inputs.OfType<GraphTensor>().Where(_analysis.Tensors.ContainsKey)) Need(image, new RowRange(0, _analysis.Tensors[image].Rows));
                continue;
            }

            _blocks[op] = Blocks(op, rule);
            foreach (RowRange block in _blocks[op])
            {
                foreach (int i in rule.Images) Need(op.Inputs[i]!, InputRows(op, rule, block));
            }
        }

        GraphTensor input = _analysis.Input;
        Keep(input, new RowRange(_analysis.WindowFrames - Hop, _analysis.WindowFrames));
    }

    private RowRange[] Blocks(Operator op, TimeRule rule)
    {
        GraphTensor[] outputs = [.. op.Outputs.Where(_analysis.Tensors.ContainsKey)];
        if (outputs.Length == 0) return [new RowRange(0, 1)];

        TimedTensor timed = _analysis.Tensors[outputs[0]];
        bool[] needed = new bool[timed.Rows];
        foreach (GraphTensor output in outputs.Where(_needed.ContainsKey))
        {
            for (int row = 0; row < needed.Length; row++) needed[row] |= _needed[output][row];
        }

        RowRange all = Hull(needed, 0, needed.Length), fresh = timed.NewAfter(Hop);
        if (all.Count == 0) return [];
        if (fresh.Count == 0) return [all];

        bool keeps = false;
        foreach (GraphTensor output in outputs) keeps |= Keep(output, fresh);
        if (keeps) Array.Fill(needed, true, fresh.First, fresh.Count);
        RowRange[] blocks = [.. ((RowRange[])[Hull(needed, 0, timed.Clean.First), Hull(needed, fresh.First, needed.Length)]).Where(r => r.Count > 0)];
        if (blocks.All(b => InputRows(op, rule, b).Count > 0)) return blocks;

        // Rows that see nothing but padding are computed together with others.
        foreach (GraphTensor output in outputs) _kept.Remove(output);
        return [new RowRange(0, timed.Rows)];
    }

    /// <summary>Keeps the rows of a tensor that were computed before and are needed, and all between them and the new ones.</summary>
    private bool Keep(GraphTensor tensor, RowRange fresh)
    {
        if (!_needed.TryGetValue(tensor, out bool[]? needed)) return false;

        int first = Hull(needed, _analysis.Tensors[tensor].Clean.First, fresh.First).First;
        if (first >= fresh.First) return false;

        _kept.Add(tensor, new RowRange(first, fresh.First));
        return true;
    }

    private RowRange InputRows(Operator op, TimeRule rule, RowRange output)
    {
        RowRange rows = rule.Taps.RowsFor(output);
        return new RowRange(Math.Max(0, rows.First), Math.Min(_analysis.Tensors[op.Inputs[rule.Images[0]]!].Rows, rows.End));
    }

    private void Need(GraphTensor tensor, RowRange rows)
    {
        if (!_needed.TryGetValue(tensor, out bool[]? needed)) _needed.Add(tensor, needed = new bool[_analysis.Tensors[tensor].Rows]);
        Array.Fill(needed, true, rows.First, rows.Count);
    }

    /// <summary>The smallest range around the rows that are needed within bounds; empty at its end where there are none.</summary>
    private static RowRange Hull(bool[] needed, int first, int end)
    {
        while (first < end && !needed[first]) first++;
        while (end > first && !needed[end - 1]) end--;
        return new RowRange(first, end);
    }

    private static int LeastCommonMultiple(int a, int b)
    {
        int multiple = a;
        while (multiple % b != 0) multiple += a;
        return multiple;
    }
}
