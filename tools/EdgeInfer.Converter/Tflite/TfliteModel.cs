using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite;

/// <summary>An opened file: its operator kinds, buffers, subgraphs and variables.</summary>
internal sealed class TfliteModel
{
    private readonly FlatTable[] _subgraphs;
    private readonly TfliteOperatorKind[] _kinds;
    private readonly TfliteBuffers _buffers;

    /// <summary>Opens a file.</summary>
    /// <param name="file">The file.</param>
    public TfliteModel(FlatFile file)
    {
        File = file;
        FlatTable root = file.Root(TfliteSchema.Identifier, ".tflite file", "model");
        int version = root.Int32(TfliteSchema.Model.Version);
        if (version != TfliteSchema.Version)
        {
            throw new ConversionException(file.Name, $"model (byte {root.Position})", $"version {version} of the schema is not supported, only {TfliteSchema.Version}", "Export the model with a current TensorFlow", ErrorCode.FormatVersion);
        }

        _kinds = Array.ConvertAll(root.Tables(TfliteSchema.Model.OperatorCodes, "operator code"), ReadKind);
        _buffers = new TfliteBuffers(file, root);
        _subgraphs = root.Tables(TfliteSchema.Model.Subgraphs, "subgraph");
        if (_subgraphs.Length == 0) throw file.Damaged("model", root.Position, "there is no graph in it");
        Variables = new TfliteVariables(Problems);
    }

    /// <summary>The file.</summary>
    public FlatFile File { get; }

    /// <summary>Receives what is not supported.</summary>
    public ProblemList Problems { get; } = new();

    /// <summary>Variables, which all subgraphs share.</summary>
    public TfliteVariables Variables { get; }

    /// <summary>Elements of constants that were computed while importing: a small file must not ask for a lot of memory.</summary>
    public long ComputedElements { get; set; }

    /// <summary>Opens a subgraph.</summary>
    /// <param name="index">Its index; 0 is the model itself.</param>
    /// <returns>The subgraph, or null where there is none of this index.</returns>
    public TfliteSubgraph? Subgraph(int index) =>
        (uint)index < (uint)_subgraphs.Length ? new TfliteSubgraph(this, _subgraphs[index], _buffers) : null;

    /// <summary>The kind of an operator.</summary>
    /// <param name="index">Index into the list of operator codes.</param>
    /// <param name="reader">The table that holds the index.</param>
    /// <returns>The kind.</returns>
    public TfliteOperatorKind KindOf(int index, FlatTable reader) =>
        (uint)index < (uint)_kinds.Length
            ? _kinds[index]
            : throw File.Damaged(reader.Part, reader.Position, $"it refers to operator code {(uint)index} of {_kinds.Length}");

    private static TfliteOperatorKind ReadKind(FlatTable table)
    {
        int code = Math.Max(table.Int8(TfliteSchema.OperatorCode.DeprecatedBuiltinCode), table.Int32(TfliteSchema.OperatorCode.BuiltinCode));
        string name = BuiltinNames.NameOf(code);
        string? custom = code == BuiltinNames.Custom ? table.Text(TfliteSchema.OperatorCode.CustomCode) : null;
        if (custom is not null) name += $" '{custom}'";
        return new TfliteOperatorKind(code, name, table.Int32(TfliteSchema.OperatorCode.Version, 1), custom);
    }
}
