using System.Text.Json;
using EdgeInfer.Tests;

namespace EdgeInfer.Cli.Tests;

/// <summary>convert --stream, and what inspect says of models that keep a state. The digit reader is streamed row by row.</summary>
public sealed class StreamingTests : WorkFolder
{
    [Fact]
    public void Converts_into_a_model_that_takes_new_frames_only()
    {
        CommandRun run = CommandRun.Good("convert", Tflite, "-o", PathOf("out.eib"), "--stream");
        Assert.Contains("streamed: 4 new of 28 frames an inference", run.Output, StringComparison.Ordinal);
        Assert.Contains("= windowed, byte for byte, in 21 inferences on random frames, a reset among them", run.Output, StringComparison.Ordinal);
        Model model = Model.Load(File.ReadAllBytes(PathOf("out.eib")));
        Assert.Equal([1, 4, 28, 1], new Interpreter(model).Input(0).Shape);
        Assert.Equal(28, StreamInfo.Read(model).WindowFrames);
    }

    [Fact]
    public void Tells_scripts_what_was_saved_and_checked()
    {
        JsonElement json = CommandRun.Good("convert", Tflite, "-o", PathOf("out.eib"), "--stream", "--hop", "8", "--time-padding", "extend", "--json").Json;
        JsonElement streaming = json.GetProperty("streaming");
        Assert.Equal((8, 47, 6), (Number(streaming, "hopFrames"), Number(streaming, "windowFrames"), Number(streaming, "warmUpInferences")));
        Assert.Equal(18, Number(json, "checkedInferences"));
        Assert.True(json.GetProperty("macs").GetInt64() < streaming.GetProperty("windowMacs").GetInt64() / 2);
    }

    [Fact]
    public void Evaluated_on_windows_as_sequences_it_says_at_the_end_what_the_windowed_model_says()
    {
        CommandRun.Good("convert", Tflite, "-o", PathOf("windowed.eib"));
        CommandRun.Good("convert", Tflite, "-o", PathOf("streamed.eib"), "--stream");
        Interpreter windowed = new(Model.Load(File.ReadAllBytes(PathOf("windowed.eib"))));
        Random random = new(4);
        HashSet<int> classes = [];
        for (int i = 0; i < 24; i++)
        {
            // Strokes: noise alone would be the same digit every time.
            float[] image = new float[28 * 28];
            for (int stroke = 0; stroke < 4; stroke++)
            {
                (int row, int column, bool isUpright) = (random.Next(4, 18), random.Next(4, 18), random.Next(2) == 0);
                for (int k = 0; k < 20; k++) image[((row + (isUpright ? k / 2 : k % 2)) * 28) + column + (isUpright ? k % 2 : k / 2)] = 1;
            }

            Tensor input = windowed.Input(0);
            for (int k = 0; k < image.Length; k++) input[k] = (int)Math.Clamp(Math.Round(image[k] / input.Scale) + input.ZeroPoint, -128, 127);
            windowed.Invoke();
            int said = Enumerable.Range(0, 10).MaxBy(c => windowed.Output(0)[c]);
            classes.Add(said);
            Directory.CreateDirectory(PathOf($"digits/{said}"));
            WriteText($"digits/{said}/{i}.csv", string.Join(',', image));
        }

        Assert.True(classes.Count > 2);
        string labels = WriteText("labels.txt", string.Join('\n', Enumerable.Range(0, 10)));
        JsonElement json = CommandRun.Good("evaluate", PathOf("streamed.eib"), "--data", PathOf("digits"), "--labels", labels, "--json").Json;
        Assert.Equal((24, 1.0), (Number(json, "samples"), json.GetProperty("integerAccuracy").GetDouble()));
    }

    [Fact]
    public void Without_stream_the_padding_is_taken_from_the_windowed_model()
    {
        CommandRun.Good("convert", Tflite, "-o", PathOf("out.eib"), "--time-padding", "extend");
        Model model = Model.Load(File.ReadAllBytes(PathOf("out.eib")));
        Assert.Equal([1, 47, 28, 1], new Interpreter(model).Input(0).Shape);
        Assert.Null(StreamInfo.Read(model));
    }

    [Fact]
    public void Another_model_says_that_it_is_one()
    {
        CommandRun.Good("convert", Tflite, "-o", PathOf("out.eib"), "--time-padding", "extend");
        string plan = CommandRun.Good("inspect", PathOf("out.eib"), "--no-cost").Output;
        Assert.Contains("with a window of 47 frames instead of 28", plan, StringComparison.Ordinal);
    }

