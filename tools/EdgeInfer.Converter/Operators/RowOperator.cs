using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Operators;

/// <summary>What operators on the vectors along the last dimension demand alike.</summary>
internal static class RowOperator
{
    /// <summary>Demands int8 tensors of one shape with at least one dimension.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where the rows and the quantization can be looked at.</returns>
    public static bool Check(Operator op, ProblemList problems) =>
        Check(op, problems, ElementType.Int8, [ElementType.Int8]);

    /// <summary>Demands an input, and an output of the same shape, with at least one dimension.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="input">Element type of the input.</param>
    /// <param name="outputs">Element types of the output.</param>
    /// <returns>True where the rows and the quantization can be looked at.</returns>
    public static bool Check(Operator op, ProblemList problems, ElementType input, ElementType[] outputs) =>
        UnaryOperator.Check(op, problems, [input], outputs)
        && problems.Demand(op.Input.Shape.Length >= 1, op, "its input has no dimensions");
}
