namespace EdgeInfer.Converter.Operators;

/// <summary>
/// Which element of a source every element of a target is, along one dimension, taken apart into walks of constant steps: what
/// Copy can carry out.
/// </summary>
internal static class IndexMap
{
    /// <summary>Largest distance of target elements between which steps are looked for; scales of images are small fractions.</summary>
    private const int LongestPeriod = 32;

    /// <summary>Elements of the target that are reached by constant steps.</summary>
    /// <param name="Source">Index of the first one in the source.</param>
    /// <param name="Target">Index of the first one in the target.</param>
    /// <param name="Steps">The steps, the slowest first; strides are those of the source and the target.</param>
    internal sealed record Walk(int Source, int Target, Dimension[] Steps);

    /// <summary>Takes a map apart.</summary>
    /// <param name="map">For every index of the target the one of the source.</param>
    /// <returns>The walks, as few as are found, that together meet every index of the target once.</returns>
    public static List<Walk> Walks(int[] map)
    {
        if (Nested(map) is { } steps) return [new Walk(map[0], 0, steps)];

        List<Walk> stretches = Stretches(map);
        for (int period = 2; period < stretches.Count && period <= LongestPeriod; period++)
        {
            if (Interleaved(map, period) is { } walks) return walks;
        }

        return stretches;
    }

    /// <summary>Equal stretches of constant step, which are themselves a constant step apart, as repetition and enlargement have it.</summary>
    private static Dimension[]? Nested(int[] map)
    {
        int inner = StretchFrom(map, 0), step = StepAt(map, 0);
        if (inner == map.Length) return [new Dimension(inner, step, 1)];
        if (map.Length % inner != 0) return null;

        int outer = map[inner] - map[0];
        for (int i = inner; i < map.Length; i++)
        {
            if (map[i] - map[i - inner] != outer) return null;
        }

        return [new Dimension(map.Length / inner, outer, inner), new Dimension(inner, step, 1)];
    }

    /// <summary>Constant steps from each element to the one a period behind, as fractional scales have it.</summary>
    private static List<Walk>? Interleaved(int[] map, int period)
    {
        List<Walk> walks = [];
        for (int first = 0; first < period && first < map.Length; first++)
        {
            int[] column = [.. map.Where((_, i) => i % period == first)];
            if (StretchFrom(column, 0) != column.Length) return null;
            walks.Add(new Walk(column[0], first, [new Dimension(column.Length, StepAt(column, 0), period)]));
        }

        return walks;
    }

    private static List<Walk> Stretches(int[] map)
    {
        List<Walk> walks = [];
        for (int start = 0; start < map.Length; start += walks[^1].Steps[0].Length)
        {
            walks.Add(new Walk(map[start], start, [new Dimension(StretchFrom(map, start), StepAt(map, start), 1)]));
        }

        return walks;
    }

    /// <summary>Elements from a position on that are a constant step apart.</summary>
    private static int StretchFrom(int[] map, int start)
    {
        int end = start + 1, step = StepAt(map, start);
        while (end < map.Length && map[end] - map[end - 1] == step) end++;
        return end - start;
    }

    private static int StepAt(int[] map, int start) => start + 1 < map.Length ? map[start + 1] - map[start] : 0;
}
