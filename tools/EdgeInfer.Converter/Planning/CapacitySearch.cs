namespace EdgeInfer.Converter.Planning;

/// <summary>What a <see cref="CapacitySearch"/> found out.</summary>
internal enum CapacityAnswer
{
    /// <summary>There is a layout within the limit.</summary>
    Found,

    /// <summary>There is none: the search was exhaustive.</summary>
    Impossible,

    /// <summary>The search was given up.</summary>
    OutOfSteps,
}

/// <summary>Decides by branch and bound whether a layout of at most a given height exists.</summary>
/// <remarks>
/// <para>
/// Of all layouts within the limit consider one whose sum of offsets is smallest, and its storages in the order of their
/// offsets. Nothing in it can be moved down, so every storage, or a merged group of them as one, stands on 0 or on the top of a
/// rival: its offset is <c>support</c>, the highest top among its rivals placed before. It is therefore enough to
/// enumerate orders, each next storage at its support and no lower than the one before (<c>level</c>); of a merged
/// group, a member that has support comes first and the others join it while the level is still theirs.
/// </para>
/// <para>What keeps the enumeration short:</para>
/// <list type="bullet">
/// <item>Storages on one level are placed by rising number, for their order does not matter.</item>
/// <item>When j is open and support_j + size_j &lt;= level, everything still to come would lie above a place where j fits now, and
/// moving j there would lower the sum: no smallest layout looks like this. So i is only worth placing
/// below min over j of support_j + size_j.</item>
/// <item>At time t, the open storages lie above floor_t (the highest top of the placed) and above the lowest place any of
/// them can have; adding their sizes, less what merges could still save, must not exceed the limit.</item>
/// <item>Storages whose lives do not touch do not interact: what is left falls into parts that are decided one by one.</item>
/// <item>Where the floor is flat all along a part and one storage lives all along it, that storage divides the part into below
/// and above; taking it out and putting it underneath harms nobody, so no other branch is needed. (A merge partner
/// larger than itself would reach into its neighbours, then the argument fails.)</item>
/// </list>
/// </remarks>
internal sealed class CapacitySearch
{
    private readonly SegmentProblem _problem;
    private readonly int _limit;
    private readonly long _stepLimit;
    private readonly int[] _rank;
    private readonly int[] _support;
    private readonly int[] _floor;
    private readonly int[] _open;
    private readonly int[] _lowest;
    private readonly int[] _saving;
    private readonly List<(int[] Array, int Index, int Old)> _trail = [];

    public CapacitySearch(SegmentProblem problem, int limit, Func<int, long> preference, long stepLimit)
    {
        _problem = problem;
        _limit = limit;
        _stepLimit = stepLimit;
        _rank = new int[problem.Count];
        int rank = 0;
        foreach (int i in Enumerable.Range(0, problem.Count).OrderByDescending(preference))
            _rank[i] = rank++;
        Offsets = new int[problem.Count];
        Array.Fill(Offsets, -1);
        _support = new int[problem.Count];
        _floor = new int[problem.Times];
        _open = problem.Load();
        _lowest = new int[problem.Times];
        _saving = new int[problem.Times];
    }

    /// <summary>The layout, when one was found; -1 is not placed yet.</summary>
    public int[] Offsets { get; }

    /// <summary>Work done, in storages and times visited.</summary>
    public long Steps { get; private set; }

    public CapacityAnswer Run()
    {
        int[] all = [.. Enumerable.Range(0, _problem.Count).OrderBy(i => _problem.Firsts[i])];
        if (SolveParts(all, level: 0, lastNumber: -1))
            return CapacityAnswer.Found;
        return Steps > _stepLimit ? CapacityAnswer.OutOfSteps : CapacityAnswer.Impossible;
    }

    /// <summary>Decides a set of open storages (by rising first use) that may consist of independent parts.</summary>
    private bool SolveParts(int[] items, int level, int lastNumber)
    {
        var parts = new List<int[]>();
        for (int begin = 0, end; begin < items.Length; begin = end)
        {
            int last = _problem.Lasts[items[begin]];
            for (end = begin + 1; end < items.Length && _problem.Firsts[items[end]] <= last; end++)
                last = Math.Max(last, _problem.Lasts[items[end]]);
            parts.Add(items[begin..end]);
        }
        return parts.TrueForAll(p => MayFit(p, level)) && parts.TrueForAll(p => Solve(p, level, lastNumber));
    }

