namespace EdgeInfer.Cli.Terminal;

/// <summary>Finds what somebody may have meant.</summary>
internal static class Spelling
{
    private const int MostEdits = 2;

    /// <summary>The word that takes the fewest letters inserted, removed or replaced.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="known">What there is.</param>
    /// <returns>The nearest of them; null where none is near.</returns>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        (string Word, int Edits)[] near = [.. known.Select(k => (k, Edits(word, k))).Where(k => k.Item2 <= MostEdits && k.Item2 < word.Length).OrderBy(k => k.Item2)];
        return near.Length == 0 ? null : near[0].Word;
    }

    private static int Edits(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
