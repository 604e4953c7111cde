using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Operators;

/// <summary>Whether a truth value does not hold.</summary>
/// <param name="input">Input, bool.</param>
/// <param name="output">Output, bool.</param>
public sealed class LogicalNot(GraphTensor input, GraphTensor output) : LookupOperator(input, output)
{
    /// <inheritdoc/>
    public override void Check(ProblemList problems) => UnaryOperator.Check(this, problems, [ElementType.Bool], [ElementType.Bool]);

    /// <inheritdoc/>
    public override int Evaluate(int value) => value == 0 ? 1 : 0;
}
