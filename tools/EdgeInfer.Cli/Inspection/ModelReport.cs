using System.Text;
using EdgeInfer.Converter.Blob;
using EdgeInfer.Converter.Boards;
using EdgeInfer.Quantizer;

namespace EdgeInfer.Cli.Inspection;

/// <summary>Everything that is known of a model before it is flashed. Property names are those of the JSON output.</summary>
/// <param name="File">The file.</param>
/// <param name="SourceBytes">Length of the file.</param>
/// <param name="Macs">Multiply-accumulates of one inference.</param>
/// <param name="BlobBytes">Length of the blob.</param>
/// <param name="ArenaBytes">Bytes of the arena.</param>
/// <param name="ArenaLowerBoundBytes">Bytes below which it cannot be.</param>
/// <param name="HeapBytes">Heap that it takes from a file: weights or their buffer, tables and arena.</param>
/// <param name="HeapBytesUnstreamed">The same with all weights in memory.</param>
/// <param name="WeightBytesRead">Bytes of weights that one inference reads from storage.</param>
/// <param name="Plan">What the converter was asked to plan for, a line each.</param>
/// <param name="Recipe">How the model was quantized, a line each; empty where it came quantized.</param>
/// <param name="CostInstructions">RV32 instructions of one inference; null where they were not counted.</param>
/// <param name="Streaming">What a frame costs; null for a model that keeps no state.</param>
/// <param name="Inputs">Graph inputs.</param>
/// <param name="Outputs">Graph outputs.</param>
/// <param name="Labels">Labels of the classes.</param>
/// <param name="Operators">One row an operator.</param>
/// <param name="Parts">What the blob's bytes are spent on.</param>
/// <param name="Libraries">Device libraries that an application needs for it.</param>
/// <param name="Boards">One row a board; empty where the cost was not counted.</param>
internal sealed record ModelReport(
    string File,
    int SourceBytes,
    long Macs,
    int BlobBytes,
    int ArenaBytes,
    int ArenaLowerBoundBytes,
    long HeapBytes,
    long HeapBytesUnstreamed,
    long WeightBytesRead,
    IReadOnlyList<string> Plan,
    IReadOnlyList<string> Recipe,
    long? CostInstructions,
    StreamingRow? Streaming,
    IReadOnlyList<PortRow> Inputs,
    IReadOnlyList<PortRow> Outputs,
    IReadOnlyList<string> Labels,
    IReadOnlyList<OperatorRow> Operators,
    IReadOnlyList<BlobPart> Parts,
    IReadOnlyList<LibraryRow> Libraries,
    IReadOnlyList<BoardRow> Boards)
{
    /// <summary>Looks at a model.</summary>
    /// <param name="file">The model.</param>
    /// <param name="program">Its program.</param>
    /// <param name="costs">RV32 instructions by operator; null where they were not counted.</param>
    /// <param name="boards">Boards to hold it against.</param>
    /// <returns>The report.</returns>
    public static ModelReport Of(ModelFile file, ModelProgram program, long[]? costs, IReadOnlyList<Board> boards)
    {
        Interpreter interpreter = new(file.Model);
        ModelFootprint footprint = ModelFootprint.Of(file.Model);
        PortNames? ports = file.Model.ReadMetadata(MetadataTag.Ports) is null ? null : PortNames.Read(file.Model);
        long? cost = costs?.Sum();
        return new ModelReport(
            file.Path,
            file.SourceBytes,
            file.Model.Macs,
            file.Blob.Length,
            file.Model.ArenaBytes,
            program.LowerBoundBytes,
            footprint.AsFile,
            footprint.AsFile - footprint.Weights - (4 * file.Model.Header[BlobFormat.TableBufferWord]) + file.Model.Header[BlobFormat.ByteCountWord],
            Read(OperatorCode.LoadWeights, Kernels.LoadWeights.Count) + (4 * Read(OperatorCode.LoadTables, Kernels.LoadTables.Count)),
            PlanOf(file.Model),
            RecipeOf(file.Model),
            cost,
            StreamingRow.Of(file.Model, program, cost),
            [.. Enumerable.Range(0, interpreter.InputCount).Select(i => PortRow.Of(interpreter.Input(i), ports is null ? null : ports.Inputs[i]))],
            [.. Enumerable.Range(0, interpreter.OutputCount).Select(i => PortRow.Of(interpreter.Output(i), ports is null ? null : ports.Outputs[i]))],
            EdgeInfer.Labels.Read(file.Model),
            [.. program.Records.Select(r => OperatorRow.Of(program, r, costs?[r.Index]))],
            BlobParts.Of(file.Blob, file.Model),
            LibraryRow.Of(file.Model),
            cost is null ? [] : [.. boards.Select(b => BoardRow.Of(BoardFit.Of(b, footprint, cost.Value)))]);

        long Read(OperatorCode load, int count) => program.Records.Where(r => r.Code == load).Sum(r => (long)file.Model.Words[r.Position + count]);
    }

    /// <summary>What the converter was asked to plan for.</summary>
    /// <param name="model">The model.</param>
    /// <returns>A line each; none where nothing was asked.</returns>
    internal static string[] PlanOf(Model model) => Lines(model, MetadataTag.Plan);

    /// <summary>In words where it is one of this program; as it is where it is not.</summary>
    private static string[] RecipeOf(Model model)
    {
        if (model.ReadMetadata(MetadataTag.Recipe) is not { } text) return [];
        try
        {
            return [.. RecipeFile.Read(text, "recipe").Describe()];
        }
        catch (QuantizationException)
        {
            return Lines(model, MetadataTag.Recipe);
        }
    }

    private static string[] Lines(Model model, int tag) => model.ReadMetadata(tag) is { } text ? Encoding.UTF8.GetString(text).Split('\n') : [];
}

