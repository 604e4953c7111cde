using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Passes;

/// <summary>
/// Runs the passes that simplify a graph before it is packed. None changes a single output byte. Input zero points are folded
/// into biases later, when the tables of the channels are made.
/// </summary>
public static class PassPipeline
{
    private static readonly Func<ModelGraph, bool>[] Simplifications =
    [
        ConstantFolding.Run,
        NoOperationRemoval.Run,
        PaddingFolding.Run,
        ActivationFusing.Run,
        AffineFolding.Run,
        DeadOperatorRemoval.Run,
    ];

    /// <summary>Runs all passes without dividing any operator.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    public static void Run(ModelGraph graph) => Run(graph, int.MaxValue);

    /// <summary>Runs all passes: those that make the graph smaller until none finds anything, then the sharing of memory.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    /// <param name="largestWeights">Bytes that the weights of an operator may take, where it can be divided.</param>
    public static void Run(ModelGraph graph, int largestWeights)
    {
        Simplify(graph);
        FilterSplitting.Run(graph, largestWeights);
        ViewAliasing.Run(graph);
        PartAliasing.Run(graph);
    }

    /// <summary>Runs the passes that make the graph smaller, until none finds anything. They know graphs of floats as well as of integers.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    public static void Simplify(ModelGraph graph)
    {
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (Func<ModelGraph, bool> simplify in Simplifications) changed |= simplify(graph);
        }
    }
}
