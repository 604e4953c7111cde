using EdgeInfer.Converter.Graph;
using EdgeInfer.Kernels;

namespace EdgeInfer.Converter.Packing;

/// <summary>
/// Rewrites the main program of a packed model so that its tables are read while it runs, into one buffer that is filled anew
/// for as many records as there is room for. A large model of many channels needs more heap for biases and scales than for anything
/// else once its weights are streamed.
/// </summary>
internal static class TableStream
{
    /// <summary>Sizes of the buffer that are tried: the tables of the largest record, and up to this many quarters more.</summary>
    private const int Quarters = 12;

    /// <summary>Rewrites the program, unless nothing is gained.</summary>
    /// <param name="packer">The packed model; its constants change, too.</param>
    /// <param name="program">The main program.</param>
    /// <param name="bufferWords">Words of the buffer; 0 where tables stay as they are.</param>
    /// <returns>The program with its loads.</returns>
    public static List<PackedRecord> Plan(Packer packer, IReadOnlyList<PackedRecord> program, out int bufferWords)
    {
        bufferWords = 0;
        HashSet<WordRange> tables = [.. program.SelectMany(NeedOf)];
        tables.ExceptWith(packer.ResetProgram.SelectMany(NeedOf));
        int largest = program.Select(r => NeedOf(r).Where(tables.Contains).Sum(n => n.Count)).DefaultIfEmpty().Max();
        List<Filling>? best = null;
        int words = tables.Sum(t => t.Count);
        for (int quarters = 0; quarters <= Quarters; quarters++)
        {
            List<Filling> fillings = Fill(program, tables, largest + (largest * quarters / 4));
            int buffer = fillings.Max(f => f.Words);
            int taken = buffer + (LoadTables.Words * fillings.Count(f => f.Words > 0));
            if (taken >= words) continue;

            words = taken;
            bufferWords = buffer;
            best = fillings;
        }

        return best is null ? [.. program] : Write(packer, program, best);
    }

    private static WordRange[] NeedOf(PackedRecord record) => [.. record.Tables.Values.Distinct().OrderBy(r => r.Start)];

    /// <summary>As many records as fit together are served by one filling of the buffer.</summary>
    private static List<Filling> Fill(IReadOnlyList<PackedRecord> program, HashSet<WordRange> tables, int room)
    {
        List<Filling> fillings = [];
        Filling filling = new();
        foreach (PackedRecord record in program)
        {
            WordRange[] need = [.. NeedOf(record).Where(tables.Contains)];
            if (filling.Words + need.Where(r => !filling.Positions.ContainsKey(r)).Sum(r => r.Count) > room)
            {
                fillings.Add(filling);
                filling = new Filling();
            }

            foreach (WordRange range in need)
            {
                if (filling.Positions.TryAdd(range, filling.Words)) filling.Words += range.Count;
            }

            filling.Records++;
        }

        fillings.Add(filling);
        return fillings;
    }

    private static List<PackedRecord> Write(Packer packer, IReadOnlyList<PackedRecord> program, List<Filling> fillings)
    {
        List<PackedRecord> rewritten = [];
        int[] pool = [.. packer.Constants.Words];
        int next = 0;
        foreach (Filling filling in fillings)
        {
            PackedRecord[] records = [.. program.Skip(next).Take(filling.Records)];
            next += filling.Records;
            if (filling.Words > 0) rewritten.Add(Load(packer, pool, filling, records[0].Source));
            foreach (PackedRecord record in records)
            {
                foreach ((int field, WordRange range) in record.Tables.ToArray())
                {
                    if (filling.Positions.TryGetValue(range, out int position)) record.UseTableBuffer(field, position);
                }

                rewritten.Add(record);
            }
        }

        PackedRecord[] all = [.. packer.ResetProgram, .. program];
        Dictionary<WordRange, int> positions = packer.Constants.KeepWords(all.SelectMany(NeedOf));
        foreach (PackedRecord record in all)
        {
            foreach ((int field, WordRange range) in record.Tables.ToArray()) record.MoveTable(field, positions[range]);
        }

        return rewritten;
    }

    private static PackedRecord Load(Packer packer, int[] pool, Filling filling, Operator? source)
    {
        int[] values = new int[filling.Words];
        foreach ((WordRange range, int position) in filling.Positions) pool.AsSpan(range.Start, range.Count).CopyTo(values.AsSpan(position));
        PackedRecord load = new(packer, OperatorCode.LoadTables, LoadTables.Words, null, source)
        {
            [LoadTables.Source] = packer.Constants.AddWordsAsBytes(values),
            [LoadTables.Count] = values.Length,
        };
        load.UseTableBuffer(LoadTables.Target, 0);
        load.SetUnits(LoadTables.UnitsOf(values.Length), values.Length);
        return load;
    }

    /// <summary>Tables that are in the buffer at the same time, and the records that they serve.</summary>
    private sealed class Filling
    {
        public Dictionary<WordRange, int> Positions { get; } = [];

        public int Words { get; set; }

        public int Records { get; set; }
    }
}
