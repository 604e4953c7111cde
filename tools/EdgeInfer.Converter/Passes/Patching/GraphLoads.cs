using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using EdgeInfer.Converter.Planning;

namespace EdgeInfer.Converter.Passes.Patching;

/// <summary>What a graph needs of the arena around a stage, in bytes of 8 and 16-bit tensors.</summary>
/// <param name="Read">Images that the stage reads and nobody after it.</param>
/// <param name="Result">The image that the stage makes.</param>
/// <param name="Through">What is kept all the time that the stage runs.</param>
internal sealed record StageLoads(long Read, long Result, long Through);

/// <summary>
/// What every operator of a graph needs of the arena, in bytes of 8 and 16-bit tensors without scratch. A stage that is run in bands changes
/// it for its own operators only, so that thousands of ways to cut a graph can be told apart without planning them.
/// </summary>
internal sealed class GraphLoads
{
    private readonly List<PackedRecord> _records;
    private readonly PackedTensor[] _tensors;
    private readonly Packer _packer;
    private readonly long[] _ofOperators;

    /// <summary>Packs a graph and adds up what its records need.</summary>
    /// <param name="graph">The graph.</param>
    public GraphLoads(ModelGraph graph)
    {
        Graph = graph;
        _packer = Packer.Pack(graph, 0);
        _records = [.. _packer.MainProgram];
        _tensors = [.. _packer.Tensors.Where(t => t.Whole is null && ArenaLayout.SegmentOf(t.Type) is ArenaSegment.Int8 or ArenaSegment.Int16)];
        _ofOperators = [.. graph.Operators.Select(op => Enumerable.Range(0, _records.Count).Where(i => _records[i].Source == op).Select(LoadAt).DefaultIfEmpty().Max())];
    }

    /// <summary>The graph.</summary>
    public ModelGraph Graph { get; }

    /// <summary>What an operator needs that runs as it is.</summary>
    /// <param name="index">Index of the operator.</param>
    /// <returns>Bytes of its tensors and of all others that are alive with them.</returns>
    public long Of(int index) => _ofOperators[index];

    /// <summary>Works out what is needed around a stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <returns>The loads.</returns>
    public StageLoads Around(PatchStage stage)
    {
        HashSet<Operator> inside = [.. stage.Operators];
        int first = _records.FindIndex(r => inside.Contains(r.Source!)), last = _records.FindLastIndex(r => inside.Contains(r.Source!));
        PackedTensor[] before = [.. _tensors.Where(t => t.FirstUse < first && t.LastUse >= first)];
        PackedTensor result = _packer.TensorFor(stage.Result.Storage);
        return new StageLoads(
            before.Where(t => t.LastUse <= last).Sum(BytesOf),
            before.Contains(result) ? 0 : BytesOf(result),
            before.Where(t => t.LastUse > last).Sum(BytesOf));
    }

    private static long BytesOf(PackedTensor tensor) => (long)tensor.Count * (ArenaLayout.SegmentOf(tensor.Type) == ArenaSegment.Int16 ? sizeof(short) : 1);

    /// <summary>Bytes that are alive at a record; an output that may take the place of an operand counts nothing.</summary>
    private long LoadAt(int record)
    {
        long load = _tensors.Where(t => t.FirstUse <= record && record <= t.LastUse).Sum(BytesOf);
        bool inPlace = _records[record].InPlace.Any(t => t.LastUse == record && t.Count >= _records[record].Output.Count);
        return inPlace ? load - BytesOf(_records[record].Output) : load;
    }
}
