namespace EdgeInfer.Converter.Planning;

/// <summary>
/// Looks for a layout of at most a given height by walking through time: storages are placed in the order in which they are
/// born, each against something that is alive then, and when one finds no room the youngest choices are taken back first.
/// </summary>
/// <remarks>
/// Networks are long and narrow. <see cref="CapacitySearch"/> works level by level over their whole length, so that a mistake
/// and its consequence may lie far apart in its order; here they are neighbours, and what happens after an operator
/// depends on the offsets of the few storages alive at it and on nothing else, so that every situation that has failed
/// once is remembered. What this search cannot do is prove: a storage may have to float free of everything alive at its birth.
/// </remarks>
internal sealed class SweepSearch
{
    private readonly SegmentProblem _problem;
    private readonly int _limit;
    private readonly long _stepLimit;
    private readonly int[] _order;
    private readonly int[][] _aliveAtBirth;
    private readonly HashSet<(int Depth, ulong Situation)> _failed = [];

    public SweepSearch(SegmentProblem problem, int limit, long stepLimit)
    {
        _problem = problem;
        _limit = limit;
        _stepLimit = stepLimit;
        Offsets = new int[problem.Count];
        _order = [.. Enumerable.Range(0, problem.Count)
            .OrderBy(i => problem.Firsts[i])
            .ThenByDescending(i => problem.Lasts[i])
            .ThenByDescending(i => problem.Sizes[i])];
        var rank = new int[problem.Count];
        for (int depth = 0; depth < rank.Length; depth++)
            rank[_order[depth]] = depth;
        _aliveAtBirth = new int[problem.Count][];
        for (int i = 0; i < rank.Length; i++)
            _aliveAtBirth[i] = Array.FindAll(problem.Rivals[i], r => rank[r] < rank[i]);
    }

    /// <summary>The layout, when one was found.</summary>
    public int[] Offsets { get; }

    /// <summary>Work done, in storages looked at.</summary>
    public long Steps { get; private set; }

    /// <summary>Whether a layout was found.</summary>
    public bool Run() => PlaceFrom(0);

    private bool PlaceFrom(int depth)
    {
        if (depth == _order.Length)
            return true;
        int item = _order[depth];
        var situation = (depth, Fingerprint(item));
        if (Steps > _stepLimit || _failed.Contains(situation))
            return false;

        foreach (int offset in PlacesFor(item))
        {
            Offsets[item] = offset;
            if (PlaceFrom(depth + 1))
                return true;
        }
        _failed.Add(situation);
        return false;
    }

    /// <summary>Where the storage fits: the ends of every gap, and the offsets of merge partners (these first).</summary>
    private List<int> PlacesFor(int item)
    {
        int[] alive = _aliveAtBirth[item];
        int[] partners = _problem.Partners[item];
        int size = _problem.Sizes[item];
        var places = new List<int>();
        foreach (int rival in alive)
            if (Array.IndexOf(partners, rival) >= 0)
                AddIfFree(Offsets[rival]);
        AddIfFree(0);
        AddIfFree(_limit - size);
        foreach (int rival in alive)
        {
            AddIfFree(Offsets[rival] + _problem.Sizes[rival]);
            AddIfFree(Offsets[rival] - size);
        }
        return places;

        void AddIfFree(int offset)
        {
            Steps += alive.Length + 1;
            if (offset < 0 || offset > _limit - size || places.Contains(offset))
                return;
            foreach (int rival in alive)
            {
                bool apart = offset + size <= Offsets[rival] || Offsets[rival] + _problem.Sizes[rival] <= offset;
                if (!apart && (offset != Offsets[rival] || Array.IndexOf(partners, rival) < 0))
                    return;
            }
            places.Add(offset);
        }
    }

    /// <summary>
    /// FNV-1a over the offsets alive at this storage's birth. Two situations with one fingerprint could at worst
    /// hide a layout from a search that promises none.
    /// </summary>
    private ulong Fingerprint(int item)
    {
        ulong hash = 14695981039346656037;
        foreach (int rival in _aliveAtBirth[item])
            hash = (hash ^ (uint)Offsets[rival]) * 1099511628211;
        return hash;
    }
}
