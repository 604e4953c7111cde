using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Passes.Patching;

/// <summary>
/// Rewrites a graph so that stages run band by band. Every band reads its rows of the images before its stage where they
/// lie and writes its rows of the result where they belong, so that nothing is copied; rows that two bands need of an
/// image within a stage are computed twice.
/// </summary>
internal static class PatchedGraph
{
    /// <summary>Makes the graph. The original is left as it is; both share the tensors and operators outside the stages.</summary>
    /// <param name="whole">The graph as it is.</param>
    /// <param name="stages">The stages, in order.</param>
    /// <returns>The new graph.</returns>
    public static ModelGraph Of(ModelGraph whole, IReadOnlyList<PatchCandidate> stages)
    {
        ModelGraph graph = new(whole.Name);
        graph.Inputs.AddRange(whole.Inputs);
        graph.Outputs.AddRange(whole.Outputs);
        int next = 0;
        foreach ((PatchStage stage, int bands, _, _) in stages)
        {
            graph.Operators.AddRange(whole.Operators[next..stage.Start]);
            for (int i = 0; i < bands; i++) AddBand(graph, stage, RowRange.Band(stage.Rows, bands, i));
            next = stage.End;
        }

        graph.Operators.AddRange(whole.Operators[next..]);
        return graph;
    }

    private static void AddBand(ModelGraph graph, PatchStage stage, RowRange band)
    {
        Dictionary<GraphTensor, RowRange> rows = stage.RowsFor(band)!;
        Dictionary<GraphTensor, GraphTensor> bands = [];
        foreach (Operator op in stage.Operators)
        {
            RowRange output = rows[op.Output], input = RowRule.InputRows(op, output);
            GraphTensor made = RowRule.TensorOf(op.Output, output);
            if (op.Output == stage.Result) made.MakePartOf(op.Output, output.First * RowRule.RowLength(op.Output));
            bands.Add(op.Output, made);
            graph.Operators.Add(RowRule.Band(op, output, made, image => Rows(image, input)));
        }

        GraphTensor Rows(GraphTensor image, RowRange needed)
        {
            bool within = bands.TryGetValue(image, out GraphTensor? memory);
            RowRange there = within ? rows[image] : new RowRange(0, RowRule.RowsOf(image));
            memory ??= image;
            if (there == needed) return memory;

            GraphTensor part = RowRule.TensorOf(image, needed);
            part.MakePartOf(memory, (needed.First - there.First) * RowRule.RowLength(image));
            return part;
        }
    }
}