    [Fact]
    public void Streamed_models_can_be_compiled()
    {
        JsonElement layers = CommandRun.Good("compile", Tflite, "-o", PathOf("Digits"), "--stream", "--json").Json.GetProperty("layers");
        Assert.Equal(74_944, layers.EnumerateArray().Sum(l => l.GetProperty("macs").GetInt64()));
    }

    [Fact]
    public void Inspect_shows_a_frame_beside_a_window()
    {
        CommandRun.Good("convert", Tflite, "-o", PathOf("out.eib"), "--stream");
        string text = CommandRun.Good("inspect", PathOf("out.eib"), "--no-cost").Output;
        Assert.Contains("4 new frames an inference of a window of 28; whole after 7 inferences", text, StringComparison.Ordinal);
        Assert.Contains("18 736 multiply-accumulates; a window took 128 116", text, StringComparison.Ordinal);

        JsonElement report = CommandRun.Good("inspect", PathOf("out.eib"), "--json").Json, streaming = report.GetProperty("streaming");
        Assert.Equal(report.GetProperty("macs").GetInt64() / 4, streaming.GetProperty("macsPerFrame").GetInt64());
        Assert.Equal(report.GetProperty("costInstructions").GetInt64() / 4, streaming.GetProperty("costPerFrame").GetInt64());
        Assert.InRange(Number(streaming, "stateBytes"), 1, report.GetProperty("arenaBytes").GetInt32());
        Assert.Equal(JsonValueKind.Null, CommandRun.Good("inspect", Tflite, "--no-cost", "--json").Json.GetProperty("streaming").ValueKind);
    }

    /// <summary>Models that came with their states, whose windows are not known.</summary>
    [SharedTheory]
    [InlineData("mww_v2_okay_nabu", 3, 8032)]
    [InlineData("keyword_scrambled_8bit", 1, 0)]
    public void Inspect_shows_what_a_frame_costs_of_models_with_states(string name, int hop, int macs)
    {
        JsonElement streaming = CommandRun.Good("inspect", SharedModels.PathOf(name, "model.tflite"), "--no-cost", "--json").Json.GetProperty("streaming");
        Assert.Equal(hop, Number(streaming, "hopFrames"));
        Assert.InRange(Number(streaming, "macsPerFrame"), Math.Max(1, macs), macs == 0 ? int.MaxValue : macs);
        Assert.InRange(Number(streaming, "stateBytes"), 1, int.MaxValue);
        Assert.Equal(JsonValueKind.Null, streaming.GetProperty("windowFrames").ValueKind);
    }

    [SharedFact]
    public void With_a_front_end_a_second_of_audio_is_priced()
    {
        CommandRun.Good("convert", SharedModels.PathOf("micro_speech_quantized", "model.tflite"), "-o", PathOf("out.eib"), "--stream", "--front-end", "micro-speech");
        JsonElement streaming = CommandRun.Good("inspect", PathOf("out.eib"), "--json").Json.GetProperty("streaming");
        Assert.Equal(50, streaming.GetProperty("framesPerSecond").GetDouble());
        Assert.InRange(streaming.GetProperty("costPerSecond").GetInt64() - (50 * streaming.GetProperty("costPerFrame").GetInt64()), 0, 50);
    }

    [Theory]
    [InlineData("--hop needs --stream.", "--hop", "4")]
    [InlineData("--time-axis needs --stream or --time-padding.", "--time-axis", "1")]
    [InlineData("--time-padding takes keep, drop or extend, not 'shrink'.", "--time-padding", "shrink")]
    [InlineData("--hop takes a whole number from 1 to", "--stream", "--hop", "0")]
    public void Options_that_make_no_sense_are_refused(string reason, params string[] options) =>
        Assert.Contains(reason, CommandRun.Misused(["convert", Tflite, .. options]), StringComparison.Ordinal);

    [Theory]
    [InlineData("CONV_2D (operator 0) 'stem': it has a row for every 2 frames, so that a hop of 3 would shift its rows", "--hop", "3")]
    [InlineData("the hop: there is nothing to keep with a hop of 28 frames, the window has 28", "--hop", "28")]
    [InlineData("1 of 4 rows of 'flat' are left, which it cannot be applied to. Take --time-padding extend", "--time-padding", "drop")]
    public void What_cannot_be_streamed_is_refused_and_nothing_is_written(string reason, params string[] options)
    {
        string message = CommandRun.Refused(["convert", Tflite, "--stream", .. options]);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Equal(["digits.tflite"], Files());
    }

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