    private bool Solve(int[] part, int level, int lastNumber)
    {
        if (Steps > _stepLimit)
            return false;
        int divider = FindDivider(part, level);
        if (divider >= 0)
            return TryPlace(part, divider, _support[divider], lastNumber: -1);

        int ceiling = part.Min(i => _support[i] + _problem.Sizes[i]);
        var moves = new List<(int Offset, int Rank, int Item, bool Joins)>();
        foreach (int i in part)
        {
            int offset = _support[i];
            if (offset < ceiling && (offset > level || (offset == level && i > lastNumber)))
                moves.Add((offset, _rank[i], i, false));
            if (CanJoin(i, level))
                moves.Add((level, _rank[i], i, true));
        }
        moves.Sort();

        foreach (var (offset, _, item, joins) in moves)
            if (TryPlace(part, item, offset, joins ? lastNumber : item))
                return true;
        return false;
    }

    private bool TryPlace(int[] part, int item, int offset, int lastNumber)
    {
        int mark = _trail.Count;
        Place(item, offset);
        if (SolveParts(Array.FindAll(part, i => i != item), offset, lastNumber))
            return true;
        while (_trail.Count > mark)
        {
            var (array, index, old) = _trail[^1];
            array[index] = old;
            _trail.RemoveAt(_trail.Count - 1);
        }
        return false;
    }

    private void Place(int item, int offset)
    {
        int size = _problem.Sizes[item];
        Set(Offsets, item, offset);
        for (int t = _problem.Firsts[item]; t <= _problem.Lasts[item]; t++)
        {
            Set(_floor, t, Math.Max(_floor[t], offset + size));
            Set(_open, t, _open[t] - size);
        }
        foreach (int rival in _problem.Rivals[item])
            if (Offsets[rival] < 0 && _support[rival] < offset + size)
                Set(_support, rival, offset + size);

        void Set(int[] array, int index, int value)
        {
            _trail.Add((array, index, array[index]));
            array[index] = value;
        }
    }

    /// <summary>Whether a storage can share the offset of a merge partner that stands on the current level.</summary>
    private bool CanJoin(int item, int level) => Array.Exists(_problem.Partners[item], p => CanJoin(item, p, level));

    private bool CanJoin(int item, int partner, int level) =>
        Offsets[partner] == level
        && Array.TrueForAll(_problem.Rivals[item], r => r == partner || Offsets[r] < 0 || Offsets[r] + _problem.Sizes[r] <= level);

    private bool MayFit(int[] part, int level)
    {
        int start = _problem.Firsts[part[0]], end = part.Max(i => _problem.Lasts[i]);
        for (int t = start; t <= end; t++)
            (_lowest[t], _saving[t]) = (int.MaxValue, 0);
        Steps += part.Length + end - start;

        foreach (int i in part)
        {
            int lowest = Math.Max(_support[i], level);
            foreach (int partner in _problem.Partners[i])
            {
                if (Offsets[partner] >= 0 && CanJoin(i, partner, level))
                {
                    int meeting = Math.Max(_problem.Firsts[i], _problem.Firsts[partner]);
                    _saving[meeting] += Math.Min(_problem.Sizes[i], _floor[meeting] - level);
                    lowest = level;
                }
            }
            int first = _problem.Firsts[i];
            if (Array.Exists(_problem.Partners[i], p => Offsets[p] < 0 && _problem.Firsts[p] < first))
                _saving[first] += _problem.Sizes[i];
            if (lowest + _problem.Sizes[i] > _limit)
                return false;
            for (int t = first; t <= _problem.Lasts[i]; t++)
                _lowest[t] = Math.Min(_lowest[t], lowest);
            Steps += _problem.Duration(i);
        }

        for (int t = start; t <= end; t++)
            if (Math.Max(_floor[t], _lowest[t]) + _open[t] - _saving[t] > _limit)
                return false;
        return true;
    }

    /// <summary>A storage that lives all along a part with a flat floor, or -1.</summary>
    private int FindDivider(int[] part, int level)
    {
        int start = _problem.Firsts[part[0]], end = part.Max(i => _problem.Lasts[i]);
        int divider = Array.FindIndex(part, i => _problem.Firsts[i] == start && _problem.Lasts[i] == end
            && Array.TrueForAll(_problem.Partners[i], p => _problem.Sizes[p] <= _problem.Sizes[i]));
        if (divider < 0 || _floor.AsSpan(start, end - start + 1).ContainsAnyExcept(_floor[start]) || Array.Exists(part, i => CanJoin(i, level)))
            return -1;
        return part[divider];
    }
}
