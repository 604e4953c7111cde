namespace EdgeInfer.Converter.Planning;

/// <summary>
/// Closes the gap between a heuristic's layout and the lower bound: asks for layouts of given heights, first at the
/// bound, then by bisection. Every answer moves one end: a layout lowers the best height, a proof that there is none raises the
/// minimum. A question that runs out of steps moves the search up but proves nothing.
/// </summary>
internal static class ExactPacker
{
    // Counted, not timed, so that a plan never depends on the machine. A step is a few nanoseconds.
    private const long StepsInTotal = 60_000_000;
    private const long StepsForASweep = 3_000_000;
    private const long StepsForASearch = 1_000_000;
    private const long StepsForAWindow = 50_000;
    private const int LargestWindow = 24;

    /// <summary>Finds the best layout, and the height below which there is provably none.</summary>
    public static (int[] Offsets, int ProvenMinimum) Improve(SegmentProblem problem, int[] offsets)
    {
        int height = problem.Height(offsets);
        int provenMinimum = problem.AnyMergeLowerBound;
        long stepsLeft = StepsInTotal;
        for (int low = provenMinimum, limit = low; low < height && stepsLeft > 0; limit = low + (height - 1 - low) / 2)
        {
            var (answer, found) = Ask(problem, limit, ref stepsLeft);
            if (found is not null)
            {
                offsets = found;
                height = problem.Height(found);
                continue;
            }
            if (answer == CapacityAnswer.Impossible)
                provenMinimum = limit + 1;
            low = limit + 1;
        }
        return (offsets, provenMinimum);
    }

    private static (CapacityAnswer Answer, int[]? Offsets) Ask(SegmentProblem problem, int limit, ref long stepsLeft)
    {
        var sweep = new SweepSearch(problem, limit, Math.Min(stepsLeft, StepsForASweep));
        bool swept = sweep.Run();
        stepsLeft -= sweep.Steps;
        if (swept)
            return (CapacityAnswer.Found, sweep.Offsets);
        if (RefutedByAWindow(problem, limit, ref stepsLeft))
            return (CapacityAnswer.Impossible, null);

        int[] contention = problem.Contention();
        Func<int, long>[] preferences =
        [
            i => contention[i],
            i => problem.Sizes[i],
            i => (long)problem.Sizes[i] * problem.Duration(i),
        ];
        foreach (var preference in preferences)
        {
            var search = new CapacitySearch(problem, limit, preference, Math.Min(stepsLeft, StepsForASearch));
            var answer = search.Run();
            stepsLeft -= search.Steps;
            if (answer != CapacityAnswer.OutOfSteps)
                return (answer, answer == CapacityAnswer.Found ? search.Offsets : null);
        }
        return (CapacityAnswer.OutOfSteps, null);
    }

    /// <summary>
    /// What has no room in a few operators' time has none in the whole. Where a bound is out of reach, the reason is nearly
    /// always local, and a search among a dozen storages finds it at once where one among hundreds never would.
    /// </summary>
    private static bool RefutedByAWindow(SegmentProblem problem, int limit, ref long stepsLeft)
    {
        foreach (int length in (int[])[3, 6, 9])
        {
            for (int start = 0; start + length <= problem.Times && stepsLeft > 0; start++)
            {
                if (problem.Window(start, start + length - 1, LargestWindow) is not { } window || window.Sizes.Sum() <= limit)
                    continue;
                int[] sizes = window.Sizes;
                var search = new CapacitySearch(window, limit, i => sizes[i], Math.Min(stepsLeft, StepsForAWindow));
                var answer = search.Run();
                stepsLeft -= search.Steps;
                if (answer == CapacityAnswer.Impossible)
                    return true;
            }
        }
        return false;
    }
}
