namespace EdgeInfer.Converter.Tflite;

/// <summary>Reads the index of a dimension, which may count from the end.</summary>
internal static class TfliteAxis
{
    /// <summary>Counts a negative index from the end.</summary>
    /// <param name="axis">-rank to rank - 1; anything else is left to the operator's check.</param>
    /// <param name="rank">Number of dimensions.</param>
    /// <returns>The index from the start.</returns>
    public static int Resolve(int axis, int rank) => axis < 0 ? axis + rank : axis;

    /// <summary>Reads an index from a constant operand.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="position">Position of the operand.</param>
    /// <param name="rank">Number of dimensions.</param>
    /// <returns>The index from the start.</returns>
    public static int Read(TfliteOperator op, int position, int rank)
    {
        int[] values = op.ConstantInts(position);
        return values.Length == 1 ? Resolve(values[0], rank) : throw op.Refuse($"its axis has {values.Length} elements, not one");
    }
}
