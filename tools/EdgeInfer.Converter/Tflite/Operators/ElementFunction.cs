using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>Functions of every element for itself: one input, no options but that of GELU (approximate).</summary>
internal static class ElementFunction
{
    private const int Approximate = 0;

    /// <summary>The rule of a function.</summary>
    /// <param name="function">The function.</param>
    /// <returns>What imports the operator.</returns>
    internal static Func<TfliteOperator, Operator> Import(RealFunction function) => op => Make(op, function);

    /// <summary>Imports GELU.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportGelu(TfliteOperator op) => Make(op, op.Options.Bool(Approximate) ? RealFunction.ApproximateGelu : RealFunction.Gelu);

    private static Converter.Operators.ElementFunction Make(TfliteOperator op, RealFunction function) => new(op.Input(0), op.Output(0), function);
}
