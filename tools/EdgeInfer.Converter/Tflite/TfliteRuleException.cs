using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite;

/// <summary>
/// Ends the import of one operator; the importer notes the problem and goes on with the next, so that the user hears of
/// everything at once. It never leaves the importer.
/// </summary>
/// <param name="problem">What is not supported.</param>
internal sealed class TfliteRuleException(Problem problem) : Exception(problem.ToString())
{
    /// <summary>What is not supported.</summary>
    public Problem Problem { get; } = problem;
}
