using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Passes;

/// <summary>
/// Makes one operator of those that compute a function of one tensor, element by element: activations that an exporter wrote out, such as
/// x * 0.5 * (1 + erf(x / sqrt(2))). Of 8-bit numbers each such function is one table, whatever it consists of.
/// </summary>
public static class FunctionFusing
{
    /// <summary>Runs the pass on a graph of floats. Tensors between the operators vanish, so those are left alone that carry a quantization.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    /// <param name="isKept">Tells which tensors must stay, and must not be computed or read by a table; null for none.</param>
    /// <param name="isBetter">Tells whether one table is better than the operators that it would take the place of; null where it always is.</param>
    public static void Run(ModelGraph graph, Func<GraphTensor, bool>? isKept = null, Func<IReadOnlyList<Operator>, bool>? isBetter = null)
    {
        Operator[] operators = [.. graph.Operators];
        Dictionary<GraphTensor, int> writers = operators.SelectMany((op, i) => op.Outputs.Select(t => (t, i))).ToDictionary(p => p.t, p => p.i);
        ILookup<GraphTensor, Operator> readers = operators.SelectMany(op => op.Inputs.OfType<GraphTensor>().Distinct().Select(t => (t, op))).ToLookup(p => p.t, p => p.op);
        HashSet<GraphTensor> outputs = [.. graph.Outputs];
        bool[] areSteps = [.. operators.Select(op => ComposedFunction.CanHold(op) && !op.Inputs.Concat(op.Outputs).Any(t => isKept?.Invoke(t!) == true))];
        HashSet<Operator> gone = [];
        Dictionary<Operator, ComposedFunction> made = [];
        for (int i = operators.Length - 1; i >= 0; i--)
        {
            if (gone.Contains(operators[i]) || !areSteps[i] || operators[i].Output.Type != ElementType.Float32 || Largest(i) is not { } function || isBetter?.Invoke(function.Steps) == false) continue;
            gone.UnionWith(function.Steps);
            made.Add(operators[i], ComposedFunction.Of(function.Input, function.Steps));
        }

        if (made.Count == 0) return;
        graph.Operators.Clear();
        graph.Operators.AddRange(operators.Where(op => made.ContainsKey(op) || !gone.Contains(op)).Select(op => made.TryGetValue(op, out ComposedFunction? function) ? function : op));

        // Goes back from the last operator, the later ones first, as long as nothing else reads what they give. Where all that is still open is one tensor, there is a function of it.
        (GraphTensor Input, Operator[] Steps)? Largest(int last)
        {
            HashSet<Operator> steps = [operators[last]];
            HashSet<GraphTensor> ends = [];
            SortedSet<int> open = [];
            (GraphTensor Input, Operator[] Steps)? best = null;
            Open(operators[last]);
            while (true)
            {
                if (ends.Count + open.Count == 1 && steps.Count > 1)
                {
                    GraphTensor input = ends.Count == 1 ? ends.First() : operators[open.Max].Output;
                    if (input.Type == ElementType.Float32) best = (input, [.. operators.Where(steps.Contains)]);
                }

                if (ends.Count > 1 || open.Count == 0) return best;
                Operator next = operators[open.Max];
                open.Remove(open.Max);
                GraphTensor between = next.Output;
                if (areSteps[writers[between]] && between.Quantization is null && !outputs.Contains(between) && readers[between].All(steps.Contains))
                {
                    steps.Add(next);
                    Open(next);
                }
                else
                {
                    ends.Add(between);
                }
            }

            void Open(Operator op)
            {
                foreach (GraphTensor input in op.Inputs.OfType<GraphTensor>().Where(t => !t.IsConstant))
                {
                    // Of an operator with several results, none can be a step.
                    if (writers.TryGetValue(input, out int writer) && operators[writer].Outputs.Length == 1) open.Add(writer);
                    else ends.Add(input);
                }
            }
        }
    }
}
