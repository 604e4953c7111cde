using System.Globalization;
using System.Text;
using EdgeInfer.Converter.Audio;
using EdgeInfer.NanoFramework;
using Xunit.Abstractions;

namespace EdgeInfer.Audio.Tests;

/// <summary>What a frame costs on the device by the cost meter; the page about audio carries the table.</summary>
public class CostTests(ITestOutputHelper output)
{
    private const string Start = "<!-- cost of a frame -->\n";
    private const string End = "<!-- end -->\n";
    private const int Frames = 49;

    private static readonly (string Stage, string Type)[] Stages =
    [
        ("window", nameof(SampleWindow)), ("transform and energies", nameof(PowerSpectrum)), ("filter bank", nameof(FilterBank)), ("square root", nameof(SquareRoot)),
        ("noise reduction", nameof(NoiseReduction)), ("gain control", nameof(GainControl)), ("logarithm", nameof(LogScale)), ("8-bit features and calls", ""),
    ];

    [SharedFact]
    public void The_page_says_what_a_frame_costs()
    {
        string table = Table(Measure());
        output.WriteLine(table);

        string path = Path.Combine(Repository(), "docs", "audio.md");
        string page = File.ReadAllText(path).ReplaceLineEndings("\n");
        int from = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        int to = page.IndexOf(End, from, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("EDGEINFER_UPDATE_DOCS") == "1") File.WriteAllText(path, page[..from] + table + page[to..]);
        else Assert.Equal(table, page[from..to]);
    }

    private static IlCounts Measure()
    {
        static byte[] Image(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, name));
        using InstrumentedAssembly meter = InstrumentedAssembly.Load(Image("EdgeInfer.Audio.dll"), Image("EdgeInfer.dll"));
        Type type = meter.GetType("EdgeInfer.Audio.FrontEnd");
        object frontEnd = type.GetMethod("Create", [typeof(byte[])])!.Invoke(null, [MicroFrontEndChunk.Write(MicroFrontEndConfiguration.MicroSpeech)])!;
        var process = type.GetMethod("Process")!.CreateDelegate<Action<short[], int, sbyte[], int>>(frontEnd);
        short[] samples = Recording.Samples("yes_1000ms");
        sbyte[] features = new sbyte[40];
        return meter.Measure(() =>
        {
            for (int frame = 0; frame < Frames; frame++) process(samples, frame * 320, features, 0);
        });
    }

    private static string Table(IlCounts counts)
    {
        StringBuilder table = new();
        table.Append("| stage | thousand a frame | million a second, 20 ms | million a second, 10 ms |\n|---|--:|--:|--:|\n");
        void Row(string name, double cost) => table.Append(CultureInfo.InvariantCulture, $"| {name} | {cost / 1e3:F0} | {cost * 50 / 1e6:F1} | {cost * 100 / 1e6:F1} |\n");
        double rest = counts.Rv32Instructions;
        foreach ((string stage, string type) in Stages)
        {
            double cost = type.Length == 0 ? rest : counts.Methods().Where(each => each.Method.StartsWith($"EdgeInfer.Audio.{type}.", StringComparison.Ordinal)).Sum(each => each.Rv32Instructions);
            rest -= cost;
            Row(stage, cost / Frames);
        }

        Row("all", (double)counts.Rv32Instructions / Frames);
        return table.ToString();
    }

    private static string Repository()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EdgeInfer.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
