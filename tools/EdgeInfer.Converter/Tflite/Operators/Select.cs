using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>SELECT and SELECT_V2: condition, what it chooses where it is true, and where it is not.</summary>
internal static class Select
{
    /// <summary>Imports SELECT, which does not broadcast: a condition of one dimension chooses slices along the first of the others.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        int[] condition = op.Input(0).Shape, choice = op.Input(1).Shape;
        return op.Input(0).Count == 1 || condition.SequenceEqual(choice)
            ? ImportBroadcast(op)
            : throw op.Refuse($"its condition [{string.Join(',', condition)}] chooses slices of [{string.Join(',', choice)}]", "Use SELECT_V2 (tf.where) with a condition of as many dimensions");
    }

    /// <summary>Imports SELECT_V2.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportBroadcast(TfliteOperator op) => new Converter.Operators.Select(op.Input(1), op.Input(2), op.Input(0), op.Output(0));
}
