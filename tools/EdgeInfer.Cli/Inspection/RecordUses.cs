namespace EdgeInfer.Cli.Inspection;

/// <summary>What the records of a model use, as their kernels declare it.</summary>
internal sealed class RecordUses : RecordObserver
{
    private readonly Dictionary<int, HashSet<int>> _tensors = [];
    private readonly HashSet<(int Width, int Start)> _constants = [];
    private readonly Dictionary<int, int> _constantBytes = [];

    /// <summary>Asks the kernels of a model.</summary>
    /// <param name="model">The model.</param>
    public RecordUses(Model model)
    {
        model.Observe(this);
    }

    /// <summary>Tensors that a record uses, the output and scratch included.</summary>
    /// <param name="record">Position of the record.</param>
    /// <returns>Indexes of tensor entries.</returns>
    public IReadOnlyCollection<int> TensorsOf(int record) => _tensors.TryGetValue(record, out HashSet<int>? tensors) ? tensors : [];

    /// <summary>Bytes of constants that a record is the first to use.</summary>
    /// <param name="record">Position of the record.</param>
    /// <returns>Bytes.</returns>
    public int ConstantBytesOf(int record) => _constantBytes.GetValueOrDefault(record);

    /// <inheritdoc/>
    public override void OnTensor(int record, int entry)
    {
        if (!_tensors.TryGetValue(record, out HashSet<int>? tensors)) _tensors.Add(record, tensors = []);
        tensors.Add(entry / BlobFormat.TensorWords);
    }

    /// <inheritdoc/>
    public override void OnConstants(int record, int width, int start, int count)
    {
        if (_constants.Add((width, start))) _constantBytes[record] = ConstantBytesOf(record) + (count * width);
    }
}
