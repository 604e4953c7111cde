using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>MEAN, SUM, REDUCE_MAX, REDUCE_MIN, and of truth values REDUCE_ANY and REDUCE_ALL: input, axes; option whether the dimensions stay.</summary>
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
    internal static Operator ImportMaximum(TfliteOperator op) => Extremum(op, truths: false, largest: true);

    /// <summary>Imports REDUCE_MIN.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportMinimum(TfliteOperator op) => Extremum(op, truths: false, largest: false);

    /// <summary>Imports REDUCE_ANY.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportAny(TfliteOperator op) => Extremum(op, truths: true, largest: true);

    /// <summary>Imports REDUCE_ALL.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportAll(TfliteOperator op) => Extremum(op, truths: true, largest: false);

    private static Converter.Operators.ReduceExtremum Extremum(TfliteOperator op, bool truths, bool largest)
    {
        GraphTensor input = op.Input(0);
        if ((input.Type == ElementType.Bool) != truths) throw op.Refuse($"its input '{input.Name}' is {input.Type}, supported is {(truths ? ElementType.Bool : ElementType.Int8)}", code: ErrorCode.ElementType);
        return new(input, Axes(op), Result(op), largest);
    }

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
