using System.Globalization;
using System.Text;
using EdgeInfer.Converter.Audio;
using EdgeInfer.NanoFramework;
using Xunit.Abstractions;

namespace EdgeInfer.Audio.Tests;

/// <summary>What a frame costs on the device by the cost meter; the page about audio carries the table.</summary>
public class CostTests(ITestOutputHelper output)
{
    private const string End = "<!-- end -->\n";

    private static readonly (string Stage, string Type)[] MicroStages =
    [
        ("window", nameof(SampleWindow)), ("transform and energies", nameof(PowerSpectrum)), ("filter bank", nameof(FilterBank)), ("square root", nameof(SquareRoot)),
        ("noise reduction", nameof(NoiseReduction)), ("gain control", nameof(GainControl)), ("logarithm", nameof(LogScale)), ("8-bit features and calls", ""),
    ];

    private static readonly (string Stage, string Type)[] BandStages =
    [
        ("pairs and window", nameof(ThreeWindows)), ("transforms and energies", nameof(ThreeSpectra)), ("bands, logarithm and calls", ""),
    ];

    private static readonly (string Stage, string Type)[] MfccStages =
    [
        ("window", "MfccFrontEnd.Window"), ("transform and energies", nameof(WideSpectrum)), ("magnitudes", nameof(SquareRoot)),
        ("bands", "MfccFrontEnd.Bands"), ("logarithm", "MfccFrontEnd.Log2"), ("cosine transform and calls", ""),
    ];

    [SharedFact]
    public void The_page_says_what_a_frame_of_the_micro_front_end_costs() =>
        Check("<!-- cost of a frame -->\n", MicroFrontEndConfiguration.MicroSpeech, MicroStages, [("20 ms", 50), ("10 ms", 100)]);

    [SharedFact]
    public void The_page_says_what_a_frame_of_MFCC_costs() =>
        Check("<!-- cost of a frame of MFCC -->\n", MfccConfiguration.DsCnn, MfccStages, [("20 ms", 50)]);

    [SharedFact]
    public void The_page_says_what_a_frame_of_the_band_front_end_costs() =>
        Check("<!-- cost of a frame of bands -->\n", new BandFrontEndConfiguration(), BandStages, [("32 ms", 31.25)]);

    private void Check(string start, FrontEndConfiguration configuration, (string Stage, string Type)[] stages, (string Step, double PerSecond)[] steps)
    {
        (IlCounts counts, int frames) = Measure(configuration);
        string table = Table(counts, frames, stages, steps);
        output.WriteLine(table);

        string path = Path.Combine(Repository(), "docs", "audio.md");
        string page = File.ReadAllText(path).ReplaceLineEndings("\n");
        int from = page.IndexOf(start, StringComparison.Ordinal) + start.Length;
        int to = page.IndexOf(End, from, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("EDGEINFER_UPDATE_DOCS") == "1") File.WriteAllText(path, page[..from] + table + page[to..]);
        else Assert.Equal(table, page[from..to]);
    }

    private static (IlCounts Counts, int Frames) Measure(FrontEndConfiguration configuration)
    {
        static byte[] Image(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, name));
        using InstrumentedAssembly meter = InstrumentedAssembly.Load(Image("EdgeInfer.Audio.dll"), Image("EdgeInfer.dll"));
        Type type = meter.GetType("EdgeInfer.Audio.FrontEnd");
        object frontEnd = type.GetMethod("Create", [typeof(byte[])])!.Invoke(null, [configuration.WriteChunk()])!;
        FrontEnd shape = FrontEnd.Create(configuration.WriteChunk());
        var process = type.GetMethod("Process")!.CreateDelegate<Action<short[], int, sbyte[], int>>(frontEnd);
        short[] samples = Recording.Samples("yes_1000ms");
        sbyte[] features = new sbyte[shape.Features];
        int frames = Recording.Frames(shape, samples);
        IlCounts counts = meter.Measure(() =>
        {
            for (int frame = 0; frame < frames; frame++) process(samples, frame * shape.StepSamples, features, 0);
        });
        return (counts, frames);
    }

    private static string Table(IlCounts counts, int frames, (string Stage, string Type)[] stages, (string Step, double PerSecond)[] steps)
    {
        StringBuilder table = new();
        table.Append(CultureInfo.InvariantCulture, $"| stage | thousand a frame |{string.Concat(steps.Select(step => $" million a second, {step.Step} |"))}\n|---|--:|{string.Concat(steps.Select(_ => "--:|"))}\n");
        void Row(string name, double cost) =>
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {cost / 1e3:F0} |{string.Concat(steps.Select(step => string.Create(CultureInfo.InvariantCulture, $" {cost * step.PerSecond / 1e6:F1} |")))}\n");
        double rest = counts.Rv32Instructions;
        foreach ((string stage, string type) in stages)
        {
            double cost = type.Length == 0 ? rest : counts.Methods().Where(each => each.Method.StartsWith($"EdgeInfer.Audio.{type}", StringComparison.Ordinal)).Sum(each => each.Rv32Instructions);
            rest -= cost;
            Row(stage, cost / frames);
        }

        Row("all", (double)counts.Rv32Instructions / frames);
        return table.ToString();
    }

    private static string Repository()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EdgeInfer.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
