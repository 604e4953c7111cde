using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using EdgeInfer.Cli.Benchmark;
using EdgeInfer.Converter.Boards;
using EdgeInfer.NativeKernels;

namespace EdgeInfer.Cli.Tests.Benchmark;

public sealed class BenchTests : WorkFolder
{
    [Fact]
    public void Measures_every_kernel_where_no_model_is_given()
    {
        JsonElement report = CommandRun.Good("bench", "--json").Json;
        JsonElement[] kernels = [.. report.GetProperty("kernels").EnumerateArray()];
        Assert.Equal(KernelCases.All.Select(c => c.Name), kernels.Select(k => k.GetProperty("name").GetString()));
        Assert.Empty(report.GetProperty("models").EnumerateArray());
        foreach (JsonElement kernel in kernels)
        {
            JsonElement managed = kernel.GetProperty("managed"), plain = kernel.GetProperty("plain");
            long units = kernel.GetProperty("units").GetInt64(), macs = kernel.GetProperty("macs").GetInt64();
            Assert.Equal(macs > 0 ? "mac" : "output", kernel.GetProperty("unit").GetString());
            if (macs > 0) Assert.Equal(macs, units);
            Assert.Equal((double)managed.GetProperty("inference").GetInt64() / units, managed.GetProperty("perUnit").GetDouble());
            Assert.Equal((double)plain.GetProperty("inference").GetInt64() / managed.GetProperty("inference").GetInt64(), kernel.GetProperty("speedup").GetDouble());
            Assert.InRange(kernel.GetProperty("scratchBytes").GetInt32(), 0, kernel.GetProperty("arenaBytes").GetInt32());
            Assert.Equal(JsonValueKind.Null, kernel.GetProperty("native").ValueKind);
        }
    }

    [Fact]
    public void A_model_costs_what_inspect_says()
    {
        JsonElement inspected = CommandRun.Good("inspect", Tflite, "--json").Json;
        JsonElement row = CommandRun.Good("bench", Tflite, "--json").Json.GetProperty("models")[0];
        Assert.Equal("digits", row.GetProperty("name").GetString());
        Assert.Equal(inspected.GetProperty("costInstructions").GetInt64(), row.GetProperty("managed").GetProperty("inference").GetInt64());
        foreach (string property in new[] { "macs", "arenaBytes", "blobBytes", "sourceBytes" })
        {
            Assert.Equal(inspected.GetProperty(property).GetInt64(), row.GetProperty(property).GetInt64());
        }

        JsonElement[] operators = [.. row.GetProperty("operators").EnumerateArray()];
        Assert.Equal(row.GetProperty("plain").GetProperty("inference").GetInt64(), operators.Sum(o => o.GetProperty("plain").GetInt64()));
        Assert.Equal(row.GetProperty("managed").GetProperty("inference").GetInt64(), operators.Sum(o => o.GetProperty("managed").GetInt64()));
        Assert.Equal(inspected.GetProperty("operators").GetArrayLength(), operators.Sum(o => o.GetProperty("count").GetInt32()));
        Assert.Equal(
            inspected.GetProperty("boards").EnumerateArray().Select(b => b.GetProperty("predictedSeconds").GetDouble()),
            row.GetProperty("times").EnumerateArray().Select(t => t.GetProperty("managedSeconds").GetDouble()));
    }

