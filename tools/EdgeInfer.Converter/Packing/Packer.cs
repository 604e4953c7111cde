using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Packing;

/// <summary>
/// Turns the operators of a graph into records, tensors and constants of the blob. Offsets in the arena are planned
/// afterwards, when all lifetimes are known.
/// </summary>
public sealed class Packer
{
    private readonly Dictionary<(GraphTensor Storage, int Start, int Count), PackedTensor> _byMemory = [];
    private readonly List<PackedTensor> _tensors = [];
    private readonly List<PackedRecord> _reset = [];
    private readonly List<PackedRecord> _main = [];
    private Operator? _current;

    private Packer(ModelGraph graph, int scratchBytes, bool packWeights, bool streamsWeights)
    {
        StreamsWeights = streamsWeights;
        Graph = graph;
        ScratchBytes = scratchBytes;
        PackWeights = packWeights;
    }

    /// <summary>The graph that is packed.</summary>
    public ModelGraph Graph { get; }

    /// <summary>Bytes of scratch that a kernel should stay within where it has a choice; see <see cref="ScratchBudget"/>.</summary>
    public int ScratchBytes { get; }

    /// <summary>Whether weights will be read while the model runs, so that no kernel may rely on their values.</summary>
    public bool StreamsWeights { get; }

    /// <summary>Bytes of the weight buffer; 0 where all weights are loaded with the model.</summary>
    public int WeightBufferBytes { get; private set; }

    /// <summary>Words of the buffer of tables; 0 where all tables are loaded with the model.</summary>
    public int TableBufferWords { get; private set; }

    /// <summary>Whether kernels that can should keep their weights packed in the arena; see <see cref="ConversionOptions.PackWeights"/>.</summary>
    public bool PackWeights { get; }

    /// <summary>Constants of all records.</summary>
    public ConstantPools Constants { get; } = new();

    /// <summary>All tensors, in the order of their index.</summary>
    public IReadOnlyList<PackedTensor> Tensors => _tensors;

    /// <summary>Records that set states and constants of the arena.</summary>
    public IReadOnlyList<PackedRecord> ResetProgram => _reset;

    /// <summary>Records of one inference.</summary>
    public IReadOnlyList<PackedRecord> MainProgram => _main;

    /// <summary>Packs a graph whose operators have passed their checks.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="scratchBytes">Bytes of scratch that a kernel should stay within where it has a choice.</param>
    /// <param name="packWeights">Whether kernels that can should keep their weights packed in the arena.</param>
    /// <param name="weightBuffer">Bytes of the buffer into which weights are read while the model runs; null where they are loaded with it.</param>
    /// <returns>The records, with lifetimes of all tensors but without their offsets.</returns>
    public static Packer Pack(ModelGraph graph, int scratchBytes, bool packWeights = false, int? weightBuffer = null)
    {
        Packer packer = new(graph, scratchBytes, packWeights, weightBuffer is not null);
        foreach (GraphTensor input in graph.Inputs) packer.TensorFor(input).Use(-1);
        foreach (Operator op in graph.Operators)
        {
            packer._current = op;
            op.Pack(packer);
        }

        packer._current = null;
        if (weightBuffer is { } bytes) packer.Stream(bytes);
        foreach (GraphTensor output in graph.Outputs) packer.TensorFor(output).Use(packer._main.Count);
        foreach (PackedTensor tensor in packer._tensors.Where(t => t.IsPersistent))
        {
            tensor.Use(-1);
            tensor.Use(packer._main.Count);
        }

        for (int i = 0; i < packer._main.Count; i++)
        {
            foreach (PackedTensor tensor in packer._main[i].Operands.Values) tensor.Use(i);
        }

        return packer;
    }

    private void Stream(int bytes)
    {
        WeightStream stream = WeightStream.Plan(this, bytes);
        WeightBufferBytes = stream.BufferBytes;
        _reset.Clear();
        _reset.AddRange(stream.ResetProgram);
        _main.Clear();
        _main.AddRange(TableStream.Plan(this, stream.MainProgram, out int tables));
        TableBufferWords = tables;
    }

