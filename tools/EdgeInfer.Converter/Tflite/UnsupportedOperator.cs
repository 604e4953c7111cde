using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Tflite;

/// <summary>
/// Stands where an operator could not be imported until it is known whether its results matter: what exporters leave of shape
/// computations is often not needed. It never leaves the importer.
/// </summary>
/// <param name="source">The operator in the file.</param>
/// <param name="problem">Why it could not be imported.</param>
internal sealed class UnsupportedOperator(TfliteOperator source, Problem problem)
    : Operator([.. source.Inputs], [.. source.Outputs])
{
    /// <inheritdoc/>
    public override void Check(ProblemList problems) => problems.Add(problem);

    /// <inheritdoc/>
    public override void Pack(Packer packer) => throw new InvalidOperationException(problem.ToString());
}
