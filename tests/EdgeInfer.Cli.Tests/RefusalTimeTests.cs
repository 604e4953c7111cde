using System.Diagnostics;
using EdgeInfer.Tests;
using Xunit.Abstractions;

namespace EdgeInfer.Cli.Tests;

/// <summary>Public models are converted or refused within two seconds, the start of the process included, and every reason has a code.</summary>
public sealed class RefusalTimeTests(ITestOutputHelper output) : WorkFolder
{
    /// <summary>A busy machine may be slow once; the fastest of several runs tells what the command takes.</summary>
    private const int Runs = 4;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Models =>
        SharedData.Root is null
            ? ["(none)"]
            : [.. Directory.EnumerateFiles(SharedData.Root, "*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is ".tflite" or ".onnx").Select(f => Path.GetRelativePath(SharedData.Root, f)).Order(StringComparer.Ordinal)];

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void Public_models_are_converted_or_refused_in_time(string model)
    {
        TimeSpan fastest = TimeSpan.MaxValue;
        for (int i = 0; i < Runs && fastest >= Longest; i++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "EdgeInfer.Cli.dll"), "convert", SharedData.PathOf(model), "-o", PathOf("model.eib")])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (watch.Elapsed < fastest) fastest = watch.Elapsed;
            Assert.Contains(process.ExitCode, new[] { EdgeInferCommand.Success, EdgeInferCommand.Refused });
            if (process.ExitCode == EdgeInferCommand.Refused) Assert.Contains("[EI", errors.Result, StringComparison.Ordinal);
        }

        output.WriteLine($"{model}: {fastest.TotalSeconds:0.00} s");
        Assert.True(fastest < Longest, $"{model} takes {fastest}");
    }
}
