using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Streaming;

/// <summary>Writes the streamed model: a graph that takes new frames, computes new rows and keeps the others as its state.</summary>
/// <remarks>
/// Rows are kept in one of two forms. A *state* holds the rows that the next inference will need; an inference joins it with the new
/// rows to a window that it needs for a moment only. A *window* is a state with room for the new rows, moved on in place.
/// </remarks>
internal sealed class StreamedGraph
{
    /// <summary>Some rows of a tensor of the windowed model, and the tensor of the streamed model that holds them.</summary>
    private readonly record struct Piece(RowRange Rows, GraphTensor Tensor);

    private readonly TimeAnalysis _analysis;
    private readonly StreamSchedule _schedule;
    private readonly ZeroFrames _zeros;
    private readonly IReadOnlySet<GraphTensor> _windows;
    private readonly ModelGraph _graph;
    private readonly Dictionary<GraphTensor, Piece[]> _pieces = [];
    private readonly Dictionary<GraphTensor, GraphTensor> _wholes = [];

    private StreamedGraph(TimeAnalysis analysis, StreamSchedule schedule, ZeroFrames zeros, IReadOnlySet<GraphTensor> windows)
    {
        _analysis = analysis;
        _schedule = schedule;
        _zeros = zeros;
        _windows = windows;
        _graph = new ModelGraph(analysis.Graph.Name);
    }

    /// <summary>Makes the graph. The windowed one is left as it is; both share constants.</summary>
    /// <param name="analysis">The windowed model.</param>
    /// <param name="schedule">What is computed and what is kept.</param>
    /// <param name="zeros">What tensors start from.</param>
    /// <param name="windows">Tensors of which a window is moved on in place; of the others a state is kept.</param>
    /// <returns>The streamed model.</returns>
    public static ModelGraph Of(TimeAnalysis analysis, StreamSchedule schedule, ZeroFrames zeros, IReadOnlySet<GraphTensor> windows)
    {
        StreamedGraph streamed = new(analysis, schedule, zeros, windows);
        streamed.AddInput();
        foreach (Operator op in analysis.Graph.Operators) streamed.Add(op);
        foreach (GraphTensor output in analysis.Graph.Outputs)
        {
            streamed._graph.Outputs.Add(analysis.Tensors.ContainsKey(output) ? streamed.Rows(output, schedule.OutputRows(output)) : streamed._wholes[output]);
        }

        return streamed._graph;
    }

    private void AddInput()
    {
        GraphTensor input = _analysis.Input;
        RowRange fresh = new(_analysis.WindowFrames - _schedule.Hop, _analysis.WindowFrames);
        GraphTensor frames = TensorFor(input, fresh, input.Name);
        _graph.Inputs.Add(frames);
        _pieces.Add(input, WithState(input, [new Piece(fresh, frames)], "input"));
    }

    private void Add(Operator op)
    {
        if (_analysis.RuleOf(op) is not { } rule)
        {
            GraphTensor[] results = [.. op.Outputs.Select(t => new GraphTensor(t.Name, t.Type, t.Shape) { Quantization = t.Quantization })];
            for (int i = 0; i < results.Length; i++) _wholes.Add(op.Outputs[i], results[i]);
            _graph.Operators.Add(op.With([.. op.Inputs.Select(Whole)], results));
            return;
        }

        IReadOnlyList<RowRange> blocks = _schedule.BlocksOf(op);
        GraphTensor[][] outputs = new GraphTensor[blocks.Count][];
        for (int b = 0; b < outputs.Length; b++)
        {
            RowRange seen = rule.Taps.RowsFor(blocks[b]), rows = new(Math.Max(0, seen.First), Math.Min(_analysis.Tensors[op.Inputs[rule.Images[0]]!].Rows, seen.End));
            GraphTensor?[] inputs = [.. op.Inputs];
            foreach (int i in rule.Images) inputs[i] = Rows(inputs[i]!, rows);
            outputs[b] = [.. op.Outputs.Select(t => _analysis.Tensors.ContainsKey(t) ? TensorFor(t, blocks[b], t.Name) : new GraphTensor(t.Name, t.Type, t.Shape) { Quantization = t.Quantization })];
            _graph.Operators.Add(rule.Band(op, blocks[b], rows, inputs, outputs[b]));
        }

        for (int i = 0; i < op.Outputs.Length && outputs.Length > 0; i++)
        {
            GraphTensor output = op.Outputs[i];
            if (_analysis.Tensors.ContainsKey(output)) _pieces.Add(output, WithState(output, [.. blocks.Select((block, b) => new Piece(block, outputs[b][i]))], op.Label));
            else _wholes.Add(output, outputs[0][i]);
        }
    }

