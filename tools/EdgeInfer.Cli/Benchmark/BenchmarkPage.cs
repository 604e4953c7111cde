using System.Text;
using EdgeInfer.Cli.Terminal;

namespace EdgeInfer.Cli.Benchmark;

/// <summary>Writes figures as a page of the documentation. Managed and native figures have tables of their own, so that one can be checked without the other.</summary>
internal static class BenchmarkPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="report">The figures.</param>
    /// <param name="chart">The picture's path beside the page; null where there is none.</param>
    /// <returns>Markdown.</returns>
    public static string Write(BenchmarkReport report, string? chart)
    {
        StringBuilder page = new();
        page.Append(Introduction.ReplaceLineEndings("\n"));
        if (chart is not null) page.Append($"\n![The figures of this page as a picture]({chart})\n");
        Section(page, "Kernels on the interpreter", KernelText, KernelTable(report));
        if (report.HasNative) Section(page, "Native kernels", $"{NativeText} {CompilerText(report)}", NativeTable(report.Kernels, "kernel"));
        Section(page, "Models on the interpreter", ModelText, ModelTable(report));
        if (report.HasNative) Section(page, "Models with native kernels", CompilerText(report), NativeTable(report.Models, "model"));
        Section(page, "Where the instructions of the interpreter go", string.Empty, OperatorTable(report));
        Section(page, "Predicted time of an inference", TimeText, TimeTable(report, t => t.ManagedSeconds));
        if (report.HasNative) Section(page, "Predicted time with native kernels", string.Empty, TimeTable(report, t => t.NativeSeconds));
        if (report.Models.Count > 0) Section(page, "Assumptions", AssumptionText, AssumptionTable(report));
        return page.ToString();
    }

    private const string Introduction = """
        # Benchmarks

        This page is written by a command; to bring it up to date, run

            edgeinfer bench --kernels --native MODELS --markdown docs/benchmarks.md --chart docs/benchmarks.svg

        with the folder that holds the public models, and do not edit it. Every figure is counted, none is a time that somebody
        stopped, so it is the same on every computer, native ones with the same compiler. A test holds the page against the kernels.

        - **RV32 instructions** are instructions of an RV32IMC processor, that of the ESP32-C3. *Managed* kernels run on the
          nanoFramework interpreter: their figure is what the interpreter executes for them, by the
          [cost meter](cost-meter.md). *Native* kernels are run in an emulator that counts what they execute themselves.
        - **Plain** is a port of the same kernels as anyone would first write them in C#: nested loops over `sbyte` arrays, one
          product a multiplication, indexes and parameters in locals, requantization in a method of its own. It is measured by
          the same meter on the same blob and gives the same bytes; *faster* is the ratio to it.
        - **Goal** is what was asked for before the work began. Empty where nothing was.
        - Inputs and the constants of single kernels are uniform pseudo-random numbers, always the same. Requantization and
          packing are part of every figure.
        - **Scratch** is the largest scratch of an operator and part of the **arena**, all in bytes.

        """;

    private const string KernelText = "One operator by itself. RV32 instructions a multiply-accumulate, or an output where there are no multiply-accumulates.";

    private const string NativeText =
        "RV32 instructions a multiply-accumulate or output, beside those of others, which the command does not measure. The figures of TensorFlow Lite "
        + "for Microcontrollers (TFLM, reference kernels) and ESP-NN came with the goals. CMSIS-NN is commit 99f736a of July 2026, its C without DSP and vector "
        + "instructions, on the same shapes, compiled and run as ours (riscv64-unknown-elf-gcc 12.2.0 -O2 -march=rv32imc): the instructions between call and return "
        + "of the functions that an interpreter would call (arm_convolve_wrapper_s8, arm_depthwise_conv_wrapper_s8, arm_svdf_state_s16_s8 and so on), what they "
        + "precompute outside an inference left out; those of a model are the sum of its operators. Where CMSIS-NN has no such kernel, there is no figure.";

    private const string ModelText =
        "Whole inferences. The goal is for an inference. TFLM is the arena that TensorFlow Lite for Microcontrollers takes on a 32-bit target.";

    private const string TimeText = "Within a factor of two: nobody has measured on these boards yet.";

    private const string AssumptionText =
        "Time is instructions divided by the rate of the board's file (`boards/`). The rate is that of the interpreter's instructions; native "
        + "ones are taken to run at the same. Boards with an Xtensa processor are treated as if it executed RV32 instructions.";

    /// <summary>The sentence that names the compiler of native figures.</summary>
    /// <param name="report">The figures.</param>
    public static string CompilerText(BenchmarkReport report) => $"Compiled by `{report.NativeCompiler}`.";

    private static void Section(StringBuilder page, string title, string text, List<string[]> table)
    {
        if (table.Count < 2) return;

        page.Append($"\n## {title}\n\n");
        if (text.Length > 0) page.Append($"{text}\n\n");
        page.Append($"| {string.Join(" | ", table[0])} |\n|{string.Concat(table[0].Select((c, i) => i == 0 || c == "operator" || c == "source" ? "---|" : "---:|"))}\n");
        foreach (string[] row in table.Skip(1)) page.Append($"| {string.Join(" | ", row)} |\n");
    }

    private static List<string[]> KernelTable(BenchmarkReport report) =>
    [
        ["kernel", "MACs or outputs", "an inference", "plain", "managed", "goal", "faster", "scratch", "arena"],
        .. report.Kernels.Select(r => new[]
        {
            r.Name, Wording.Short(r.Units), Wording.Short(r.Managed.Inference), PerUnit(r.Plain.PerUnit), PerUnit(r.Managed.PerUnit),
            Figure(r.Goal?.Managed), $"{Invariant($"{r.Speedup:0.0}")} x", Wording.Count(r.ScratchBytes), Wording.Count(r.ArenaBytes),
        }),
    ];

    private static List<string[]> ModelTable(BenchmarkReport report) =>
    [
        ["model", "MACs", "an inference", "goal", "a MAC", "plain, a MAC", "faster", "scratch", "arena", "TFLM", "blob", ".tflite"],
        .. report.Models.Select(r => new[]
        {
            r.Name, r.Macs == 0 ? "" : Wording.Short(r.Macs), Wording.Short(r.Managed.Inference), Figure(r.Goal?.Managed),
            r.Macs == 0 ? "" : PerUnit(r.Managed.PerUnit), r.Macs == 0 ? "" : PerUnit(r.Plain.PerUnit), $"{Invariant($"{r.Speedup:0.0}")} x",
            Wording.Count(r.ScratchBytes), Wording.Count(r.ArenaBytes), r.TflmArenaBytes is { } tflm ? Wording.Count(tflm) : "",
            Wording.Count(r.BlobBytes), Wording.Count(r.SourceBytes),
        }),
    ];

    private static List<string[]> NativeTable(IEnumerable<BenchmarkRow> rows, string title) =>
    [
        [title, "an inference", "a MAC or output", "goal", "TFLM", "CMSIS-NN, portable C", "ESP-NN, portable C", "ESP-NN, optimised C"],
        .. rows.Where(r => r.Native is not null).Select(r => new[]
        {
            r.Name, Wording.Short(r.Native!.Inference), PerUnit(r.Native.PerUnit), Figure(r.Goal?.Native), Figure(r.Goal?.Tflm), Figure(r.Goal?.CmsisNn), Figure(r.Goal?.EspNn), Figure(r.Goal?.EspNnOptimized),
        }),
    ];

    private static List<string[]> OperatorTable(BenchmarkReport report) =>
    [
        ["model", "operator", "how many", "MACs", "plain", "managed", "%"],
        .. report.Models.SelectMany(r => r.Operators.Select(o => new[]
        {
            r.Name, o.Operator, Wording.Count(o.Count), o.Macs == 0 ? "" : Wording.Short(o.Macs), Wording.Short(o.Plain), Wording.Short(o.Managed),
            Invariant($"{100.0 * o.Managed / r.Managed.Inference:0.0}"),
        })),
    ];

    private static List<string[]> TimeTable(BenchmarkReport report, Func<PredictedTime, double?> time) =>
    [
        ["model", .. report.Boards.Select(b => b.Name)],
        .. report.Models.Select(r => (string[])[r.Name, .. r.Times.Select(t => time(t) is { } seconds ? Wording.Duration(seconds) : "")]),
    ];

    private static List<string[]> AssumptionTable(BenchmarkReport report) =>
    [
        ["board", "million instructions a second", "basis", "source"],
        .. report.Boards.Select(b => new[] { b.Name, Invariant($"{b.InstructionsPerSecond / 1e6:0}"), b.Basis, b.Source }),
    ];

    private static string PerUnit(double value) => value < 99.95 ? Invariant($"{value:0.0}") : Wording.Short(value);

    private static string Figure(double? value) => value is { } number ? number >= 99.95 ? Wording.Short(number) : Invariant($"{number:0.#}") : "";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
