namespace EdgeInfer.Tests.Oracles;

/// <summary>Slices as lists of indexes a dimension.</summary>
internal static class SliceOracle
{
    public static NestedArray Run(NestedArray x, int[][] indexes) =>
        NestedArray.Make([.. indexes.Select(list => list.Length)], o => x[[.. o.Select((index, d) => indexes[d][index])]]);

    /// <summary>
    /// The indexes that Python's begin:end:stride means: all that are reached from the first one, kept where they are on the near
    /// side of the end. Null stands for a bound that is left out.
    /// </summary>
    public static int[] Indexes(int length, int? begin, int? end, int stride)
    {
        List<int> result = [];
        long first = begin is null ? (stride > 0 ? 0 : length - 1) : begin.Value < 0 ? (long)begin.Value + length : begin.Value;
        long last = end is null ? (stride > 0 ? length : -1) : end.Value < 0 ? (long)end.Value + length : end.Value;

        // Bounds outside the array mean its ends.
        if (stride > 0 && first < 0) first = 0;
        if (stride < 0 && first > length - 1) first = length - 1;
        for (long i = first; stride > 0 ? i < last && i < length : i > last && i >= 0; i += stride) result.Add((int)i);
        return [.. result];
    }
}
