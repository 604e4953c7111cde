using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Boards;
using EdgeInfer.Tests;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Cli.Tests;

public sealed class InspectTests : WorkFolder
{
    public static TheoryData<string> PublicModels => [.. SharedModels.Int8];

    [Fact]
    public void Tells_scripts_what_they_rely_on()
    {
        ConversionResult result = ModelConverter.ConvertFile(Tflite);
        JsonElement report = CommandRun.Good("inspect", Tflite, "--json").Json;
        Assert.Equal(result.Model.Macs, report.GetProperty("macs").GetInt64());
        Assert.Equal(result.Blob.Length, report.GetProperty("blobBytes").GetInt32());
        Assert.Equal(result.Model.ArenaBytes, report.GetProperty("arenaBytes").GetInt32());
        Assert.Equal(result.Plan.LowerBoundBytes, report.GetProperty("arenaLowerBoundBytes").GetInt64());

        JsonElement[] rows = [.. report.GetProperty("operators").EnumerateArray()];
        Assert.Equal(result.Model.OperatorCount, rows.Length);
        Assert.Equal(result.Model.Macs, rows.Sum(r => r.GetProperty("macs").GetInt64()));
        Assert.Equal(report.GetProperty("costInstructions").GetInt64(), rows.Sum(r => r.GetProperty("costInstructions").GetInt64()));
        Assert.All(rows, r => Assert.InRange(r.GetProperty("arenaBytes").GetInt32(), 1, result.Model.ArenaBytes));
        Assert.All(rows, r => Assert.True(r.GetProperty("costInstructions").GetInt64() > 1000));
        Assert.Equal(result.Blob.Length, report.GetProperty("parts").EnumerateArray().Sum(p => p.GetProperty("bytes").GetInt32()));
    }

    [Fact]
    public void A_blob_says_the_same_as_the_model_it_came_from()
    {
        JsonElement model = CommandRun.Good("inspect", Tflite, "--json").Json, blob = CommandRun.Good("inspect", Blob(), "--json").Json;
        foreach (string property in new[] { "macs", "blobBytes", "arenaBytes", "arenaLowerBoundBytes", "costInstructions", "operators", "boards" })
        {
            Assert.Equal(model.GetProperty(property).GetRawText(), blob.GetProperty(property).GetRawText());
        }
    }

    [Fact]
    public void The_libraries_that_a_model_needs_are_named()
    {
        string recurrent = PathOf("recurrent.eib");
        File.WriteAllBytes(recurrent, SampleGraphs.Blob("recurrent"));

        JsonElement[] rows = [.. CommandRun.Good("inspect", recurrent, "--no-cost", "--json").Json.GetProperty("libraries").EnumerateArray()];

        Assert.Equal(["EdgeInfer", "EdgeInfer.Recurrent"], rows.Select(r => r.GetProperty("name").GetString()));
        Assert.Equal([null, "RecurrentKernels.Register()"], rows.Select(r => r.GetProperty("registration").GetString()));
        Assert.Contains("EdgeInfer, EdgeInfer.Recurrent (call RecurrentKernels.Register())", CommandRun.Good("inspect", recurrent, "--no-cost").Output, StringComparison.Ordinal);
        Assert.Single(CommandRun.Good("inspect", Tflite, "--no-cost", "--json").Json.GetProperty("libraries").EnumerateArray());
    }

    [Fact]
    public void A_blob_without_names_still_tells_cost_and_memory()
    {
        JsonElement whole = CommandRun.Good("inspect", Tflite, "--json").Json;
        JsonElement bare = CommandRun.Good("inspect", Blob(new ConversionOptions { KeepNames = false, SelfTestFrames = 0 }), "--json").Json;
        Assert.Equal(whole.GetProperty("costInstructions").GetInt64(), bare.GetProperty("costInstructions").GetInt64());
        Assert.Equal(whole.GetProperty("arenaLowerBoundBytes").GetInt32(), bare.GetProperty("arenaLowerBoundBytes").GetInt32());
        Assert.Equal(JsonValueKind.Null, bare.GetProperty("operators")[0].GetProperty("macs").ValueKind);
    }