    /// <summary>Adds a record to the main program.</summary>
    /// <param name="code">What it asks for.</param>
    /// <param name="words">Its length, as the device kernel names it.</param>
    /// <param name="output">The tensor that it writes.</param>
    /// <returns>The record, whose fields the caller sets.</returns>
    public PackedRecord Add(OperatorCode code, int words, GraphTensor output)
    {
        PackedRecord record = new(this, code, words, TensorFor(output), _current);
        _main.Add(record);
        return record;
    }

    /// <summary>The memory of a graph tensor; constants and variables are set by the reset program.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>The entry, the same one for all views of a tensor.</returns>
    internal PackedTensor TensorFor(GraphTensor tensor)
    {
        if (!tensor.IsPart) tensor = tensor.Storage;
        (GraphTensor Storage, int Start, int Count) memory = (tensor.Storage, tensor.StorageStart, tensor.Count);
        if (_byMemory.TryGetValue(memory, out PackedTensor? packed)) return packed;

        PackedTensor? whole = tensor.IsPart ? TensorFor(tensor.Storage) : null;
        packed = new PackedTensor(tensor.Name, ArenaTypeOf(tensor), tensor.Count, tensor)
        {
            Index = _tensors.Count,
            IsPersistent = tensor.IsVariable || tensor.IsConstant,
            Whole = whole,
            Start = memory.Start,
        };
        _tensors.Add(packed);
        _byMemory.Add(memory, packed);
        if (packed.IsPersistent) _reset.AddRange(ResetRecord.For(this, packed, tensor.Data ?? tensor.InitialData));
        return packed;
    }

    /// <summary>Tells whether other tensors of the graph lie in a tensor without filling it.</summary>
    /// <param name="tensor">The tensor.</param>
    internal bool HasParts(GraphTensor tensor) =>
        Graph.Operators.SelectMany(op => op.Inputs.Concat(op.Outputs)).Any(t => t is { IsPart: true } && t.Storage == tensor.Storage);

    /// <summary>Adds scratch for one record.</summary>
    internal PackedTensor AddScratch(TensorType type, int count)
    {
        PackedTensor scratch = new($"scratch of {_current?.Label}", type, count, null) { Index = _tensors.Count };
        _tensors.Add(scratch);
        return scratch;
    }

    /// <summary>Adds the memory of packed weights and the reset record that fills it.</summary>
    internal PackedTensor AddPackedWeights(int weights, int rows, int depth)
    {
        PackedTensor tiles = new($"packed weights of {_current?.Label}", TensorType.Tile, Kernels.PackWeights.TilesOf(rows, depth), null)
        {
            Index = _tensors.Count,
            IsPersistent = true,
        };
        _tensors.Add(tiles);
        PackedRecord record = new(this, OperatorCode.PackWeights, Kernels.PackWeights.Words, tiles, null)
        {
            [Kernels.PackWeights.Rows] = rows,
            [Kernels.PackWeights.Depth] = depth,
        };
        record.UseBytes(Kernels.PackWeights.Weights, new ByteRange(weights, rows * depth));
        record.SetUnits(1, (long)rows * depth);
        _reset.Add(record);
        return tiles;
    }

    private static TensorType ArenaTypeOf(GraphTensor tensor) => tensor.Type switch
    {
        ElementType.Int8 or ElementType.Bool => TensorType.Int8,
        ElementType.UInt8 => TensorType.UInt8,
        ElementType.Int16 => TensorType.Int16,
        ElementType.Int32 => TensorType.Int32,
        ElementType.Float32 => TensorType.Float32,
        _ => throw new InvalidOperationException($"Tensor '{tensor.Name}' of {tensor.Type} cannot lie in the arena."),
    };
}
