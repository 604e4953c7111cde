namespace EdgeInfer.Cli.Benchmark;

/// <summary>All figures of a run. Property names are those of the JSON output.</summary>
/// <param name="Kernels">One row a kernel case.</param>
/// <param name="Models">One row a model.</param>
/// <param name="Remarks">What could not be measured, and why.</param>
/// <param name="Boards">What predicted times rest on.</param>
/// <param name="NativeCompiler">What compiled the native kernels; null where they were not measured.</param>
internal sealed record BenchmarkReport(
    IReadOnlyList<BenchmarkRow> Kernels,
    IReadOnlyList<BenchmarkRow> Models,
    IReadOnlyList<BenchmarkRemark> Remarks,
    IReadOnlyList<BoardAssumption> Boards,
    string? NativeCompiler)
{
    /// <summary>Whether native kernels were measured.</summary>
    public bool HasNative => Kernels.Concat(Models).Any(r => r.Native is not null);
}

/// <summary>A kernel case or a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="File">Its file; empty for a kernel case.</param>
/// <param name="Macs">Multiply-accumulates of an inference.</param>
/// <param name="Unit">What figures are divided by: <c>mac</c>, or <c>output</c> where there is none.</param>
/// <param name="Units">How many of them there are.</param>
/// <param name="Plain">The plain scalar port on the interpreter.</param>
/// <param name="Managed">The runtime's kernels on the interpreter.</param>
/// <param name="Native">The native kernels; null where they were not measured.</param>
/// <param name="Speedup">Plain port divided by the runtime's kernels.</param>
/// <param name="ScratchBytes">Largest scratch of an operator, part of the arena.</param>
/// <param name="ArenaBytes">The arena.</param>
/// <param name="TflmArenaBytes">That of TensorFlow Lite for Microcontrollers on a 32-bit target, where it is known.</param>
/// <param name="BlobBytes">Length of the blob.</param>
/// <param name="SourceBytes">Length of the file; 0 for a kernel case.</param>
/// <param name="Goal">What it is to reach, and what others reach; null where nothing is set.</param>
/// <param name="Times">Predicted times, one a board.</param>
/// <param name="Operators">Kinds of operators, the dearest first.</param>
internal sealed record BenchmarkRow(
    string Name,
    string File,
    long Macs,
    string Unit,
    long Units,
    InstructionCount Plain,
    InstructionCount Managed,
    InstructionCount? Native,
    double Speedup,
    int ScratchBytes,
    int ArenaBytes,
    int? TflmArenaBytes,
    int BlobBytes,
    int SourceBytes,
    BenchmarkGoal? Goal,
    IReadOnlyList<PredictedTime> Times,
    IReadOnlyList<OperatorShare> Operators);

/// <summary>RV32 instructions: of the interpreter for managed code, of the chip for native code.</summary>
/// <param name="Inference">In one inference.</param>
/// <param name="PerUnit">A multiply-accumulate or output.</param>
internal sealed record InstructionCount(long Inference, double PerUnit)
{
    /// <summary>Counts.</summary>
    public static InstructionCount Of(long inference, long units) => new(inference, (double)inference / units);
}

/// <summary>What one kind of operator has to do with the cost of a model.</summary>
/// <param name="Operator">What the runtime calls it.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Macs">Their multiply-accumulates; 0 where the blob carries no names.</param>
/// <param name="Plain">RV32 instructions of the plain port.</param>
/// <param name="Managed">RV32 instructions of the runtime's kernels.</param>
/// <param name="Native">RV32 instructions of the native kernels; null where they were not measured.</param>
internal sealed record OperatorShare(string Operator, int Count, long Macs, long Plain, long Managed, long? Native);

/// <summary>Time of an inference on a board, within a factor of two.</summary>
/// <param name="Board">Name of the board.</param>
/// <param name="ManagedSeconds">With the runtime's kernels on stock firmware.</param>
/// <param name="NativeSeconds">With native kernels; null where they were not measured.</param>
internal sealed record PredictedTime(string Board, double ManagedSeconds, double? NativeSeconds);

/// <summary>What predicted times of a board rest on.</summary>
/// <param name="Name">The board.</param>
/// <param name="Title">What people call it.</param>
/// <param name="InstructionsPerSecond">RV32 instructions a second.</param>
/// <param name="Basis">How that is known.</param>
/// <param name="Source">Where it comes from.</param>
internal sealed record BoardAssumption(string Name, string Title, long InstructionsPerSecond, string Basis, string Source);

/// <summary>Something that could not be measured.</summary>
/// <param name="Subject">A file, or the name of a kernel case or model.</param>
/// <param name="Reason">Why.</param>
internal sealed record BenchmarkRemark(string Subject, string Reason);