    [SharedTheory]
    [MemberData(nameof(PublicModels))]
    public void Public_models_meet_their_lower_bound(string name)
    {
        string path = SharedModels.PathOf(name, "model.tflite");
        JsonElement report = CommandRun.Good("inspect", path, "--no-cost", "--json").Json;
        Assert.Equal(ModelConverter.ConvertFile(path).Plan.LowerBoundBytes, report.GetProperty("arenaLowerBoundBytes").GetInt64());
        Assert.Equal(report.GetProperty("arenaLowerBoundBytes").GetInt32(), report.GetProperty("arenaBytes").GetInt32());
        Assert.InRange(report.GetProperty("blobBytes").GetInt32(), 1, new FileInfo(path).Length);
    }

    [Fact]
    public void Every_board_is_judged()
    {
        JsonElement report = CommandRun.Good("inspect", Tflite, "--json").Json;
        Assert.Equal(BoardCatalog.All.Select(b => b.Name), report.GetProperty("boards").EnumerateArray().Select(b => b.GetProperty("name").GetString()));
        double seconds = report.GetProperty("boards")[0].GetProperty("predictedSeconds").GetDouble();
        Assert.Equal((double)report.GetProperty("costInstructions").GetInt64() / BoardCatalog.All[0].Speed.InstructionsPerSecond.Value, seconds, 9);
        JsonElement one = CommandRun.Good("inspect", Tflite, "--json", "--board", "esp32-wrover").Json.GetProperty("boards");
        Assert.Equal("esp32-wrover", Assert.Single(one.EnumerateArray()).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Stays_within_the_terminal(int width)
    {
        CommandRun run = CommandRun.Of(width, false, "inspect", Tflite);
        Assert.Equal(EdgeInferCommand.Success, run.Code);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.All(run.Output.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, width));
        foreach (string heading in new[] { "Operators", "Arena", "Size", "Boards" }) Assert.Contains($"\n{heading}", run.Output, StringComparison.Ordinal);
        Assert.Contains("within a factor of two", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_picture_shows_every_letter_where_the_plan_has_its_tensor()
    {
        string output = CommandRun.Of(80, false, "inspect", Tflite, "--no-cost").Output;
        string[] picture = [.. output.Split('\n').SkipWhile(l => !l.StartsWith("Arena", StringComparison.Ordinal)).Skip(1).TakeWhile(l => !l.Contains("time", StringComparison.Ordinal))];
        Assert.InRange(picture.Length, 8, 24);
        // The first column is the time before the first operator: only the input holds a value then.
        Assert.Equal("A", string.Concat(picture.Select(l => l[10]).Where(c => c != '.').Distinct()));
        string colored = CommandRun.Of(80, true, "inspect", Tflite, "--no-cost").Output;
        Assert.Contains("\u001b[38;2;", colored, StringComparison.Ordinal);
    }

    [Fact]
    public void The_drawing_is_well_formed_and_holds_every_tensor()
    {
        string svg = PathOf("arena.svg");
        CommandRun.Good("inspect", Tflite, "--no-cost", "--svg", svg);
        XDocument drawing = XDocument.Load(svg);
        XNamespace ns = "http://www.w3.org/2000/svg";
        XElement[] tensors = [.. drawing.Descendants(ns + "rect").Where(r => (string?)r.Attribute("class") == "tensor")];
        Assert.Equal(ModelConverter.ConvertFile(Tflite).Packer.Tensors.Count, tensors.Length);
        double width = (double)drawing.Root!.Attribute("width")!;
        Assert.All(tensors, t => Assert.InRange(double.Parse(t.Attribute("x")!.Value, CultureInfo.InvariantCulture) + (double)t.Attribute("width")!, 0, width));
        Assert.Contains("prefers-color-scheme: dark", drawing.Descendants(ns + "style").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_damaged_blob_with_its_byte()
    {
        string blob = Blob();
        byte[] content = File.ReadAllBytes(blob);
        Assert.Contains("length at byte 8", CommandRun.Refused("inspect", Write("cut.eib", content[..^4])), StringComparison.Ordinal);
        content[500] ^= 1;
        Assert.Contains("checksum at byte 12", CommandRun.Refused("inspect", Write("bad.eib", content)), StringComparison.Ordinal);
    }
}
