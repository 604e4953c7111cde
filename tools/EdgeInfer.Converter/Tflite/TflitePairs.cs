namespace EdgeInfer.Converter.Tflite;

/// <summary>Reads what stands before and behind along every dimension: paddings, crops.</summary>
internal static class TflitePairs
{
    /// <summary>Reads a constant operand of two numbers a dimension.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="position">Position of the operand.</param>
    /// <returns>The first and the second numbers.</returns>
    public static (int[] Before, int[] After) Read(TfliteOperator op, int position)
    {
        int[] pairs = op.ConstantInts(position);
        return pairs.Length % 2 == 0
            ? ([.. pairs.Where((_, i) => i % 2 == 0)], [.. pairs.Where((_, i) => i % 2 == 1)])
            : throw op.Refuse($"its input {position} has {pairs.Length} numbers, not two a dimension");
    }
}
