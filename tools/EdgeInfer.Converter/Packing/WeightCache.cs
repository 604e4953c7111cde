namespace EdgeInfer.Converter.Packing;

/// <summary>
/// Chooses which constants stay in the weight buffer for good, so that an inference reads as few bytes as possible. What
/// stays is loaded once; the rest of the buffer is filled anew for one layer, or several, after the other.
/// </summary>
internal static class WeightCache
{
    /// <summary>Sizes are rounded up to this many bytes where sets of constants are compared.</summary>
    private const int Grain = 16;

    /// <summary>Makes the choice.</summary>
    /// <param name="needs">For every record, in order, the constants that it needs at once.</param>
    /// <param name="capacity">Bytes of the buffer.</param>
    /// <returns>What stays; null where the buffer is too small.</returns>
    /// <remarks>
    /// For every size of the part that is filled anew: constants of records that need more stay, and of all others the set
    /// that saves the most bytes, a knapsack. The best of all sizes is taken.
    /// </remarks>
    public static HashSet<ByteRange>? Choose(IReadOnlyList<IReadOnlyList<ByteRange>> needs, int capacity)
    {
        int[] sizes = [.. needs.Select(n => n.Sum(r => r.Count))];
        Dictionary<ByteRange, int> uses = needs.SelectMany(n => n).GroupBy(r => r).ToDictionary(g => g.Key, g => g.Count());
        HashSet<ByteRange>? best = null;
        long fewest = long.MaxValue;
        foreach (int size in sizes.Append(0).Distinct().Order())
        {
            HashSet<ByteRange> stays = [.. needs.Where((_, i) => sizes[i] > size).SelectMany(n => n)];
            int room = capacity - size - stays.Sum(r => r.Count);
            if (room < 0) continue;

            stays.UnionWith(Knapsack([.. uses.Keys.Where(r => !stays.Contains(r))], uses, room));
            long read = needs.Sum(n => n.Where(r => !stays.Contains(r)).Sum(r => (long)r.Count));
            if (read >= fewest) continue;

            fewest = read;
            best = stays;
        }

        return best;
    }

    private static IEnumerable<ByteRange> Knapsack(ByteRange[] items, Dictionary<ByteRange, int> uses, int room)
    {
        int[] weights = [.. items.Select(r => (r.Count + Grain - 1) / Grain)];
        int capacity = Math.Min(room / Grain, weights.Sum());
        long[,] values = new long[items.Length + 1, capacity + 1];
        for (int i = 0; i < items.Length; i++)
        {
            long value = (long)items[i].Count * uses[items[i]];
            for (int c = 0; c <= capacity; c++)
            {
                long without = values[i, c];
                values[i + 1, c] = c < weights[i] ? without : Math.Max(without, values[i, c - weights[i]] + value);
            }
        }

        for (int i = items.Length - 1, c = capacity; i >= 0; i--)
        {
            if (values[i + 1, c] == values[i, c]) continue;

            c -= weights[i];
            yield return items[i];
        }
    }
}
