using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Passes.Patching;

/// <summary>
/// Consecutive operators that can be run band by band: each works row by row, and nothing that they compute is used behind
/// them but the image that the last one makes.
/// </summary>
/// <param name="Graph">The graph.</param>
/// <param name="Start">Index of the first operator.</param>
/// <param name="End">Index behind the last operator.</param>
internal sealed record PatchStage(ModelGraph Graph, int Start, int End)
{
    /// <summary>The operators.</summary>
    public IReadOnlyList<Operator> Operators { get; } = Graph.Operators.GetRange(Start, End - Start);

    /// <summary>The image that the stage makes.</summary>
    public GraphTensor Result => Operators[^1].Output;

    /// <summary>Rows of the result, and with it the most bands that it can be made in.</summary>
    public int Rows => RowRule.RowsOf(Result);

    /// <summary>Finds all stages of a graph.</summary>
    /// <param name="graph">The graph, with views and parts already made.</param>
    /// <returns>The stages.</returns>
    public static IEnumerable<PatchStage> FindAll(ModelGraph graph)
    {
        int[] lastUses = [.. graph.Operators.Select(op => op.Outputs.Max(t => LastUse(graph, t)))];
        for (int start = 0; start < graph.Operators.Count; start++)
        {
            int needed = -1;
            HashSet<GraphTensor> made = [];
            for (int end = start + 1; end <= graph.Operators.Count && RowRule.Applies(graph.Operators[end - 1]); end++)
            {
                // An image of the stage must not be read under another name: only its own rows are followed.
                if (graph.Operators[end - 1].Inputs.Any(t => t is not null && !made.Contains(t) && made.Contains(t.Storage))) break;
                made.Add(graph.Operators[end - 1].Output);
                bool closed = needed < end;
                if (closed && RowRule.RowsOf(graph.Operators[end - 1].Output) > 1) yield return new PatchStage(graph, start, end);
                if (graph.Operators[end - 1].Output.Storage != graph.Operators[end - 1].Output) break;
                needed = Math.Max(needed, lastUses[end - 1]);
            }
        }
    }

    /// <summary>Which rows of every image are needed for a band of the result.</summary>
    /// <param name="band">Rows of the result.</param>
    /// <returns>Rows by image, images from before the stage included; null where an operator would see nothing but padding.</returns>
    public Dictionary<GraphTensor, RowRange>? RowsFor(RowRange band)
    {
        Dictionary<GraphTensor, RowRange> rows = new() { [Result] = band };
        for (int i = Operators.Count - 1; i >= 0; i--)
        {
            Operator op = Operators[i];
            if (!rows.TryGetValue(op.Output, out RowRange output)) return null;

            RowRange input = RowRule.InputRows(op, output);
            if (input.Count < 1) return null;
            foreach (int operand in RowRule.Images(op))
            {
                GraphTensor image = op.Inputs[operand]!;
                rows[image] = rows.TryGetValue(image, out RowRange others) ? RowRange.Around(input, others) : input;
            }
        }

        return rows;
    }

    /// <summary>The last operator that uses a tensor, by whatever name; the number of operators where the caller does.</summary>
    private static int LastUse(ModelGraph graph, GraphTensor tensor)
    {
        bool Uses(GraphTensor? other) => other?.Storage == tensor.Storage;
        return graph.Outputs.Exists(Uses) ? graph.Operators.Count : graph.Operators.FindLastIndex(op => op.Inputs.Any(Uses));
    }
}
