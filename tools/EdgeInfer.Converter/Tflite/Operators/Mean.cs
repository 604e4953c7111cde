using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>MEAN, SUM, REDUCE_MAX, REDUCE_MIN: input, axes; option whether the dimensions stay.</summary>
internal static class Mean
{
    private const int KeepDimensions = 0;

    /// <summary>Imports MEAN.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => new Converter.Operators.Mean(op.Input(0), Axes(op), Result(op));

    /// <summary>Imports SUM.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportSum(TfliteOperator op) => new Converter.Operators.Sum(op.Input(0), Axes(op), Result(op));

    /// <summary>Imports REDUCE_MAX.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportMaximum(TfliteOperator op) => new Converter.Operators.ReduceExtremum(op.Input(0), Axes(op), Result(op), largest: true);

    /// <summary>Imports REDUCE_MIN.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportMinimum(TfliteOperator op) => new Converter.Operators.ReduceExtremum(op.Input(0), Axes(op), Result(op), largest: false);

    /// <summary>The result, in which the dimensions that were reduced have one element or, as the option says, are not there.</summary>
    private static GraphTensor Result(TfliteOperator op)
    {
        int[] axes = Axes(op);
        IEnumerable<int> kept = op.Input(0).Shape.Select((n, d) => axes.Contains(d) ? 1 : n);
        return op.Output(0, op.Options.Bool(KeepDimensions) ? kept : kept.Where((_, d) => !axes.Contains(d)));
    }

    private static int[] Axes(TfliteOperator op)
    {
        int rank = op.Input(0).Shape.Length;
        return [.. op.ConstantInts(1).Select(axis => TfliteAxis.Resolve(axis, rank)).Distinct()];
    }
}
