using System.Globalization;

namespace EdgeInfer.Cli.Benchmark;

/// <summary>
/// What a kernel or model is to reach, and what others reach: RV32 instructions a multiply-accumulate, an output or an inference.
/// The figures are those of goals.csv, the only place that has them; what is null nobody set or measured.
/// </summary>
/// <param name="Subject">A kernel case or a model.</param>
/// <param name="Per">What the figures are for: <c>mac</c>, <c>output</c> or <c>inference</c>.</param>
/// <param name="Tflm">Reference kernels of TensorFlow Lite for Microcontrollers.</param>
/// <param name="EspNn">Portable C of ESP-NN.</param>
/// <param name="EspNnOptimized">Optimised C of ESP-NN.</param>
/// <param name="CmsisNn">Portable C of CMSIS-NN.</param>
/// <param name="Native">Goal of the native kernels.</param>
/// <param name="Managed">Goal of the managed kernels on the interpreter.</param>
internal sealed record BenchmarkGoal(string Subject, string Per, double? Tflm, double? EspNn, double? EspNnOptimized, double? CmsisNn, double? Native, double? Managed)
{
    private static readonly Lazy<Dictionary<string, BenchmarkGoal>> Rows = new(() => Read().ToDictionary(g => g.Subject));

    /// <summary>The goal of a kernel case or of a model, or null.</summary>
    public static BenchmarkGoal? Find(string subject) => Rows.Value.GetValueOrDefault(subject);

    /// <summary>What there are figures for.</summary>
    public static IReadOnlyCollection<string> Subjects => Rows.Value.Keys;

    private static IEnumerable<BenchmarkGoal> Read()
    {
        using Stream stream = typeof(BenchmarkGoal).Assembly.GetManifestResourceStream("benchmark/goals.csv")!;
        using StreamReader reader = new(stream);
        foreach (string line in reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            string[] cells = line.Split(';');
            yield return new BenchmarkGoal(cells[0], cells[1], Number(cells[2]), Number(cells[3]), Number(cells[4]), Number(cells[5]), Number(cells[6]), Number(cells[7]));
        }
    }

    private static double? Number(string cell) => cell.Length == 0 ? null : double.Parse(cell, CultureInfo.InvariantCulture);
}
