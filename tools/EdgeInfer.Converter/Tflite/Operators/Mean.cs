using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>MEAN, SUM, REDUCE_MAX, REDUCE_MIN: input, axes. Whether the dimensions stay (option keep_dims), the shape of the output says.</summary>
internal static class Mean
{
    /// <summary>Imports MEAN.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => new Converter.Operators.Mean(op.Input(0), Axes(op), op.Output(0));

    /// <summary>Imports SUM.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportSum(TfliteOperator op) => new Converter.Operators.Sum(op.Input(0), Axes(op), op.Output(0));

    /// <summary>Imports REDUCE_MAX.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportMaximum(TfliteOperator op) => new Converter.Operators.ReduceExtremum(op.Input(0), Axes(op), op.Output(0), largest: true);

    /// <summary>Imports REDUCE_MIN.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportMinimum(TfliteOperator op) => new Converter.Operators.ReduceExtremum(op.Input(0), Axes(op), op.Output(0), largest: false);

    private static int[] Axes(TfliteOperator op)
    {
        int rank = op.Input(0).Shape.Length;
        return [.. op.ConstantInts(1).Select(axis => TfliteAxis.Resolve(axis, rank)).Distinct()];
    }
}
