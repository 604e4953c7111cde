using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Passes;

/// <summary>
/// Lets tensors lie in one another where they are consecutive elements of it: what is concatenated is computed right where
/// the concatenation has it, and slices are read where they are. Nothing is copied then.
/// </summary>
/// <remarks>
/// The whole is needed for as long as any of its parts, so that sharing can also cost memory: a part that waits a long time
/// for its neighbours keeps their place free. The planner is asked both ways, and what makes the arena larger is left out.
/// </remarks>
internal static class PartAliasing
{
    /// <summary>
    /// A plan looks at all pairs of tensors, and at whatever reads them. Beyond this work, which models of some hundred tensors do not reach, the arena
    /// is not planned again for a little less of it.
    /// </summary>
    private const long WorkOfPlans = 20_000_000;

    /// <summary>What reading a tensor takes, in pairs of tensors.</summary>
    private const long WorkOfRead = 20;

    /// <summary>Consecutive elements of a tensor that are a tensor of their own.</summary>
    private readonly record struct Part(GraphTensor Piece, GraphTensor Whole, int Start);

    /// <summary>Runs the pass on a graph whose operators have passed their checks.</summary>
    /// <param name="graph">The graph; the memory of its tensors is changed, its operators are not.</param>
    public static void Run(ModelGraph graph)
    {
        long bytes = -1;
        long tensors = graph.TensorCount, plans = WorkOfPlans / Math.Max(1, (tensors * tensors) + (WorkOfRead * graph.Operators.Sum(op => (long)op.Inputs.Length)));
        foreach (Operator op in graph.Operators)
        {
            Part[] parts = [.. PartsOf(op)];
            if (parts.Length == 0) continue;

            if (bytes < 0) bytes = ArenaBytes(graph);
            if (plans-- <= 0) return;
            if (TryShare(graph, parts, ref bytes)) continue;
            foreach (Part part in parts)
            {
                if (plans-- <= 0) return;
                TryShare(graph, [part], ref bytes);
            }
        }
    }

    /// <summary>Keeps the parts where they make the arena no larger.</summary>
    private static bool TryShare(ModelGraph graph, IEnumerable<Part> parts, ref long bytes)
    {
        List<GraphTensor> moved = [];
        foreach (Part part in parts)
        {
            GraphTensor piece = part.Piece.Storage;
            if (part.Piece.IsPart || IsFixed(piece) || IsFixed(part.Whole.Storage) || piece == part.Whole.Storage) continue;

            piece.MakePartOf(part.Whole, part.Start);
            moved.Add(piece);
        }

        if (moved.Count == 0) return true;

        long shared = ArenaBytes(graph);
        if (shared <= bytes)
        {
            bytes = shared;
            return true;
        }

        foreach (GraphTensor piece in moved) piece.MakeOwner();
        return false;
    }

    /// <summary>States and constants keep their value from one inference to the next, so that nothing else may lie there.</summary>
    private static bool IsFixed(GraphTensor storage) => storage.IsVariable || storage.IsConstant;

    private static long ArenaBytes(ModelGraph graph) => ArenaLayout.Plan(Packer.Pack(graph, 0), inPlace: true).Bytes;

    private static IEnumerable<Part> PartsOf(Operator op) => op switch
    {
        Concatenation join => SideBySide(join.Output, join.Axis, join.Inputs),
        Stack stack => SideBySide(stack.Output, stack.Axis, stack.Inputs),
        Split split => SideBySide(split.Input, split.Axis, split.Outputs),
        Unstack unstack => SideBySide(unstack.Input, unstack.Axis, unstack.Outputs),
        Slice slice when IsContiguous(slice) => [new(slice.Output, slice.Input, Dimension.DenseStrides(slice.Input.Shape).Select((stride, d) => stride * slice.Begin[d]).Sum())],
        _ => [],
    };

    private static IEnumerable<Part> SideBySide(GraphTensor whole, int axis, GraphTensor?[] pieces)
    {
        if (whole.Shape.Take(axis).Any(n => n != 1)) yield break;

        int start = 0;
        foreach (GraphTensor piece in pieces.OfType<GraphTensor>())
        {
            yield return new Part(piece, whole, start);
            start += piece.Count;
        }
    }

    /// <summary>Behind the first dimension of which more than one index is taken, all indexes must be.</summary>
    private static bool IsContiguous(Slice slice)
    {
        int first = 0;
        while (first < slice.Sizes.Count && slice.Sizes[first] == 1) first++;
        if (first == slice.Sizes.Count) return true;

        bool dense = slice.Sizes.Skip(first).Zip(slice.Strides.Skip(first)).All(d => d.First == 1 || d.Second == 1);
        return dense && slice.Sizes.Skip(first + 1).SequenceEqual(slice.Input.Shape.Skip(first + 1));
    }
}