    /// <summary>Puts rows that are kept between those that were computed, and keeps what the next inference will need.</summary>
    private Piece[] WithState(GraphTensor tensor, Piece[] computed, string label)
    {
        if (!_schedule.Kept.TryGetValue(tensor, out RowRange kept)) return computed;

        Piece[] near = [.. computed.Where(p => p.Rows.End == kept.First || p.Rows.First == kept.End)];
        Piece joined = _windows.Contains(tensor) ? Window(tensor, kept, near, label) : State(tensor, kept, near, label);
        return [.. computed.Except(near), joined];
    }

    private Piece State(GraphTensor tensor, RowRange kept, Piece[] near, string label)
    {
        GraphTensor state = TensorFor(tensor, kept, $"{tensor.Name} state", isVariable: true), before = TensorFor(tensor, kept, state.Name);
        _graph.Operators.Add(new ReadVariable(state, before) { Label = label });
        Piece joined = Join(tensor, [.. near.Append(new Piece(kept, before)).OrderBy(p => p.Rows.First)], label);
        GraphTensor next = Cut(tensor, joined, NextOf(tensor, kept), label);
        _graph.Operators.Add(new AssignVariable(next, state) { Label = label });
        return joined;
    }

    private Piece Window(GraphTensor tensor, RowRange kept, Piece[] near, string label)
    {
        RowRange rows = near.Select(p => p.Rows).Aggregate(kept, RowRange.Around);
        GraphTensor window = TensorFor(tensor, rows, $"{tensor.Name} window", isVariable: true), moved = TensorFor(tensor, rows, tensor.Name);
        int row = _analysis.Tensors[tensor].Layout.Inner;
        int[] starts = [.. near.Select(p => (p.Rows.First - rows.First) * row)];
        int from = (NextOf(tensor, kept).First - rows.First) * row, to = (kept.First - rows.First) * row;
        _graph.Operators.Add(new MoveWindow(window, from, to, kept.Count * row, [.. near.Select(p => p.Tensor)], starts) { Label = label });
        _graph.Operators.Add(new ReadVariable(window, moved) { Label = label });
        return new Piece(rows, moved);
    }

    /// <summary>Where the rows are now that will be the kept ones when the window has moved on.</summary>
    private RowRange NextOf(GraphTensor tensor, RowRange kept)
    {
        int fresh = _schedule.Hop / _analysis.Tensors[tensor].FramesPerRow;
        return new RowRange(kept.First + fresh, kept.End + fresh);
    }

    private Piece Join(GraphTensor tensor, Piece[] pieces, string label)
    {
        RowRange rows = new(pieces[0].Rows.First, pieces[^1].Rows.End);
        GraphTensor whole = TensorFor(tensor, rows, tensor.Name);
        int dimension = _analysis.Tensors[tensor].Layout.DimensionIn(tensor.Shape);
        _graph.Operators.Add(new Concatenation([.. pieces.Select(p => p.Tensor)], dimension, whole, FusedActivation.None) { Label = label });
        return new Piece(rows, whole);
    }

    private GraphTensor Cut(GraphTensor tensor, Piece piece, RowRange rows, string label)
    {
        if (piece.Rows == rows) return piece.Tensor;

        GraphTensor part = TensorFor(tensor, rows, tensor.Name);
        _graph.Operators.Add(TimeSlice.Of(_analysis.Tensors[tensor].Layout, tensor.Shape, piece.Tensor, piece.Rows, part, rows, label));
        return part;
    }

    private GraphTensor Rows(GraphTensor tensor, RowRange rows)
    {
        Piece piece = Array.Find(_pieces[tensor], p => p.Rows.First <= rows.First && rows.End <= p.Rows.End);
        return Cut(tensor, piece, rows, _analysis.Graph.WriterOf(tensor)?.Label ?? "input");
    }

    private GraphTensor? Whole(GraphTensor? tensor) => tensor switch
    {
        null => null,
        { IsConstant: true } => tensor,
        _ when _analysis.Tensors.TryGetValue(tensor, out TimedTensor? timed) => Rows(tensor, new RowRange(0, timed.Rows)),
        _ => _wholes[tensor],
    };

    private GraphTensor TensorFor(GraphTensor tensor, RowRange rows, string name, bool isVariable = false)
    {
        TimeLayout layout = _analysis.Tensors[tensor].Layout;
        return new GraphTensor(name, tensor.Type, layout.ShapeWith(tensor.Shape, rows.Count))
        {
            Quantization = tensor.Quantization,
            IsVariable = isVariable,
            InitialData = isVariable ? _zeros.RowsOf(tensor, layout, rows) : null,
        };
    }
}
