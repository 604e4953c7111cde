namespace EdgeInfer.Converter.Planning;

/// <summary>
/// One segment's layout problem in the form the packers want: storages of size &gt; 0 numbered from 0, times from 0, and for every
/// storage the list of those alive at the same time (its rivals).
/// </summary>
/// <remarks>
/// <para>
/// A storage i is a rectangle: it occupies [offset_i, offset_i + size_i) during [first_i, last_i]. Offsets are wanted such that
/// rivals do not overlap, and the height max(offset_i + size_i) is smallest. This is dynamic storage allocation, NP-hard in
/// general, easy for what neural networks look like.
/// </para>
/// <para>
/// Aliasing adds one thing: rivals i and j with an alias candidate may also have <em>equal</em> offsets. Everything else follows
/// from that rule. At the time t of an operator its inputs are all alive together, and so are its outputs; so an output can
/// coincide with one input at most, and an input with one output at most. Candidates that are used are therefore a matching
/// at each operator, and form chains over time. And since input and output meet at time t only, and the output is no larger,
/// using a candidate frees exactly size(output) at time t and nothing at other times.
/// </para>
/// <para>
/// Lower bound. Storages alive at t that are not merged at t are disjoint, hence height &gt;= load(t) - saved(t), where load is
/// the sum of sizes and saved the sum of the merged outputs' sizes. The choices at different operators do not interact, so the
/// bound over all choices is the maximum over t of load(t) - (maximum-weight matching at t). A matching's weight depends on
/// its outputs only; sets of outputs that can be matched are the independent sets of a transversal matroid, so taking
/// outputs by falling size, each if an augmenting path exists, gives the maximum.
/// </para>
/// </remarks>
internal sealed class SegmentProblem
{
    public SegmentProblem(int[] sizes, int[] firsts, int[] lasts, (int Input, int Output)[] candidates)
    {
        Sizes = sizes;
        Firsts = firsts;
        Lasts = lasts;
        Candidates = candidates;
        Times = lasts.Length == 0 ? 0 : lasts.Max() + 1;
        Rivals = FindRivals();
        var outputsOf = candidates.ToLookup(c => c.Input, c => c.Output);
        var inputsOf = candidates.ToLookup(c => c.Output, c => c.Input);
        Partners = new int[Count][];
        for (int i = 0; i < Count; i++)
            Partners[i] = [.. outputsOf[i], .. inputsOf[i]];
        BestMatching = [.. candidates.GroupBy(c => firsts[c.Output]).OrderBy(g => g.Key).SelectMany(MaximumMatching)];
        AnyMergeLowerBound = LowerBound(BestMatching);
    }

    public int Count => Sizes.Length;

    public int[] Sizes { get; }

    public int[] Firsts { get; }

    public int[] Lasts { get; }

    /// <summary>Times run from 0 to this, exclusive.</summary>
    public int Times { get; }

    /// <summary>For each storage the others alive at one of its times, ascending.</summary>
    public int[][] Rivals { get; }

    /// <summary>Pairs that may coincide.</summary>
    public (int Input, int Output)[] Candidates { get; }

    /// <summary>For each storage the others it may coincide with.</summary>
    public int[][] Partners { get; }

    /// <summary>Candidates that save the most at every operator; at most one for each input and each output.</summary>
    public (int Input, int Output)[] BestMatching { get; }

    /// <summary>No layout is lower than this, whatever the choice of merges.</summary>
    public int AnyMergeLowerBound { get; }

    /// <summary>Largest sum of sizes alive at one time, when these candidates are used.</summary>
    public int LowerBound(IEnumerable<(int Input, int Output)> merges)
    {
        int[] load = Load();
        foreach (var (_, output) in merges)
            load[Firsts[output]] -= Sizes[output];
        return load.DefaultIfEmpty().Max();
    }

    /// <summary>For how many times a storage is alive.</summary>
    public int Duration(int storage) => Lasts[storage] - Firsts[storage] + 1;

    /// <summary>For each storage the largest load, merges not considered, of the times it lives through.</summary>
    public int[] Contention()
    {
        int[] load = Load();
        var contention = new int[Count];
        for (int i = 0; i < Count; i++)
            contention[i] = load.AsSpan(Firsts[i], Duration(i)).ToArray().Max();
        return contention;
    }

    /// <summary>The height of a layout.</summary>
    public int Height(int[] offsets)
    {
        int height = 0;
        for (int i = 0; i < Count; i++)
            height = Math.Max(height, offsets[i] + Sizes[i]);
        return height;
    }

    /// <summary>For each time the sum of the sizes alive, merges not considered.</summary>
    public int[] Load()
    {
        var load = new int[Times];
        for (int i = 0; i < Count; i++)
            for (int t = Firsts[i]; t <= Lasts[i]; t++)
                load[t] += Sizes[i];
        return load;
    }

    /// <summary>The storages alive at some time of a window, or null when there are more than a given number.</summary>
    public SegmentProblem? Window(int start, int end, int maxCount)
    {
        int[] inside = [.. Enumerable.Range(0, Count).Where(i => Firsts[i] <= end && start <= Lasts[i])];
        if (inside.Length > maxCount)
            return null;
        return new SegmentProblem(
            Array.ConvertAll(inside, i => Sizes[i]),
            Array.ConvertAll(inside, i => Firsts[i]),
            Array.ConvertAll(inside, i => Lasts[i]),
            [.. Candidates.Select(c => (Array.IndexOf(inside, c.Input), Array.IndexOf(inside, c.Output))).Where(c => c.Item1 >= 0 && c.Item2 >= 0)]);
    }

    private int[][] FindRivals()
    {
        var rivals = new List<int>[Count];
        for (int i = 0; i < Count; i++)
            rivals[i] = [];
        for (int i = 0; i < Count; i++)
            for (int j = 0; j < i; j++)
                if (Firsts[i] <= Lasts[j] && Firsts[j] <= Lasts[i])
                {
                    rivals[i].Add(j);
                    rivals[j].Add(i);
                }
        return Array.ConvertAll(rivals, r => r.Order().ToArray());
    }

    private IEnumerable<(int Input, int Output)> MaximumMatching(IEnumerable<(int Input, int Output)> candidatesOfOneOperator)
    {
        var inputsOf = candidatesOfOneOperator.ToLookup(c => c.Output, c => c.Input);
        var outputOf = new SortedDictionary<int, int>();
        foreach (int output in inputsOf.Select(g => g.Key).OrderByDescending(o => Sizes[o]).ThenBy(o => o))
            Augment(output, []);
        return outputOf.Select(m => (m.Key, m.Value));

        bool Augment(int output, HashSet<int> visited)
        {
            foreach (int input in inputsOf[output])
            {
                if (!visited.Add(input) || (outputOf.TryGetValue(input, out int rival) && !Augment(rival, visited)))
                    continue;
                outputOf[input] = output;
                return true;
            }
            return false;
        }
    }
}
