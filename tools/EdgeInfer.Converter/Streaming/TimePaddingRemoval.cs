using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Streaming;

/// <summary>Rewrites a windowed model so that no layer pads in time.</summary>
/// <remarks>
/// Rows are counted as the original has them. Dropping keeps of every tensor the rows that see no padding; extending keeps all
/// rows, for which the layers before need rows from before the first and behind the last: the window grows at both ends.
/// </remarks>
internal sealed class TimePaddingRemoval
{
    private readonly TimeAnalysis _analysis;
    private readonly TimePadding _padding;
    private readonly ModelGraph _graph;
    private readonly Dictionary<GraphTensor, RowRange> _rows = [];
    private readonly Dictionary<GraphTensor, GraphTensor> _made = [];
    private readonly ProblemList _problems = new();

    private TimePaddingRemoval(TimeAnalysis analysis, TimePadding padding)
    {
        _analysis = analysis;
        _padding = padding;
        _graph = new ModelGraph(analysis.Graph.Name);
    }

    /// <summary>Makes the model. The original is left as it is; both share constants.</summary>
    /// <param name="analysis">The windowed model.</param>
    /// <param name="padding">What becomes of the padding.</param>
    /// <returns>The new model.</returns>
    /// <exception cref="ConversionException">A layer depends on the number of rows.</exception>
    public static ModelGraph Of(TimeAnalysis analysis, TimePadding padding)
    {
        TimePaddingRemoval removal = new(analysis, padding);
        removal.GoBackwards();
        removal._problems.ThrowIfAny(analysis.Graph.Name);
        removal.Write();
        ProblemList problems = new();
        foreach (Operator op in removal._graph.Operators) op.Check(problems);
        problems.ThrowIfAny(analysis.Graph.Name);
        return removal._graph;
    }

    private bool Drops => _padding == TimePadding.Drop;

    /// <summary>Works out which rows of every tensor are needed.</summary>
    private void GoBackwards()
    {
        Need(_analysis.Input, new RowRange(0, _analysis.WindowFrames));
        foreach (GraphTensor output in _analysis.Graph.Outputs.Where(_analysis.Tensors.ContainsKey)) Need(output, All(output));
        foreach (Operator op in Enumerable.Reverse(_analysis.Graph.Operators))
        {
            if (_analysis.RuleOf(op) is { } rule)
            {
                GraphTensor[] wanted = [.. op.Outputs.Where(_rows.ContainsKey)];
                bool endsSequence = !op.Outputs.Any(_analysis.Tensors.ContainsKey);
                if (!endsSequence && wanted.Length == 0) continue;

                RowRange output = endsSequence ? new RowRange(0, 1) : wanted.Select(t => _rows[t]).Aggregate(RowRange.Around);
                RowRange input = IsPoolOverAll(op, rule) ? All(op.Input) : rule.Taps.RowsFor(output);
                foreach (int i in rule.Images) Need(op.Inputs[i]!, input);
                DemandClean(op, rule, input);
            }
            else
            {
                foreach (GraphTensor image in op.Inputs.OfType<GraphTensor>().Where(_analysis.Tensors.ContainsKey))
                {
                    Need(image, All(image));
                    if (op is not Mean && All(image).Count != _analysis.Tensors[image].Rows) Refuse(op, image);
                }
            }
        }
    }

    /// <summary>Where rows are dropped, what is left must be enough.</summary>
    private void DemandClean(Operator op, TimeRule rule, RowRange input)
    {
        GraphTensor image = op.Inputs[rule.Images[0]]!;
        RowRange clean = _analysis.Tensors[image].Clean;
        if (Drops && (clean.Count == 0 || input.First < clean.First || input.End > clean.End)) Refuse(op, image);
    }

    private void Refuse(Operator op, GraphTensor image) =>
        _problems.Add(op, $"without the rows that see padding in time, {_analysis.Tensors[image].Clean.Count} of {_analysis.Tensors[image].Rows} rows of '{image.Name}' are left, which it cannot be applied to", "Take --time-padding extend, which keeps their number", ErrorCode.Streaming);

    private RowRange All(GraphTensor tensor) => Drops ? _analysis.Tensors[tensor].Clean : new RowRange(0, _analysis.Tensors[tensor].Rows);

