using EdgeInfer.Cli.Inspection;
using EdgeInfer.Compiler.Metering;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Boards;
using EdgeInfer.NativeKernels;

namespace EdgeInfer.Cli.Benchmark;

/// <summary>Measures kernel cases and models.</summary>
/// <param name="boards">Boards to predict times for.</param>
/// <param name="progress">Hears how far it is.</param>
/// <param name="withNative">Whether to measure native kernels, too.</param>
internal sealed class BenchmarkRun(IReadOnlyList<Board> boards, Action<string> progress, bool withNative)
{
    private readonly List<BenchmarkRemark> _remarks = [];

    /// <summary>Measures everything.</summary>
    /// <param name="kernels">Kernel cases.</param>
    /// <param name="models">Models.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="CommandFailure">A file cannot be read, or a kernel is wrong.</exception>
    public BenchmarkReport Measure(IReadOnlyList<KernelCase> kernels, IReadOnlyList<ModelPath> models)
    {
        if (withNative)
        {
            progress("Compiling the native kernels");
            NativeMeter.Prepare();
        }

        progress("Instrumenting the runtime");
        using BenchmarkMeter meter = new();
        List<BenchmarkRow> kernelRows = [], modelRows = [];
        int number = 0, count = kernels.Count + models.Count;
        foreach (KernelCase kernel in kernels) kernelRows.Add(Measure(meter, BenchmarkSubject.Of(kernel), $"{++number} of {count}"));
        foreach (ModelPath model in models)
        {
            number++;
            try
            {
                modelRows.Add(Measure(meter, BenchmarkSubject.Of(model.Path), $"{number} of {count}"));
            }
            catch (ConversionException e) when (model.IsFromFolder)
            {
                _remarks.Add(new BenchmarkRemark(model.Path, $"left out, {e.Problems[0].What}"));
            }
        }

        return new BenchmarkReport(kernelRows, modelRows, _remarks, [.. boards.Select(Assume)], withNative ? NativeMeter.DescribeCompiler() : null);
    }

    private long[]? Count(BenchmarkSubject subject, byte[] outputs)
    {
        try
        {
            return NativeMeter.Measure(subject.Blob, subject.Program.Model, outputs);
        }
        catch (NativeToolException e)
        {
            _remarks.Add(new BenchmarkRemark(subject.Name, $"not measured with native kernels: {e.Message}"));
            return null;
        }
    }

    private static BoardAssumption Assume(Board board)
    {
        BoardFact<long> speed = board.Speed.InstructionsPerSecond;
        return new BoardAssumption(board.Name, board.Title, speed.Value, speed.Basis.ToString().ToLowerInvariant(), speed.Source);
    }

    private BenchmarkRow Measure(BenchmarkMeter meter, BenchmarkSubject subject, string position)
    {
        ModelProgram program = subject.Program;
        long[] managed, plain;
        long[]? counted;
        try
        {
            (ProfiledInference inference, ProfiledInference port) = meter.Measure(subject.Blob, program, what => progress($"{position}, {subject.Name}: {what}"));
            (managed, plain) = (inference.Instructions, port.Instructions);
            progress($"{position}, {subject.Name}: native kernels in the emulator");
            counted = withNative ? Count(subject, inference.Outputs) : null;
        }
        catch (CommandFailure e)
        {
            throw new CommandFailure($"{subject.Name}: {e.Message}");
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
