using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Passes;

/// <summary>
/// Lets tensors share memory instead of being copied: a reshaped tensor lies where its input lies, the value read from a
/// variable is the variable, and a value to be assigned is computed right where the variable lies.
/// </summary>
/// <remarks>
/// Memory that only one operator writes may be seen under any number of names. A variable is written again in each
/// inference: what is read from it may be a view only if the last use comes before the next write, and a value may
/// be computed into it only if nothing uses the old content from then on. Whatever does not satisfy this stays a copy.
/// </remarks>
internal static class ViewAliasing
{
    /// <summary>Runs the pass.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    public static void Run(ModelGraph graph)
    {
        foreach (Operator op in graph.Operators.ToArray())
        {
            if (op is Reshape or ReadVariable && CanBeView(graph, op))
            {
                op.Output.MakeViewOf(op.Input);
                graph.Operators.Remove(op);
            }
        }

        foreach (AssignVariable assignment in graph.Operators.OfType<AssignVariable>().ToArray())
        {
            if (!CanComputeInPlace(graph, assignment)) continue;

            assignment.Input.Storage.MakeViewOf(assignment.Output);
            graph.Operators.Remove(assignment);
        }
    }

    private static bool CanBeView(ModelGraph graph, Operator op)
    {
        GraphTensor storage = op.Input.Storage;
        if (!storage.IsVariable) return true;

        int position = graph.Operators.IndexOf(op);
        int last = LastUse(graph, op.Output);
        for (int i = position + 1; i < graph.Operators.Count && i <= last; i++)
        {
            if (Writes(graph.Operators[i], storage)) return false;
        }

        return true;
    }

    private static bool CanComputeInPlace(ModelGraph graph, AssignVariable assignment)
    {
        GraphTensor variable = assignment.Output, value = assignment.Input.Storage;
        if (value.IsVariable || value.IsConstant || graph.WriterOf(value) is not { } writer) return false;
        if (graph.Operators.Count(op => Writes(op, variable)) > 1) return false;

        bool oldValueIsOutput = graph.Outputs.Any(t => t.Storage == variable);
        int start = graph.Operators.IndexOf(writer);
        return !oldValueIsOutput && !graph.Operators.Skip(start).Any(op => Reads(op, variable));
    }

    private static bool Reads(Operator op, GraphTensor storage) => op.Inputs.Any(t => t?.Storage == storage);

    /// <summary>An operator that takes a variable itself, rather than what was read from it, keeps it as its state.</summary>
    private static bool Writes(Operator op, GraphTensor variable) =>
        op.Outputs.Any(t => t.Storage == variable) || (op is not ReadVariable && op.Inputs.Contains(variable));

    /// <summary>Position of the last operator that uses a tensor, also under the names that later reshapes give it.</summary>
    private static int LastUse(ModelGraph graph, GraphTensor tensor)
    {
        HashSet<GraphTensor> names = [tensor];
        int last = -1;
        for (int i = 0; i < graph.Operators.Count; i++)
        {
            Operator op = graph.Operators[i];
            if (!op.Inputs.Any(t => t is not null && names.Contains(t))) continue;

            last = i;
            if (op is Reshape) names.Add(op.Output);
        }

        return graph.Outputs.Any(names.Contains) ? int.MaxValue : last;
    }
}
