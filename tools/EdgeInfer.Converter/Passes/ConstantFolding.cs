using EdgeInfer.Converter.Blob;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Passes;

/// <summary>
/// Computes at conversion what depends on constants only. The arithmetic is that of the device, because it is the device's
/// runtime that does it: the operator becomes a model of its own, which is run once.
/// </summary>
internal static class ConstantFolding
{
    /// <summary>Beyond this many elements a result costs more room in the blob than computing it costs time.</summary>
    private const int MaximumElements = 1 << 20;

    /// <summary>Runs the pass.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    /// <returns>True where something was folded.</returns>
    public static bool Run(ModelGraph graph) => graph.Operators.RemoveAll(TryFold) > 0;

    /// <summary>Turns the results of one operator into constants.</summary>
    /// <param name="op">The operator, no longer needed afterwards.</param>
    /// <returns>False where the operator depends on more than constants or is not supported, and nothing was done.</returns>
    public static bool TryFold(Operator op)
    {
        GraphTensor[] inputs = [.. op.Inputs.OfType<GraphTensor>()];
        if (inputs.Length == 0 || !inputs.All(t => t.IsConstant) || op.Outputs.Any(t => t.IsVariable || t.Count > MaximumElements)) return false;

        ProblemList problems = new();
        op.Check(problems);
        if (problems.Problems.Count > 0) return false;

        ModelGraph graph = new(op.Label);
        graph.Operators.Add(op);
        graph.Outputs.AddRange(op.Outputs);
        Packer packer = Packer.Pack(graph, 0);
        ArenaLayout.Apply(packer);
        Interpreter interpreter = new(Model.Load(BlobWriter.Write(packer, [])));
        interpreter.Invoke();
        for (int i = 0; i < op.Outputs.Length; i++) op.Outputs[i].Data = TensorContent.Of(interpreter.Output(i));
        return true;
    }
}
