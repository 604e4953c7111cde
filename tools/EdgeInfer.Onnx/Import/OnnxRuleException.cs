using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Onnx.Import;

/// <summary>Ends the import of one operator; others are still looked at.</summary>
/// <param name="problem">What is not supported.</param>
internal sealed class OnnxRuleException(Problem problem) : Exception(problem.ToString())
{
    /// <summary>What is not supported.</summary>
    public Problem Problem { get; } = problem;
}
