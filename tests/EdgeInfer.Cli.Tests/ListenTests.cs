using System.Text.Json;
using System.Xml.Linq;
using EdgeInfer.Cli.Demo;
using EdgeInfer.Cli.Listening;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Tests;

namespace EdgeInfer.Cli.Tests;

/// <summary>The command that runs the device's spotter on files; the digit model stands in for one that listens where no public model is at hand.</summary>
public sealed class ListenTests : WorkFolder
{
    private static readonly string[] SpeechLabels = ["silence", "unknown", "yes", "no"];

    [SharedTheory]
    [InlineData("yes_1000ms", "yes")]
    [InlineData("no_1000ms", "no")]
    [InlineData("silence_1000ms", null)]
    [InlineData("noise_1000ms", null)]
    public void Hears_the_public_recordings_and_says_what_is_published(string name, string? keyword)
    {
        JsonElement heard = Assert.Single(CommandRun.Good(["listen", SharedData.PathOf("audio", "wav", name + ".wav"), .. MicroSpeech(), "--json"]).Json.EnumerateArray());
        Assert.Equal(keyword is null ? [] : [keyword], heard.GetProperty("detections").EnumerateArray().Select(d => d.GetProperty("label").GetString()!));
        using JsonDocument audio = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("audio", "audio.json")));
        JsonElement published = audio.RootElement.GetProperty("files").EnumerateArray().Single(f => f.GetProperty("wav").GetString() == $"wav/{name}.wav").GetProperty("micro_speech_quantized").GetProperty("int8_output");
        JsonElement first = heard.GetProperty("inferences").EnumerateArray().First();
        Assert.Equal(published.EnumerateArray().Select(v => v.GetInt32()), first.GetProperty("posteriors").EnumerateArray().Select(v => v.GetInt32()));
        Assert.Equal(0.99, first.GetProperty("seconds").GetDouble(), 6);
    }

    [SharedFact]
    public void Tells_people_when_and_draws_it()
    {
        string wav = SharedData.PathOf("audio", "wav", "yes_1000ms.wav");
        CommandRun run = CommandRun.Good(["listen", wav, .. MicroSpeech(), "--picture", PathOf("yes.svg"), "--cost", "--board", "esp32-wrover"]);
        Assert.Matches(@"1\.\d\d s  yes  0\.\d\d", run.Output);
        Assert.Contains("front end", run.Output, StringComparison.Ordinal);
        Assert.Contains("too slow to listen all the time", run.Output, StringComparison.Ordinal);
        string drawn = File.ReadAllText(PathOf("yes.svg"));
        Assert.Equal("svg", XDocument.Parse(drawn).Root!.Name.LocalName);
        Assert.Contains("yes at 1.", drawn, StringComparison.Ordinal);
        Assert.Contains("data:image/png;base64,", drawn, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_what_a_second_costs_part_by_part()
    {
        JsonElement cost = Listen(Tone(16000, 1), "--cost").GetProperty("cost");
        double Part(string name) => cost.GetProperty(name).GetDouble();
        Assert.InRange(Part("capture"), 15e6, 35e6);
        Assert.InRange(Part("frontEnd"), 100e6, 600e6);
        Assert.InRange(Part("model"), 10e6, 2000e6);
        Assert.Equal(Part("total"), Part("capture") + Part("frontEnd") + Part("model") + Part("detector"), 3);
    }

    [Fact]
    public void The_gate_keeps_quiet_out()
    {
        string quiet = Write("quiet.wav", Wav(16000, new short[32000]));
        Assert.Equal(0, Listen(quiet, "--gate").GetProperty("inferences").GetArrayLength());
        Assert.NotEqual(0, Listen(quiet).GetProperty("inferences").GetArrayLength());
        Assert.True(Listen(quiet, "--gate", "--cost").GetProperty("cost").GetProperty("total").GetDouble() < 15e6);
    }

    [Fact]
    public void The_live_view_shows_loudness_features_posteriors_and_detections()
    {
        SpotterRun run = new(Model.Load(DemoAssets.KeywordModel), isGated: false);
        run.Feed(DemoAssets.Sentence.Bytes);
        using StringWriter output = new();
        CommandConsole console = new(output, output, 100);
        new LiveView(run).Show(console, run.Flush);
        string[] lines = [.. output.ToString().Split('\n').TakeLast(40)];
        Assert.All(run.Spotter.Labels, label => Assert.Contains(lines, l => l.StartsWith(label, StringComparison.Ordinal)));
        Assert.All(DemoAssets.SentenceKeywords, keyword => Assert.Contains(lines, l => l.Contains(" s  " + keyword, StringComparison.Ordinal)));
        Assert.Contains(lines, l => l.StartsWith("features", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(44100)]
    public void Other_rates_are_resampled(int rate)
    {
        Recording resampled = Recording.Read(Tone(rate, 1)).At(16000), direct = Recording.Read(Tone(16000, 1));
        Assert.Equal(direct.Samples.Length, resampled.Samples.Length);
        int worst = Enumerable.Range(800, 14400).Max(i => Math.Abs(direct.Samples[i] - resampled.Samples[i]));
        Assert.InRange(worst, 0, 80);
    }

    [Fact]
    public void Refuses_what_it_cannot_listen_to()
    {
        string wav = Tone(16000, 1);
        Assert.Contains("--front-end", CommandRun.Refused("listen", wav, "--model", Tflite), StringComparison.Ordinal);
        Assert.Contains("there is no such file", CommandRun.Refused("listen", PathOf("no.wav"), "--model", Listening()), StringComparison.Ordinal);
        Assert.Contains("no .wav file", CommandRun.Refused("listen", Tflite, "--model", Listening()), StringComparison.Ordinal);
        Assert.Contains("stands alone", CommandRun.Refused("listen", "-", wav, "--model", Listening()), StringComparison.Ordinal);
        Assert.Contains("--model", CommandRun.Misused("listen", wav), StringComparison.Ordinal);
    }

    private JsonElement Listen(string wav, params string[] options) =>
        Assert.Single(CommandRun.Good(["listen", wav, "--model", Listening(), "--json", .. options]).Json.EnumerateArray());

    private string Listening()
    {
        string frontEnd = WriteText("front-end.json", """{ "kind": "micro", "channels": 28 }""");
        CommandRun.Good("convert", Tflite, "-o", PathOf("listening.eib"), "--front-end", frontEnd);
        return PathOf("listening.eib");
    }

    private string[] MicroSpeech() =>
        ["--model", SharedModels.PathOf("micro_speech_quantized", "model.tflite"), "--front-end", "micro-speech", "--labels", WriteText("words.txt", string.Join('\n', SpeechLabels))];

    private string Tone(int rate, int seconds) =>
        Write($"tone{rate}.wav", Wav(rate, [.. Enumerable.Range(0, rate * seconds).Select(i => (short)(8000 * Math.Sin(2 * Math.PI * 440 * i / rate)))]));

    internal static byte[] Wav(int rate, short[] samples)
    {
        using MemoryStream file = new();
        using BinaryWriter writer = new(file);
        writer.Write("RIFF"u8);
        writer.Write(36 + (2 * samples.Length));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(rate);
        writer.Write(2 * rate);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(2 * samples.Length);
        foreach (short sample in samples) writer.Write(sample);
        writer.Flush();
        return file.ToArray();
    }
}
