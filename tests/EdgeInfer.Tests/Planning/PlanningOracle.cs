using EdgeInfer.Converter.Planning;

namespace EdgeInfer.Tests.Planning;

/// <summary>The smallest height of tiny one-segment instances, by trying every offset of every storage.</summary>
internal static class PlanningOracle
{
    public static int SmallestHeight(IReadOnlyList<ArenaRequest> requests, IReadOnlyList<AliasCandidate> candidates)
    {
        var offsets = new int[requests.Count];
        for (int height = 0; ; height++)
            if (Place(0, height))
                return height;

        bool Place(int i, int height)
        {
            if (i == requests.Count)
                return true;
            for (offsets[i] = 0; offsets[i] + requests[i].Size <= height; offsets[i]++)
                if (Enumerable.Range(0, i).All(j => Compatible(i, j)) && Place(i + 1, height))
                    return true;
            return false;
        }

        bool Compatible(int i, int j)
        {
            var (a, b) = (requests[i], requests[j]);
            bool together = a.FirstUse <= b.LastUse && b.FirstUse <= a.LastUse;
            bool apart = offsets[i] + a.Size <= offsets[j] || offsets[j] + b.Size <= offsets[i];
            bool merged = offsets[i] == offsets[j] && candidates.Any(c =>
                (c.InputStorage == i && c.OutputStorage == j) || (c.InputStorage == j && c.OutputStorage == i));
            return !together || apart || merged;
        }
    }
}