/// <summary>A graph input or output.</summary>
/// <param name="Name">Its name; null where the blob does not tell, as where there is one only.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Scale">Scale; 0 where it is not quantized.</param>
/// <param name="ZeroPoint">Zero point.</param>
internal sealed record PortRow(string? Name, string Type, IReadOnlyList<int> Shape, float Scale, int ZeroPoint)
{
    /// <summary>Describes a tensor.</summary>
    public static PortRow Of(Tensor tensor, string? name) => new(name, tensor.Type.ToString(), tensor.Shape, tensor.Scale, tensor.ZeroPoint);
}

/// <summary>An operator of the blob.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Operator">What the runtime calls it.</param>
/// <param name="Source">The operator in the source model; empty where the blob carries no names.</param>
/// <param name="Output">Name of the tensor that it writes.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its dimensions; its number of elements where the blob carries no names.</param>
/// <param name="Scale">Its scale; 0 where it is not quantized or not known.</param>
/// <param name="ZeroPoint">Its zero point.</param>
/// <param name="InPlace">True where it is written over an operand.</param>
/// <param name="Macs">Multiply-accumulates; null where the blob carries no names.</param>
/// <param name="BlobBytes">Bytes of its record and constants.</param>
/// <param name="ArenaBytes">Bytes that hold values while it runs.</param>
/// <param name="CostInstructions">RV32 instructions; null where they were not counted.</param>
internal sealed record OperatorRow(
    int Index,
    string Operator,
    string Source,
    string Output,
    string Type,
    IReadOnlyList<int> Shape,
    float Scale,
    int ZeroPoint,
    bool InPlace,
    long? Macs,
    int BlobBytes,
    int ArenaBytes,
    long? CostInstructions)
{
    /// <summary>Describes a record.</summary>
    public static OperatorRow Of(ModelProgram program, ProgramRecord record, long? cost)
    {
        ArenaTensor? output = record.HasOutput ? program.Tensors[record.Output] : null;
        return new OperatorRow(
            record.Index,
            record.Code.ToString(),
            record.Source?.Label ?? string.Empty,
            record.TensorName,
            (output?.Type ?? TensorType.Int8).ToString(),
            record.Source?.Shape ?? (output is null ? [] : [output.Count]),
            record.Source?.Scale ?? 0,
            record.Source?.ZeroPoint ?? 0,
            program.RunsInPlace(record),
            record.Source?.Macs,
            record.Bytes,
            program.BytesAt(record.Index),
            cost);
    }
}

/// <summary>A model on a board.</summary>
/// <param name="Name">The board.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Fits">How the model fits: <c>resource</c>, <c>file</c>, <c>streamed</c> or <c>none</c>.</param>
/// <param name="MemoryBytes">Heap that it takes.</param>
/// <param name="BudgetBytes">Heap that there is for it.</param>
/// <param name="PredictedSeconds">Time of one inference, within a factor of two.</param>
/// <param name="Reason">Why it does not fit, or does not as a resource.</param>
/// <param name="WeightBufferBytes">Buffer with which it fits if its weights are streamed; 0 where that is not needed.</param>
internal sealed record BoardRow(string Name, string Title, string Fits, long MemoryBytes, int BudgetBytes, double PredictedSeconds, string Reason, int WeightBufferBytes)
{
    /// <summary>Describes a verdict.</summary>
    public static BoardRow Of(BoardFit fit) => new(
        fit.Board.Name,
        fit.Board.Title,
        fit.Verdict switch { FitVerdict.Resource => "resource", FitVerdict.File => "file", FitVerdict.Streamed => "streamed", _ => "none" },
        fit.MemoryBytes,
        fit.Board.Memory.ModelBudgetBytes.Value,
        fit.Seconds,
        fit.Reason,
        fit.WeightBuffer);
}
