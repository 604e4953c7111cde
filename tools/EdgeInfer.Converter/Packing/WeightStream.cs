using EdgeInfer.Converter.Graph;
using EdgeInfer.Kernels;

namespace EdgeInfer.Converter.Packing;

/// <summary>
/// Rewrites the programs of a packed model so that 8-bit constants are read into a buffer while the model runs. Constants that
/// stay are loaded by the reset program; the others fill the rest of the buffer in the order in which they are needed,
/// as many layers at a time as there is room for.
/// </summary>
internal sealed class WeightStream
{
    private readonly Packer _packer;
    private readonly HashSet<ByteRange> _stays;
    private readonly Dictionary<ByteRange, int> _positions = [];
    private readonly int _changing;

    private WeightStream(Packer packer, HashSet<ByteRange> stays)
    {
        _packer = packer;
        _stays = stays;
        int end = 0;
        foreach (ByteRange range in stays.OrderBy(r => r.Start))
        {
            _positions.Add(range, end);
            end += range.Count;
        }

        _changing = end;
    }

    /// <summary>The reset program with its loads.</summary>
    public List<PackedRecord> ResetProgram { get; } = [];

    /// <summary>The main program with its loads.</summary>
    public List<PackedRecord> MainProgram { get; } = [];

    /// <summary>Bytes of the buffer, its tail included.</summary>
    public int BufferBytes { get; private set; }

    /// <summary>The fewest bytes with which a model can be run: the constants of its largest record.</summary>
    /// <param name="packer">The packed model, not streamed.</param>
    /// <returns>Bytes of the buffer, its tail included.</returns>
    public static int SmallestBuffer(Packer packer) =>
        packer.ResetProgram.Concat(packer.MainProgram).Select(r => NeedOf(r).Sum(n => n.Count)).DefaultIfEmpty().Max() + BlobFormat.BytesTail;

    /// <summary>Plans the buffer and writes the programs.</summary>
    /// <param name="packer">The packed model.</param>
    /// <param name="bytes">Bytes that the buffer may take, its tail included.</param>
    /// <returns>The programs.</returns>
    /// <exception cref="ConversionException">The buffer is too small; the message says for what.</exception>
    public static WeightStream Plan(Packer packer, int bytes)
    {
        int room = bytes - BlobFormat.BytesTail;
        PackedRecord[] records = [.. packer.ResetProgram, .. packer.MainProgram];
        HashSet<ByteRange>? stays = WeightCache.Choose([.. packer.MainProgram.Select(NeedOf).Where(n => n.Count > 0)], room);
        PackedRecord? largest = records.MaxBy(r => NeedOf(r).Sum(n => n.Count));
        int smallest = SmallestBuffer(packer);
        if (stays is null || bytes < smallest)
        {
            throw new ConversionException(
                packer.Graph.Name,
                largest?.Source?.Label ?? "the reset program",
                $"its weights do not fit into a buffer of {bytes} bytes",
                $"Allow {smallest} bytes",
                ErrorCode.Budget);
        }

        // Constants of the arena are read through the same buffer, once; what stays must leave them room.
        int reset = packer.ResetProgram.Select(r => NeedOf(r).Sum(n => n.Count)).DefaultIfEmpty().Max();
        if (stays.Sum(r => r.Count) > room - reset) stays = WeightCache.Choose([.. packer.MainProgram.Select(NeedOf).Where(n => n.Count > 0)], room - reset) ?? [];

        WeightStream stream = new(packer, stays);
        stream.Write(room);
        return stream;
    }

    /// <summary>Says what a packed model reads while it runs.</summary>
    /// <param name="packer">The packed model.</param>
    /// <returns>One line; none where weights are not streamed.</returns>
    public static IEnumerable<string> Describe(Packer packer)
    {
        if (packer.WeightBufferBytes == 0) yield break;

        long Loaded(IEnumerable<PackedRecord> program) => program.Where(r => r.Code == OperatorCode.LoadWeights).Sum(r => (long)r[LoadWeights.Count]);
        yield return $"weights are read into a buffer of {packer.WeightBufferBytes} bytes: {Loaded(packer.MainProgram)} at every inference, {Loaded(packer.ResetProgram)} once";
        if (packer.TableBufferWords == 0) yield break;

        long tables = 4 * packer.MainProgram.Where(r => r.Code == OperatorCode.LoadTables).Sum(r => (long)r[LoadTables.Count]);
        yield return $"tables are read into a buffer of {4 * packer.TableBufferWords} bytes: {tables} at every inference";
    }

    private static List<ByteRange> NeedOf(PackedRecord record) => [.. record.Bytes.Values.Distinct().OrderBy(r => r.Start)];

    private void Write(int room)
    {
        int end = _changing;
        AddLoads(ResetProgram, [.. _stays.OrderBy(r => r.Start)], null);
        WriteProgram(_packer.ResetProgram, ResetProgram, room, ref end);
        WriteProgram(_packer.MainProgram, MainProgram, room, ref end);
        BufferBytes = Math.Min((end + BlobFormat.BytesTail + 3) & ~3, room + BlobFormat.BytesTail);
    }

    private void WriteProgram(IReadOnlyList<PackedRecord> records, List<PackedRecord> program, int room, ref int end)
    {
        for (int next = 0; next < records.Count;)
        {
            // As many records as fit together are served by one filling of the buffer.
            List<ByteRange> filling = [];
            int position = _changing, first = next;
            for (; next < records.Count; next++)
            {
                ByteRange[] missing = [.. NeedOf(records[next]).Where(r => !_stays.Contains(r) && !filling.Contains(r))];
                if (position + missing.Sum(r => r.Count) > room) break;

                foreach (ByteRange range in missing)
                {
                    _positions[range] = position;
                    position += range.Count;
                    filling.Add(range);
                }
            }

            end = Math.Max(end, position);
            AddLoads(program, filling, records[first].Source);
            for (int i = first; i < next; i++)
            {
                foreach ((int field, ByteRange range) in records[i].Bytes) records[i][field] = _positions[range];
                program.Add(records[i]);
            }
        }
    }

    /// <summary>Constants that follow each other both in the blob and in the buffer are read at once.</summary>
    private void AddLoads(List<PackedRecord> program, List<ByteRange> ranges, Operator? source)
    {
        for (int i = 0; i < ranges.Count;)
        {
            int count = ranges[i].Count, first = i;
            for (i++; i < ranges.Count && ranges[i].Start == ranges[first].Start + count; i++) count += ranges[i].Count;

            PackedRecord load = new(_packer, OperatorCode.LoadWeights, LoadWeights.Words, null, source)
            {
                [LoadWeights.Source] = ranges[first].Start,
                [LoadWeights.Target] = _positions[ranges[first]],
                [LoadWeights.Count] = count,
            };
            load.SetUnits(LoadWeights.UnitsOf(count), count);
            program.Add(load);
        }
    }
}
