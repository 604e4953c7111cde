using System.Globalization;
using System.Text;
using EdgeInfer.Compiler.Layers;

namespace EdgeInfer.Compiler.Code;

/// <summary>
/// Writes the method that computes some output channels of a layer at one position: straight code without loops or calls.
/// </summary>
/// <remarks>
/// Taps that several groups of filters use are put into locals first; there are fewer than 256 locals on the device, so that
/// deep layers load them segment by segment, and every group keeps its sums in locals of its own. The locals that are read most
/// are declared first, because the first four are the cheapest.
/// </remarks>
internal sealed class MethodWriter
{
    /// <summary>Taps that are loaded at a time.</summary>
    private const int SegmentTaps = 180;

    /// <summary>Sums that a method with several segments keeps.</summary>
    public const int MostSums = 60;

    private const string Indent = "            ";

    private readonly MatrixLayer _layer;
    private readonly IReadOnlyList<FilterGroup> _groups;
    private readonly int[] _constants;
    private readonly StringBuilder _body = new();
    private readonly Dictionary<int, int> _localOf = [];
    private readonly SortedSet<string> _sums = new(StringComparer.Ordinal);
    private readonly SortedSet<int> _masks = [];
    private int _locals;

    private MethodWriter(MatrixLayer layer, IReadOnlyList<FilterGroup> groups, int[] constants)
    {
        _layer = layer;
        _groups = groups;
        _constants = constants;
    }

    /// <summary>Writes a method.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="groups">Filters that it computes.</param>
    /// <param name="constants">Filters whose output is always the same.</param>
    /// <returns>The method with its parameters, as C#.</returns>
    public static string Write(MatrixLayer layer, IReadOnlyList<FilterGroup> groups, int[] constants) => new MethodWriter(layer, groups, constants).Write();

    /// <summary>What a group is expected to cost, the loading of shared taps aside.</summary>
    /// <param name="group">The group.</param>
    public static CodeEstimate Estimate(FilterGroup group)
    {
        CodeEstimate sum = default;
        foreach (IReadOnlyList<SharedConstant> chunk in group.Terms)
        {
            int taps = chunk.Sum(t => t.Taps.Count);
            sum += CodeEstimate.Sum + (chunk.Count * CodeEstimate.Product) + (taps * CodeEstimate.Local) + ((taps - chunk.Count) * CodeEstimate.Addition);
            sum += group.Filters.Length * CodeEstimate.Lane;
        }

        return sum + (group.Filters.Length * CodeEstimate.Output);
    }

    private string Write()
    {
        Dictionary<int, int> uses = [];
        foreach ((int tap, _) in _groups.SelectMany(g => g.Terms).SelectMany(chunk => chunk).SelectMany(t => t.Taps)) uses[tap] = uses.GetValueOrDefault(tap) + 1;
        int[] shared = [.. uses.Where(u => u.Value > 1).Select(u => u.Key).Order()];
        int[][] segments = [.. shared.Chunk(SegmentTaps)];
        if (segments.Length < 2)
        {
            Load(shared);
            foreach (FilterGroup group in _groups)
            {
                for (int chunk = 0; chunk < group.Chunks.Count; chunk++) Sum(Name(0, chunk), group, group.Terms[chunk], start: true);
                Store(group, 0);
            }
        }
        else
        {
            for (int segment = 0; segment < segments.Length; segment++)
            {
                int first = segment == 0 ? 0 : segments[segment][0];
                int end = segment + 1 < segments.Length ? segments[segment + 1][0] : int.MaxValue;
                _localOf.Clear();
                Load(segments[segment]);
                for (int g = 0; g < _groups.Count; g++)
                {
                    for (int chunk = 0; chunk < _groups[g].Chunks.Count; chunk++)
                    {
                        Sum(Name(g, chunk), _groups[g], [.. _groups[g].TermsIn(chunk, tap => tap >= first && tap < end)], segment == 0);
                    }
                }
            }

            for (int g = 0; g < _groups.Count; g++) Store(_groups[g], g);
        }

        foreach (int filter in _constants)
        {
            _body.Append(Indent).Append(Element("o", filter)).Append($" = {Number(Requantization.Of(_layer.Channels[filter], _layer).ConstantOutput!.Value)};\n");
        }

        StringBuilder method = new();
        method.Append("        public static void Run(int o, int p, sbyte[] x)\n        {\n");
        if (_groups.Count > 0) method.Append(Indent).Append("long t;\n").Append(Indent).Append("int u;\n");
        foreach (int width in _masks) method.Append(Indent).Append($"long m{width} = {Number((1L << width) - 1)};\n");
        if (_sums.Count > 0) method.Append(Indent).Append($"long {string.Join(", ", _sums)};\n");
        if (_locals > 0) method.Append(Indent).Append($"long {string.Join(", ", Enumerable.Range(0, _locals).Select(i => "x" + Number(i)))};\n");
        return method.Append(_body).Append("        }\n").ToString();
    }

