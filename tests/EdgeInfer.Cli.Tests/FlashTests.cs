using EdgeInfer.Converter.Boards;

namespace EdgeInfer.Cli.Tests;

/// <summary>What the flasher is asked to do; a script stands in for it where it is run.</summary>
public sealed class FlashTests : WorkFolder
{
    private const string Board = "esp32-devkitc";

    [Fact]
    public void Prints_the_exact_commands()
    {
        string application = Write("App.bin", 1, 2, 3), model = Blob();
        CommandRun run = CommandRun.Good("flash", "--board", Board, "--port", "COM3", "--firmware", "--application", application, "--model", model, "--dry-run");
        string[] commands = [.. run.Output.Split('\n').Where(l => l.StartsWith("nanoff ", StringComparison.Ordinal)).Select(l => l.TrimEnd('\r'))];
        Assert.Equal(
            [
                "nanoff --target ESP32_REV3 --serialport COM3 --update",
                $"nanoff --target ESP32_REV3 --serialport COM3 --deploy --image {application}",
                "nanoff --filedeployment FILES.json",
            ],
            commands);
        Assert.Contains("\"DestinationFilePath\": \"I:\\\\keywords.eib\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"serialport\": \"COM3\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("fits ESP32-DevKitC", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_what_does_not_fit_before_anything_is_written()
    {
        string large = Write("large.bin", new byte[2_000_000]);
        Assert.Contains("do not fit the 1835008", CommandRun.Refused("flash", "--board", Board, "--port", "COM3", "--application", large, "--dry-run"), StringComparison.Ordinal);
        Assert.Contains("no blob yet", CommandRun.Refused("flash", "--board", Board, "--port", "COM3", "--model", Tflite, "--dry-run"), StringComparison.Ordinal);
        Assert.Contains("neither an EdgeInfer blob", CommandRun.Refused("flash", "--board", Board, "--port", "COM3", "--model", large, "--dry-run"), StringComparison.Ordinal);
        Assert.Contains("nothing to do", CommandRun.Refused("flash", "--board", Board, "--port", "COM3"), StringComparison.Ordinal);
        Assert.Contains("--port", CommandRun.Misused("flash", "--board", Board, "--firmware"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_too_large_from_a_file_is_told_how_it_fits()
    {
        Board board = BoardCatalog.All.Single(b => b.Name == Board);
        ModelFootprint model = new(Blob: 240_000, Tables: 20_000, Weights: 200_000, Arena: 30_000, LargestTable: 30_000) { LargestLayer = 20_000 };
        Assert.Equal((FitVerdict.Streamed, 29_872), (BoardFit.OfFile(board, model, 1).Verdict, BoardFit.OfFile(board, model, 1).WeightBuffer));
        Assert.Equal(FitVerdict.File, BoardFit.OfFile(board, model with { Weights = 20_000 }, 1).Verdict);
    }

    [Fact]
    public void Runs_the_flasher_and_stops_where_it_fails()
    {
        if (OperatingSystem.IsWindows()) return;

        string log = PathOf("log.txt"), script = PathOf("nanoff");
        string? before = Environment.GetEnvironmentVariable("NANOFF");
        try
        {
            Environment.SetEnvironmentVariable("NANOFF", script);
            Assert.Contains("dotnet tool install -g nanoff", CommandRun.Of("flash", "--board", Board, "--port", "P", "--firmware").Error, StringComparison.Ordinal);

            File.WriteAllText(script, $"#!/bin/sh\necho \"$@\" >> {log}\n[ \"$1\" = --filedeployment ] && while read -r line; do echo \"$line\"; done < \"$2\" >> {log}\nexit 0\n");
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Assert.Equal(EdgeInferCommand.Success, CommandRun.Of("flash", "--board", Board, "--port", "P", "--firmware", "--model", Blob()).Code);
            string[] lines = File.ReadAllLines(log);
            Assert.Equal("--target ESP32_REV3 --serialport P --update", lines[0]);
            Assert.Contains(lines, l => l.Contains("digits.eib", StringComparison.Ordinal));

            File.WriteAllText(script, "#!/bin/sh\nexit 7\n");
            CommandRun failed = CommandRun.Of("flash", "--board", Board, "--port", "P", "--firmware", "--model", Blob());
            Assert.Equal(EdgeInferCommand.Refused, failed.Code);
            Assert.Contains("ended with code 7 at step 1", failed.Error, StringComparison.Ordinal);
            Assert.Contains("were not begun", failed.Error, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("NANOFF", before);
        }
    }

    [Fact]
    public void Lists_boards_and_what_is_known_of_one()
    {
        string list = CommandRun.Good("boards").Output;
        Assert.All(BoardCatalog.All, b => Assert.Contains(b.Name, list, StringComparison.Ordinal));
        string one = CommandRun.Good("boards", "m5stickc-plus").Output;
        Assert.Contains("M5StickCPlus", one, StringComparison.Ordinal);
        Assert.Contains("PDM", one, StringComparison.Ordinal);
        Assert.Contains("0x1E0000", one, StringComparison.Ordinal);
        Assert.Equal(BoardCatalog.All.Count, CommandRun.Good("boards", "--json").Json.GetArrayLength());
    }

    [Fact]
    public void Writes_pins_for_firmware()
    {
        string file = PathOf("Pins.cs");
        CommandRun.Good("boards", "m5stickc-plus", "--pins", file, "--namespace", "Mine");
        string code = File.ReadAllText(file);
        Assert.Contains("namespace Mine\n", code, StringComparison.Ordinal);
        Assert.Contains("internal static readonly int Led = 10;", code, StringComparison.Ordinal);
        Assert.Contains("internal static readonly bool LedActiveLow = true;", code, StringComparison.Ordinal);
        Assert.Contains("internal static readonly int MicrophoneData = 26;", code, StringComparison.Ordinal);
        CommandRun.Good("boards", "lilygo-t-camera", "--pins", file);
        Assert.Contains("internal static readonly int Led = -1;", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Contains("needs the name of a board", CommandRun.Refused("boards", "--pins", file), StringComparison.Ordinal);
    }
}