    [Fact]
    public void One_board_can_be_chosen()
    {
        JsonElement report = CommandRun.Good("bench", Tflite, "--board", "esp32-wrover", "--json").Json;
        Assert.Equal("esp32-wrover", Assert.Single(report.GetProperty("boards").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal("esp32-wrover", Assert.Single(report.GetProperty("models")[0].GetProperty("times").EnumerateArray()).GetProperty("board").GetString());
    }

    [Fact]
    public void Folders_are_searched_and_what_cannot_be_converted_is_told()
    {
        Blob();
        byte[] damaged = [0, 0, 0, 0, .. "TFL3"u8];
        string broken = Write("broken.tflite", damaged), folder = Path.GetDirectoryName(broken)!;
        CommandRun run = CommandRun.Good("bench", folder, "--kernels", "--json");
        Assert.Equal(["digits", "digits"], run.Json.GetProperty("models").EnumerateArray().Select(m => m.GetProperty("name").GetString()));
        Assert.Equal(KernelCases.All.Count, run.Json.GetProperty("kernels").GetArrayLength());
        Assert.Equal(broken, Assert.Single(run.Json.GetProperty("remarks").EnumerateArray()).GetProperty("subject").GetString());
        Assert.Contains(": left out, ", CommandRun.Good("bench", folder).Output, StringComparison.Ordinal);
        Assert.Contains("broken.tflite", CommandRun.Refused("bench", broken), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_beside_the_model_tells_the_arena_of_the_reference()
    {
        Assert.Null(BenchmarkSubject.Of(Tflite).TflmArenaBytes);
        WriteText("meta.json", """{ "tflm_arena_used_bytes": { "x86_64": 7, "rv32": 6 } }""");
        Assert.Equal(6, BenchmarkSubject.Of(Tflite).TflmArenaBytes);
        WriteText("meta.json", """["of another program"]""");
        Assert.Null(BenchmarkSubject.Of(Tflite).TflmArenaBytes);
    }

    [Theory]
    [InlineData("a/b/keyword.tflite", "keyword")]
    [InlineData("a/keyword/model.tflite", "keyword")]
    [InlineData("a/keyword/model.eib", "keyword")]
    public void A_model_is_called_by_its_file_or_its_folder(string path, string name) => Assert.Equal(name, BenchmarkSubject.NameOf(path));

    [Fact]
    public void Says_what_is_not_there()
    {
        Assert.Contains("no such file or folder", CommandRun.Refused("bench", PathOf("none.tflite")), StringComparison.Ordinal);
        Assert.Contains("no .tflite or .eib file", CommandRun.Refused("bench", Directory.CreateDirectory(PathOf("empty")).FullName), StringComparison.Ordinal);
        Assert.Contains("neither", CommandRun.Refused("bench", WriteText("text.eib", "no blob at all")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(160)]
    public void Stays_within_the_terminal(int width)
    {
        CommandRun run = CommandRun.Of(width, false, "bench", Tflite, "--kernels");
        Assert.Equal(EdgeInferCommand.Success, run.Code);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.All(run.Output.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, width));
        foreach (KernelCase kernel in KernelCases.All) Assert.Contains($"\n {kernel.Name} ", run.Output, StringComparison.Ordinal);
        Assert.Contains("within a factor of two", run.Output, StringComparison.Ordinal);
        Assert.Equal(width > 100, run.Output.Contains("goal", StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_shows_the_picture_and_every_figure()
    {
        string page = PathOf("page.md"), chart = Path.Combine(Directory.CreateDirectory(PathOf("pictures")).FullName, "chart.svg");
        CommandRun.Good("bench", Tflite, "--kernels", "--markdown", page, "--chart", chart);
        string text = File.ReadAllText(page);
        Assert.Contains("(pictures/chart.svg)", text, StringComparison.Ordinal);
        foreach (KernelCase kernel in KernelCases.All) Assert.Contains($"\n| {kernel.Name} | ", text, StringComparison.Ordinal);
        foreach (Board board in BoardCatalog.All) Assert.Contains($"\n| {board.Name} | ", text, StringComparison.Ordinal);
        int operators = CommandRun.Good("bench", Tflite, "--json").Json.GetProperty("models")[0].GetProperty("operators").GetArrayLength();
        Assert.Equal(2 + operators, text.Split('\n').Count(l => l.StartsWith("| digits | ", StringComparison.Ordinal)));
        string[] tables = [.. text.Split('\n').Where(l => l.StartsWith('|'))];
        Assert.All(tables, row => Assert.EndsWith("|", row, StringComparison.Ordinal));
    }

    [Fact]
    public void The_picture_is_well_formed_and_everything_lies_inside()
    {
        string svg = PathOf("chart.svg");
        CommandRun.Good("bench", Tflite, "--kernels", "--chart", svg);
        XDocument drawing = XDocument.Load(svg);
        XNamespace ns = "http://www.w3.org/2000/svg";
        double width = (double)drawing.Root!.Attribute("width")!, height = (double)drawing.Root.Attribute("height")!;
        XElement[] dots = [.. drawing.Descendants(ns + "circle")];
        Assert.All(dots, d => Assert.InRange(Number(d, "cx"), 0, width));
        Assert.All(dots, d => Assert.InRange(Number(d, "cy"), 0, height));
        Assert.All(drawing.Descendants(ns + "line"), l => Assert.InRange(Math.Max(Number(l, "x1"), Number(l, "x2")), 0, width));
        int rows = KernelCases.All.Count(c => c.Create().Macs > 0) + 1;
        Assert.Equal(2, drawing.Descendants(ns + "text").Count(t => (string?)t.Attribute("class") == "title"));
        Assert.Equal(rows + 2, dots.Count(d => (string?)d.Attribute("class") == "ours"));
        Assert.Contains("prefers-color-scheme: dark", drawing.Descendants(ns + "style").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Native_kernels_are_measured_where_the_tools_for_it_are_there()
    {
        if (Rv32Emulator.Missing is { } missing)
        {
            string refusal = CommandRun.Refused("bench", Tflite, "--native");
            Assert.Contains(missing, refusal, StringComparison.Ordinal);
            Assert.Contains("apt-get install gcc-riscv64-unknown-elf", refusal, StringComparison.Ordinal);
            return;
        }

        JsonElement report = CommandRun.Good("bench", "--kernels", "--native", "--json").Json;
        JsonElement row = report.GetProperty("kernels").EnumerateArray().Single(k => k.GetProperty("name").GetString() == "conv 1x1, 25x5x64 to 64");
        long instructions = row.GetProperty("native").GetProperty("inference").GetInt64();
        Assert.InRange(instructions, row.GetProperty("macs").GetInt64(), row.GetProperty("managed").GetProperty("inference").GetInt64() / 10);
        Assert.Equal(instructions, row.GetProperty("operators").EnumerateArray().Sum(o => o.GetProperty("native").GetInt64()));
        JsonElement time = row.GetProperty("times")[0], board = report.GetProperty("boards")[0];
        Assert.Equal((double)instructions / board.GetProperty("instructionsPerSecond").GetInt64(), time.GetProperty("nativeSeconds").GetDouble(), 9);
    }

    [Fact]
    public void Nothing_is_written_where_the_place_does_not_exist()
    {
        string before = string.Join(' ', Files());
        Assert.Contains("folder does not exist", CommandRun.Refused("bench", Tflite, "--markdown", PathOf("none/page.md")), StringComparison.Ordinal);
        Assert.Equal(before, string.Join(' ', Files()));
    }

    [Fact]
    public void Every_goal_is_that_of_a_case_or_a_model()
    {
        string[] known = [.. KernelCases.All.Select(c => c.Name), "kws_ref_model_int8", "micro_speech_quantized"];
        Assert.Equal(known.Distinct(), known);
        Assert.All(BenchmarkGoal.Subjects, subject => Assert.Contains(subject, known));
        Assert.Equal("mac", BenchmarkGoal.Find("conv 1x1, 25x5x64 to 64")!.Per);
        Assert.Equal(800e6, BenchmarkGoal.Find("kws_ref_model_int8")!.Managed);
        Assert.Null(BenchmarkGoal.Find("digits"));
    }

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