    private void Load(int[] taps)
    {
        for (int i = 0; i < taps.Length; i++)
        {
            _localOf[taps[i]] = i;
            _body.Append(Indent).Append($"x{Number(i)} = {Element("p", _layer.OffsetOf(taps[i]))};\n");
        }

        _locals = Math.Max(_locals, taps.Length);
    }

    private void Sum(string name, FilterGroup group, IReadOnlyList<SharedConstant> terms, bool start)
    {
        if (terms.Count == 0 && !start) return;

        _sums.Add(name);
        _body.Append(Indent).Append($"{name} = {(start ? LaneLayout.Literal(group.Lanes.Offsets) : name)}");
        foreach (SharedConstant term in terms)
        {
            string taps = string.Concat(term.Taps.Select((t, i) => $"{(i == 0 ? string.Empty : t.Negative ? " - " : " + ")}{Tap(t.Tap)}"));
            _body.Append($"\n{Indent}    + ({(term.Taps.Count > 1 ? $"({taps})" : taps)} * {LaneLayout.Literal(term.Constant, out _)})");
        }

        _body.Append(";\n");
    }

    private void Store(FilterGroup group, int index)
    {
        for (int lane = 0; lane < group.Filters.Length; lane++)
        {
            int filter = group.Filters[lane];
            Requantization scale = Requantization.Of(_layer.Channels[filter], _layer);
            string sum = string.Join(" + ", Enumerable.Range(0, group.Chunks.Count).Select(chunk => Read(group, index, chunk, lane)));
            long bias = unchecked(scale.Bias - (group.Chunks.Count * group.Lanes.Offset * scale.Multiplier));
            _body.Append(Indent).Append($"t = ({(group.Chunks.Count > 1 ? $"({sum})" : sum)} * {LaneLayout.Literal(scale.Multiplier)}) + {LaneLayout.Literal(bias)};\n");
            if (scale.NegativeStep != 0) _body.Append(Indent).Append($"if (t < {LaneLayout.Literal(scale.Threshold)}) t -= {LaneLayout.Literal(scale.NegativeStep)};\n");
            _body.Append(Indent).Append($"u = (int)(t >> {Number(scale.Shift)});\n");

            // Adding -128 modulo 256 is turning a bit over, which costs half as much.
            string output = $"(sbyte)({(scale.Minimum == sbyte.MinValue ? "u ^ -128" : $"u + {Number(scale.Minimum)}")})";
            string clamped = $"(uint)u <= {Number(scale.Range)} ? {output} : u < 0 ? {SignedByte(scale.Minimum)} : {SignedByte(scale.Minimum + scale.Range)}";
            _body.Append(Indent).Append($"{Element("o", filter)} = {(scale.NeedsClamp ? clamped : output)};\n");
        }
    }

    private string Read(FilterGroup group, int index, int chunk, int lane)
    {
        string mask = "m" + Number(group.Lanes.Width);
        if (lane == 0 && group.Filters.Length > 1) _masks.Add(group.Lanes.Width);
        bool marked = group.Terms[chunk].Any(term => IsMarked(term.Constant));
        return group.Lanes.Read(Name(index, chunk), lane, mask, marked);
    }

    private static bool IsMarked(long constant)
    {
        LaneLayout.Literal(constant, out bool marked);
        return marked;
    }

    private string Tap(int tap) => _localOf.TryGetValue(tap, out int local) ? "x" + Number(local) : Element("p", _layer.OffsetOf(tap));

    private static string Name(int group, int chunk) => $"a{Number(group)}_{Number(chunk)}";

    private static string Element(string start, int index) => index == 0 ? $"x[{start}]" : $"x[{start} + {Number(index)}]";

    private static string SignedByte(int value) => value < 0 ? $"(sbyte)({Number(value)})" : $"(sbyte){Number(value)}";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
