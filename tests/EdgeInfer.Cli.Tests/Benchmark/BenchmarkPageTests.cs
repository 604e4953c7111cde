using EdgeInfer.Cli.Benchmark;
using EdgeInfer.Converter.Boards;
using EdgeInfer.Native.Tests;
using EdgeInfer.NativeKernels;
using EdgeInfer.Tests;

namespace EdgeInfer.Cli.Tests.Benchmark;

/// <summary>Holds docs/benchmarks.md against what the kernels cost now.</summary>
public sealed class BenchmarkPageTests
{
    private const string UpdateVariable = "EDGEINFER_UPDATE_DOCS";

    static BenchmarkPageTests()
    {
        if (Environment.GetEnvironmentVariable(UpdateVariable) != "1") return;

        string page = PagePath();
        CommandRun.Good(
            "bench", "--kernels", "--native", SharedData.PathOf("conformance", "models"), "--markdown", page, "--chart", Path.ChangeExtension(page, ".svg"));
    }

    [Fact]
    public void The_page_says_what_the_kernels_cost() => HoldAgainst(new BenchmarkRun(BoardCatalog.All, _ => { }, withNative: false).Measure(KernelCases.All, []));

    [SharedTheory]
    [InlineData("hello_world_int8")]
    [InlineData("micro_speech_quantized")]
    [InlineData("mww_v2_vad")]
    [InlineData("kws_ref_model_int8")]
    public void The_page_says_what_models_cost(string name) =>
        HoldAgainst(new BenchmarkRun(BoardCatalog.All, _ => { }, withNative: false).Measure([], [new ModelPath(SharedModels.PathOf(name, "model.tflite"), false)]));

    [NativeFiguresFact]
    public void The_page_says_what_native_kernels_cost() => HoldAgainst(new BenchmarkRun(BoardCatalog.All, _ => { }, withNative: true).Measure(KernelCases.All, []));

    /// <summary>Every line of a table that a fresh measurement gives must stand in the page.</summary>
    private static void HoldAgainst(BenchmarkReport report)
    {
        HashSet<string> lines = [.. File.ReadAllLines(PagePath())];
        string[] fresh = [.. BenchmarkPage.Write(report, null).Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal))];
        Assert.NotEmpty(fresh);
        string? stale = Array.Find(fresh, l => !lines.Contains(l));
        Assert.True(stale is null, 
            $"docs/benchmarks.md has no line \"{stale}\". Run this test with the environment variable {UpdateVariable}=1 to write the page anew, and look at the difference.");
    }

    internal static string PagePath()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EdgeInfer.sln"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside the repository."), "docs", "benchmarks.md");
    }
}

/// <summary>A test that needs the compiler with which the page was written.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeFiguresFactAttribute : FactAttribute
{
    public NativeFiguresFactAttribute()
    {
        Skip = Toolchains.SkipReason(Rv32Emulator.Missing);
        if (Rv32Emulator.Missing is null && !File.ReadAllText(BenchmarkPageTests.PagePath()).Contains(NativeMeter.DescribeCompiler(), StringComparison.Ordinal))
        {
            Skip = $"the page was written with another compiler than {NativeMeter.DescribeCompiler()}";
        }
    }
}