    private void Need(GraphTensor tensor, RowRange rows) => _rows[tensor] = _rows.TryGetValue(tensor, out RowRange others) ? RowRange.Around(rows, others) : rows;

    /// <summary>A pool over all rows, which makes one of however many there are.</summary>
    private bool IsPoolOverAll(Operator op, TimeRule rule) =>
        op is AveragePool2D or MaxPool2D && rule.Taps is { First: 0 } taps && taps.Count == _analysis.Tensors[op.Input].Rows;

    private void Write()
    {
        GraphTensor input = _analysis.Input;
        _made.Add(input, TensorFor(input));
        _graph.Inputs.Add(_made[input]);
        foreach (Operator op in _analysis.Graph.Operators) Add(op);
        _graph.Outputs.AddRange(_analysis.Graph.Outputs.Select(t => _analysis.Tensors.ContainsKey(t) ? Cut(_analysis.Graph.WriterOf(t)!, t, All(t)) : _made[t]));
    }

    private void Add(Operator op)
    {
        TimeRule? rule = _analysis.RuleOf(op);
        bool endsSequence = !op.Outputs.Any(_analysis.Tensors.ContainsKey);
        if (!endsSequence && !op.Outputs.Any(_rows.ContainsKey)) return;

        RowRange output = endsSequence ? new RowRange(0, 1) : op.Outputs.Where(_rows.ContainsKey).Select(t => _rows[t]).Aggregate(RowRange.Around);
        foreach (GraphTensor tensor in op.Outputs)
        {
            if (_analysis.Tensors.ContainsKey(tensor)) _rows[tensor] = output;
            _made.Add(tensor, TensorFor(tensor));
        }

        GraphTensor[] results = [.. op.Outputs.Select(t => _made[t])];
        GraphTensor?[] inputs = [.. op.Inputs.Select(t => t is null || t.IsConstant ? t : _made[t])];
        if (rule is null)
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                if (op.Inputs[i] is { } image && _analysis.Tensors.ContainsKey(image)) inputs[i] = Cut(op, image, All(image));
            }

            _graph.Operators.Add(op.With(inputs, results));
            return;
        }

        RowRange seen = IsPoolOverAll(op, rule) ? All(op.Input) : rule.Taps.RowsFor(output);
        foreach (int i in rule.Images) inputs[i] = Cut(op, op.Inputs[i]!, seen);
        Operator band = IsPoolOverAll(op, rule) ? PoolOver(op, rule.Axis, seen.Count, inputs[0]!, results[0]) : rule.Band(op, output, seen, inputs, results);
        _graph.Operators.Add(band);
    }

    private static Operator PoolOver(Operator op, int axis, int rows, GraphTensor input, GraphTensor output)
    {
        ISlidesWindow pool = (ISlidesWindow)op;
        (int height, int width) = axis == 1 ? (rows, pool.FilterWidth) : (pool.FilterHeight, rows);
        FusedActivation activation = ((IFusesActivation)op).Activation;
        return op is AveragePool2D
            ? new AveragePool2D(input, output, height, width, pool.Window, activation) { Label = op.Label }
            : new MaxPool2D(input, output, height, width, pool.Window, activation) { Label = op.Label };
    }

    private GraphTensor Cut(Operator op, GraphTensor tensor, RowRange rows)
    {
        RowRange there = _rows[tensor];
        if (there == rows) return _made[tensor];

        GraphTensor whole = _made[tensor], part = new(tensor.Name, tensor.Type, _analysis.Tensors[tensor].Layout.ShapeWith(tensor.Shape, rows.Count)) { Quantization = tensor.Quantization };
        _graph.Operators.Add(TimeSlice.Of(_analysis.Tensors[tensor].Layout, tensor.Shape, whole, there, part, rows, op.Label));
        return part;
    }

    private GraphTensor TensorFor(GraphTensor tensor)
    {
        int[] shape = _rows.TryGetValue(tensor, out RowRange rows) ? _analysis.Tensors[tensor].Layout.ShapeWith(tensor.Shape, rows.Count) : tensor.Shape;
        return new GraphTensor(tensor.Name, tensor.Type, shape) { Quantization = tensor.Quantization };
    }
}
