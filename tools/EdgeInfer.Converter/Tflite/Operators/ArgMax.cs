using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>ARG_MAX and ARG_MIN: input, dimension. The option output type is that of the output tensor.</summary>
internal static class ArgMax
{
    /// <summary>Imports ARG_MAX.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => Import(op, largest: true);

    /// <summary>Imports ARG_MIN.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportMinimum(TfliteOperator op) => Import(op, largest: false);

    private static Converter.Operators.ArgMax Import(TfliteOperator op, bool largest)
    {
        GraphTensor input = op.Input(0);
        int[] axis = op.ConstantInts(1);
        if (axis.Length != 1) throw op.Refuse($"{axis.Length} dimensions are given, it has one");
        int dimension = TfliteAxis.Resolve(axis[0], input.Shape.Length);
        return new(input, dimension, op.Output(0, input.Shape.Where((_, d) => d != dimension)), largest);
    }
}
