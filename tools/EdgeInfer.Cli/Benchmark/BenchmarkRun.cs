using EdgeInfer.Cli.Inspection;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Boards;

namespace EdgeInfer.Cli.Benchmark;

/// <summary>Measures kernel cases and models.</summary>
/// <param name="boards">Boards to predict times for.</param>
/// <param name="progress">Hears how far it is.</param>
/// <param name="native">Counts native instructions by operator; null to leave them out.</param>
internal sealed class BenchmarkRun(IReadOnlyList<Board> boards, Action<string> progress, Func<BenchmarkSubject, long[]>? native)
{
    /// <summary>Measures everything.</summary>
    /// <param name="kernels">Kernel cases.</param>
    /// <param name="models">Models.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="CommandFailure">A file cannot be read, or a kernel is wrong.</exception>
    public BenchmarkReport Measure(IReadOnlyList<KernelCase> kernels, IReadOnlyList<ModelPath> models)
    {
        progress("Instrumenting the runtime");
        using BenchmarkMeter meter = new();
        List<BenchmarkRow> kernelRows = [], modelRows = [];
        List<LeftOutModel> leftOut = [];
        foreach (KernelCase kernel in kernels) kernelRows.Add(Measure(meter, BenchmarkSubject.Of(kernel), kernelRows.Count + 1, kernels.Count + models.Count));
        foreach (ModelPath model in models)
        {
            try
            {
                modelRows.Add(Measure(meter, BenchmarkSubject.Of(model.Path), kernels.Count + modelRows.Count + leftOut.Count + 1, kernels.Count + models.Count));
            }
            catch (ConversionException e) when (model.IsFromFolder)
            {
                leftOut.Add(new LeftOutModel(model.Path, e.Problems[0].What));
            }
        }

        return new BenchmarkReport(kernelRows, modelRows, leftOut, [.. boards.Select(Assume)]);
    }

    private static BoardAssumption Assume(Board board)
    {
        BoardFact<long> speed = board.Speed.InstructionsPerSecond;
        return new BoardAssumption(board.Name, board.Title, speed.Value, speed.Basis.ToString().ToLowerInvariant(), speed.Source);
    }

    private BenchmarkRow Measure(BenchmarkMeter meter, BenchmarkSubject subject, int number, int count)
    {
        void Tell(string what) => progress($"{number} of {count}, {subject.Name}: {what}");

        ModelProgram program = subject.Program;
        (long[] managed, long[] plain) = meter.Measure(subject.Blob, program, Tell);
        long[]? counted = null;
        if (native is not null)
        {
            Tell("native kernels in the emulator");
            counted = native(subject);
        }

        bool hasMacs = subject.Macs > 0;
        long units = hasMacs ? subject.Macs : program.Tensors[program.Records[^1].Output].Count;
        return new BenchmarkRow(
            subject.Name,
            subject.File,
            subject.Macs,
            hasMacs ? "mac" : "output",
            units,
            InstructionCount.Of(plain.Sum(), units),
            InstructionCount.Of(managed.Sum(), units),
            counted is null ? null : InstructionCount.Of(counted.Sum(), units),
            (double)plain.Sum() / managed.Sum(),
            program.Records.Max(r => program.Tensors.Where(t => t.IsScratch && t.IsAliveAt(r.Index)).Sum(t => t.Bytes)),
            program.Model.ArenaBytes,
            subject.TflmArenaBytes,
            subject.Blob.Length,
            subject.SourceBytes,
            subject.Goal,
            [.. boards.Select(b => Predict(b, managed.Sum(), counted?.Sum()))],
            [.. Shares(program, plain, managed, counted)]);
    }

    /// <summary>The rate of a board is that of the interpreter's instructions; native ones are taken to run at the same, which they can hardly miss.</summary>
    private static PredictedTime Predict(Board board, long managed, long? counted)
    {
        double rate = board.Speed.InstructionsPerSecond.Value;
        return new PredictedTime(board.Name, managed / rate, counted / rate);
    }

    private static IEnumerable<OperatorShare> Shares(ModelProgram program, long[] plain, long[] managed, long[]? counted) =>
        program.Records.GroupBy(r => r.Code).Select(group => new OperatorShare(
            group.Key.ToString(),
            group.Count(),
            group.Sum(r => r.Source?.Macs ?? 0),
            group.Sum(r => plain[r.Index]),
            group.Sum(r => managed[r.Index]),
            counted is null ? null : group.Sum(r => counted[r.Index]))).OrderByDescending(s => s.Managed);
}
