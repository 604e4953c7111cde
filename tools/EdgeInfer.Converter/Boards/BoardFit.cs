namespace EdgeInfer.Converter.Boards;

/// <summary>Whether a model fits a board.</summary>
public enum FitVerdict
{
    /// <summary>It fits as a resource of the application, its weights used where they lie.</summary>
    Resource,

    /// <summary>It fits only where the blob is read from a file, so that nothing of it is held but weights and tables.</summary>
    File,

    /// <summary>It fits only where it is converted so that weights are read from a file while it runs.</summary>
    Streamed,

    /// <summary>It does not fit.</summary>
    None,
}

/// <summary>What a model comes to on a board.</summary>
/// <param name="Board">The board.</param>
/// <param name="Verdict">Whether it fits, and how.</param>
/// <param name="MemoryBytes">Heap that it takes in that way; for a model that does not fit, what it would take from a file.</param>
/// <param name="Seconds">Predicted time of one inference, within a factor of two.</param>
/// <param name="Reason">Why it does not fit, or does not as a resource; empty where it does.</param>
public sealed record BoardFit(Board Board, FitVerdict Verdict, long MemoryBytes, double Seconds, string Reason)
{
    /// <summary>Heap that the records take which read weights, and what they add to the tables.</summary>
    private const int StreamingOverhead = 2048;

    /// <summary>Bytes of the weight buffer with which it fits; 0 where it needs none.</summary>
    public int WeightBuffer { get; init; }

    /// <summary>Holds a model against a board.</summary>
    /// <param name="board">The board.</param>
    /// <param name="model">What the model takes.</param>
    /// <param name="costInstructions">RV32 instructions of one inference.</param>
    /// <returns>The verdict.</returns>
    public static BoardFit Of(Board board, ModelFootprint model, long costInstructions)
    {
        double seconds = (double)costInstructions / board.Speed.InstructionsPerSecond.Value;
        string asResource = Refusal(board, model.AsResource, Math.Max(model.Blob, model.LargestTable));
        if (asResource.Length == 0 && model.Blob > board.Flash.DeploymentBytes.Value) asResource = "the blob is larger than the flash for applications";
        if (asResource.Length == 0) return new BoardFit(board, FitVerdict.Resource, model.AsResource, seconds, string.Empty);

        BoardFit fit = OfFile(board, model, costInstructions);
        return fit.Verdict == FitVerdict.File ? fit with { Reason = asResource } : fit;
    }

    /// <summary>Holds a model against a board that reads it from a file.</summary>
    /// <param name="board">The board.</param>
    /// <param name="model">What the model takes.</param>
    /// <param name="costInstructions">RV32 instructions of one inference.</param>
    /// <returns>The verdict; never that it fits as a resource.</returns>
    public static BoardFit OfFile(Board board, ModelFootprint model, long costInstructions)
    {
        double seconds = (double)costInstructions / board.Speed.InstructionsPerSecond.Value;
        string asFile = Refusal(board, model.AsFile, Math.Max(model.Weights, model.LargestTable));
        if (asFile.Length == 0 && model.Blob > board.Flash.InternalStorageBytes.Value) asFile = "the blob is larger than the internal storage";
        if (asFile.Length == 0) return new BoardFit(board, FitVerdict.File, model.AsFile, seconds, string.Empty);

        int buffer = BufferFor(board, model);
        return buffer > 0
            ? new BoardFit(board, FitVerdict.Streamed, TakenBeside(model) + buffer, seconds, asFile) { WeightBuffer = buffer }
            : new BoardFit(board, FitVerdict.None, model.AsFile, seconds, asFile);
    }

    /// <summary>What tables and arena leave of the budget, if that is enough for the largest layer.</summary>
    private static int BufferFor(Board board, ModelFootprint model)
    {
        long room = board.Memory.ModelBudgetBytes.Value - TakenBeside(model);
        int buffer = (int)Math.Min(room, Math.Min(model.Weights, board.Memory.LargestArrayBytes.Value));
        bool fits = model.LargestLayer > 0 && buffer >= model.LargestLayer + BlobFormat.BytesTail
            && model.Blob <= board.Flash.InternalStorageBytes.Value && model.LargestTable <= board.Memory.LargestArrayBytes.Value;
        return fits ? buffer : 0;
    }

    /// <summary>Heap that a streamed model takes beside its weight buffer.</summary>
    private static long TakenBeside(ModelFootprint model) => (long)model.Tables - model.StreamedTables + model.Arena + StreamingOverhead;

    private static string Refusal(Board board, long bytes, int largestArray)
    {
        long missing = bytes - board.Memory.ModelBudgetBytes.Value;
        if (missing > 0) return $"{(missing + 1023) / 1024} KB over the budget";
        return largestArray > board.Memory.LargestArrayBytes.Value ? $"an array of {largestArray} bytes is too large for the heap" : string.Empty;
    }
}
