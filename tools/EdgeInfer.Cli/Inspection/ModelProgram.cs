using EdgeInfer.Converter.Blob;

namespace EdgeInfer.Cli.Inspection;

/// <summary>
/// The main program of a blob as tools look at it: records, the tensors that they use and for how long. Everything is taken
/// from the blob's own tables, so it is the same for a blob from anywhere.
/// </summary>
internal sealed class ModelProgram
{
    private ModelProgram(Model model, IReadOnlyList<ProgramRecord> records, IReadOnlyList<ArenaTensor> tensors)
    {
        Model = model;
        Records = records;
        Tensors = tensors;
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>Records in the order in which they run.</summary>
    public IReadOnlyList<ProgramRecord> Records { get; }

    /// <summary>Tensor entries, by index.</summary>
    public IReadOnlyList<ArenaTensor> Tensors { get; }

    /// <summary>The tensors that have memory of their own; all others lie in them.</summary>
    public IReadOnlyList<ArenaTensor> Storages => [.. Tensors.Where(t => !t.IsPart)];

    /// <summary>
    /// Bytes below which no arena can be that runs the same operators in place: for every segment the largest sum of sizes
    /// that hold values at the same time, where an output that takes its input's place counts nothing.
    /// </summary>
    public int LowerBoundBytes => Storages.GroupBy(t => t.Segment).Sum(segment =>
        Arena.ElementBytes(segment.Key) * Enumerable.Range(-1, Records.Count + 2).Max(op => LoadAt([.. segment], op)));

    /// <summary>Reads the program of a model.</summary>
    /// <param name="model">The model.</param>
    /// <returns>Its program.</returns>
    public static ModelProgram Read(Model model)
    {
        IReadOnlyList<OperatorName> names = OperatorNames.Read(model);
        RecordUses uses = new(model);
        List<ProgramRecord> records = [];
        for (int i = 0, position = model.MainProgram; i < model.OperatorCount; i++, position += model.Words[position + Record.Length])
        {
            records.Add(ProgramRecord.Read(model, uses, i, position, i < names.Count ? names[i] : null));
        }

        int count = model.Header[BlobFormat.TensorCountWord];
        int[] first = [.. Enumerable.Repeat(int.MaxValue, count)], last = [.. Enumerable.Repeat(-1, count)];
        string[] tensorNames = [.. Enumerable.Range(0, count).Select(i => $"tensor {i}")];
        int port = count * BlobFormat.TensorWords;
        int inputs = model.Header[BlobFormat.InputCountWord];
        for (int i = 0; i < inputs + model.Header[BlobFormat.OutputCountWord]; i++)
        {
            int tensor = model.Words[port + BlobFormat.PortTensor] / BlobFormat.TensorWords;
            if (i < inputs) tensorNames[tensor] = inputs == 1 ? "input" : $"input {i}";
            Use(tensor, i < inputs ? -1 : records.Count);
            port += BlobFormat.PortShape + model.Words[port + BlobFormat.PortRank];
        }

        foreach (ProgramRecord record in records)
        {
            foreach (int tensor in record.Operands) Use(tensor, record.Index);
            if (!record.HasOutput) continue;

            Use(record.Output, record.Index);
            tensorNames[record.Output] = record.TensorName;
            if (WholeOf(record.Output) != record.Output) tensorNames[WholeOf(record.Output)] = $"{record.TensorName} and what lies beside it";
        }

        List<ArenaTensor> tensors = [];
        for (int i = 0; i < count; i++)
        {
            int entry = i * BlobFormat.TensorWords;
            int kind = model.Words[entry + BlobFormat.TensorKind];
            bool persistent = (kind & BlobFormat.PersistentFlag) != 0;
            bool scratch = !persistent && first[i] >= 0 && first[i] == last[i] && records.TrueForAll(r => r.Output != i);
            tensors.Add(new ArenaTensor(
                i,
                scratch ? $"scratch of {records[first[i]].Title}" : tensorNames[i],
                BlobFormat.TypeOf(model.Words, entry),
                model.Words[entry + BlobFormat.TensorOffset],
                model.Words[entry + BlobFormat.TensorCount],
                persistent,
                scratch,
                BlobFormat.WholeOf(model.Words, entry) != entry,
                persistent ? -1 : first[i],
                persistent ? records.Count : last[i]));
        }

        return new ModelProgram(model, records, tensors);

        void Use(int tensor, int op)
        {
            first[tensor] = Math.Min(first[tensor], op);
            last[tensor] = Math.Max(last[tensor], op);
            if (WholeOf(tensor) != tensor) Use(WholeOf(tensor), op);
        }

        int WholeOf(int tensor) => BlobFormat.WholeOf(model.Words, tensor * BlobFormat.TensorWords) / BlobFormat.TensorWords;
    }

    /// <summary>Tells whether a record writes its output where one of its operands lies that nobody needs afterwards.</summary>
    /// <param name="record">The record.</param>
    /// <returns>True where the operator runs in place.</returns>
    public bool RunsInPlace(ProgramRecord record)
    {
        if (!record.HasOutput) return false;

        ArenaTensor output = Tensors[record.Output];
        return output.FirstUse == record.Index && record.Operands.Select(o => Tensors[o]).Any(operand =>
            operand.Index != output.Index && operand.Segment == output.Segment && operand.Offset == output.Offset && operand.LastUse == record.Index);
    }

    /// <summary>Bytes of the tensors that hold values while an operator runs.</summary>
    /// <param name="op">Index of the operator.</param>
    /// <returns>Bytes of all segments together.</returns>
    public int BytesAt(int op) => Storages.Select(t => t.Segment).Distinct().Sum(segment => BytesAt(op, segment));

    /// <summary>Bytes of one segment that hold values while an operator runs.</summary>
    /// <param name="op">Index of the operator.</param>
    /// <param name="segment">The segment.</param>
    /// <returns>Bytes.</returns>
    public int BytesAt(int op, TensorType segment) => Arena.ElementBytes(segment) * LoadAt([.. Storages.Where(t => t.Segment == segment)], op);

    private int LoadAt(IReadOnlyCollection<ArenaTensor> segment, int op)
    {
        int load = segment.Where(t => t.IsAliveAt(op)).Sum(t => t.Count);
        if (op < 0 || op >= Records.Count || !RunsInPlace(Records[op])) return load;

        ArenaTensor output = Tensors[Records[op].Output];
        return segment.Contains(output) ? load - output.Count : load;
    }
}
