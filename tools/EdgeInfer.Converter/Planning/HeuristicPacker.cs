namespace EdgeInfer.Converter.Planning;

/// <summary>
/// Packs by taking storages in some order and putting each into the lowest, or the tightest, gap that is free throughout its
/// life. Which order is good differs from network to network, so several are tried; then the order learns from its failures.
/// All of it is fast, and nearly always meets the lower bound.
/// </summary>
internal static class HeuristicPacker
{
    // Neighbours looked at, all attempts together: a fraction of a second.
    private const long WorkLimit = 4_000_000;
    private const int LearningRounds = 5_000;

    /// <summary>The best layout found, at once when one meets the lower bound.</summary>
    public static int[] Pack(SegmentProblem problem)
    {
        var attempts = new Attempts(problem);
        int[][] merged = Chains(problem);
        int[][] separate = [.. Enumerable.Range(0, problem.Count).Select(i => new[] { i })];
        bool canMerge = problem.Candidates.Length > 0;
        if (attempts.TryOrders(merged) || (canMerge && attempts.TryOrders(separate)))
            return attempts.Best;
        attempts.LearnOrder(merged, WorkLimit / 2);
        if (canMerge)
            attempts.LearnOrder(separate, WorkLimit);
        return attempts.Best;
    }

    /// <summary>The storages in groups that will share an offset: the chains of the best matching, and everything else alone.</summary>
    private static int[][] Chains(SegmentProblem problem)
    {
        var next = problem.BestMatching.ToDictionary(m => m.Input, m => m.Output);
        var continued = problem.BestMatching.Select(m => m.Output).ToHashSet();
        return [.. Enumerable.Range(0, problem.Count).Where(i => !continued.Contains(i)).Select(ChainFrom)];

        int[] ChainFrom(int head)
        {
            var chain = new List<int> { head };
            while (next.TryGetValue(chain[^1], out int successor))
                chain.Add(successor);
            return [.. chain];
        }
    }

    private sealed class Attempts(SegmentProblem problem)
    {
        private int _bestHeight = int.MaxValue;
        private long _work;

        public int[] Best { get; private set; } = [];

        private bool Done => _bestHeight == problem.AnyMergeLowerBound;

        /// <summary>Tries the classical orders; true when the lower bound is met.</summary>
        public bool TryOrders(int[][] groups)
        {
            var contention = problem.Contention();
            Func<int[], long>[] keys =
            [
                g => g.Max(i => problem.Sizes[i]),
                g => g.Sum(i => (long)problem.Sizes[i] * problem.Duration(i)),
                g => g.Max(i => contention[i]),
                g => g.Sum(problem.Duration),
                g => -g.Min(i => problem.Firsts[i]),
                g => g.Max(i => problem.Lasts[i]),
            ];
            foreach (var key in keys)
            {
                int[][] order = [.. groups.OrderByDescending(key).ThenByDescending(keys[0]).ThenByDescending(keys[1])];
                foreach (bool tightest in (bool[])[false, true])
                {
                    Try(order, tightest);
                    if (Done)
                        return true;
                }
            }
            return false;
        }

        /// <summary>
        /// Squeaky wheels: whatever reaches above the lower bound moves half the way towards the front of the order, and all is
        /// packed again, until the bound is met or some thousand rounds or the work (counted from the first attempt) are used up.
        /// </summary>
        public void LearnOrder(int[][] groups, long workLimit)
        {
            List<int[]> order = [.. groups.OrderByDescending(g => g.Max(i => problem.Sizes[i]))];
            for (int round = 0; round < LearningRounds && !Done && _work < workLimit; round++)
            {
                int[] offsets = Try(order, tightest: false);
                for (int position = 0; position < order.Count; position++)
                {
                    var group = order[position];
                    if (group.All(i => offsets[i] + problem.Sizes[i] <= problem.AnyMergeLowerBound))
                        continue;
                    order.RemoveAt(position);
                    order.Insert(position / 2, group);
                }
            }
        }

        private int[] Try(IReadOnlyList<int[]> order, bool tightest)
        {
            var offsets = new int[problem.Count];
            Array.Fill(offsets, -1);
            foreach (var group in order)
            {
                int offset = Place(group, offsets, tightest);
                foreach (int i in group)
                    offsets[i] = offset;
            }

            int height = problem.Height(offsets);
            if (height < _bestHeight)
                (Best, _bestHeight) = (offsets, height);
            _work += problem.Count;
            return offsets;
        }

        /// <summary>
        /// The offset for a group. A storage of size s collides with one at [o, o + p) for offsets strictly between o - s and
        /// o + p; sweeping over these forbidden intervals by their start leaves the gaps.
        /// </summary>
        private int Place(int[] group, int[] offsets, bool tightest)
        {
            var forbidden = new List<(int Start, int End)>();
            foreach (int i in group)
                foreach (int rival in problem.Rivals[i])
                    if (offsets[rival] >= 0)
                        forbidden.Add((offsets[rival] - problem.Sizes[i], offsets[rival] + problem.Sizes[rival]));
            _work += forbidden.Count;
            forbidden.Sort();

            int offset = 0, best = -1, bestSlack = int.MaxValue;
            foreach (var (start, end) in forbidden)
            {
                if (start >= offset && start - offset < bestSlack)
                {
                    (best, bestSlack) = (offset, start - offset);
                    if (!tightest)
                        break;
                }
                offset = Math.Max(offset, end);
            }
            return best >= 0 ? best : offset;
        }
    }
}
