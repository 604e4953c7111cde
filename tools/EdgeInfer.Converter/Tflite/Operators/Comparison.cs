using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>EQUAL, LESS and kin: two operands, no options.</summary>
internal static class Comparison
{
    /// <summary>The rule of a comparison.</summary>
    /// <param name="relation">The comparison.</param>
    /// <returns>What imports the operator.</returns>
    internal static Func<TfliteOperator, Operator> Import(Relation relation) => op => new Converter.Operators.Comparison(op.Input(0), op.Input(1), op.Output(0), relation);
}
