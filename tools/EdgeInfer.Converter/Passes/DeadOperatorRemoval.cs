using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Passes;

/// <summary>Removes operators whose results nobody uses. Operators with a state stay: their work is not in their results alone.</summary>
internal static class DeadOperatorRemoval
{
    /// <summary>Runs the pass.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    /// <returns>True where something was removed.</returns>
    public static bool Run(ModelGraph graph)
    {
        HashSet<GraphTensor> used = [.. graph.Outputs];
        int before = graph.Operators.Count;
        foreach (Operator op in graph.Operators.OfType<ReadVariable>()) used.Add(op.Input);
        for (int i = before - 1; i >= 0; i--)
        {
            Operator op = graph.Operators[i];
            bool hasState = op is not ReadVariable && op.Inputs.Any(t => t is { IsVariable: true });
            if (!hasState && !op.Outputs.Any(used.Contains))
            {
                graph.Operators.RemoveAt(i);
                continue;
            }

            used.UnionWith(op.Inputs.OfType<GraphTensor>());
        }

        return graph.Operators.Count < before;
    }
}
