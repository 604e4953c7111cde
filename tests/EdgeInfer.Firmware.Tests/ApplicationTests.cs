using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using EdgeInfer.Audio;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Audio;
using KeywordSpotting;
using nanoFramework.Hardware.Esp32;

namespace EdgeInfer.Firmware.Tests;

/// <summary>The application's logic on a simulated board: what it hears, says and lights, and which model it listens with.</summary>
public sealed class ApplicationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeinfer-firmware-").FullName + Path.DirectorySeparatorChar;
    private readonly TextWriter _console = Console.Out;
    private readonly StringWriter _output = new();

    public ApplicationTests()
    {
        SimulatedBoard.Reset([]);
        Settings.IsGated = false;
        Settings.SleepAfterSeconds = 0;
        Resources.BuiltIn = File.ReadAllBytes(Path.Combine(Repository, "firmware", "KeywordSpotting", "Resources", "keywords.eib"));
        Console.SetOut(_output);
    }

    private string Said => _output.ToString();

    public void Dispose()
    {
        Console.SetOut(_console);
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hears_the_words_of_the_demo_and_lights_the_LED(bool isRight)
    {
        short[] sentence = Sentence();
        string[] expected = [.. Detect(sentence)];
        Assert.NotEmpty(expected);

        SimulatedBoard.Reset([.. Quiet(16000), .. sentence.Select(s => (short)(s >> Settings.GainBits)), .. new short[24000]]);
        SimulatedBoard.IsRight = isRight;
        Listen(new ModelStore(_folder).Open(), SimulatedBoard.Sound.Length);
        Assert.Equal(expected, Said.Split('\n').Where(l => l.Contains(" s: ", StringComparison.Ordinal)).Select(l => l.Split(" s: ")[1].Split(" (")[0]));
        Assert.Contains(isRight ? "microphone right" : "microphone left", Said, StringComparison.Ordinal);
        Assert.Equal((Pins.MicrophoneClock, Pins.MicrophoneWordSelect, Pins.MicrophoneData), (SimulatedBoard.Functions[DeviceFunction.I2S1_BCK], SimulatedBoard.Functions[DeviceFunction.I2S1_WS], SimulatedBoard.Functions[DeviceFunction.I2S1_MDATA_IN]));

        Assert.All(SimulatedBoard.Writes, w => Assert.Equal(Pins.Led, w.Pin));
        var on = SimulatedBoard.Writes.First(w => w.IsHigh != Pins.LedActiveLow);
        var off = SimulatedBoard.Writes.Last();
        Assert.NotEqual(on.IsHigh, off.IsHigh);
        Assert.True(off.Time - on.Time >= Settings.LightMilliseconds * 1000);
    }

    [Fact]
    public void Reports_stages_memory_and_what_was_lost()
    {
        SimulatedBoard.Reset(new short[16000 * 12]);
        Listen(new ModelStore(_folder).Open(), SimulatedBoard.Sound.Length);
        Assert.Matches(@"capture 0\.0 ms \(longest 0\.\d, \d+ times\); front end 0\.\d ms \(longest \d+\.\d, \d+ times\); model \d+\.\d ms \(longest \d+\.\d, \d+ times\)", Said);
        Assert.Matches(@"busy \d+ %, lost 0 samples, free memory 40000 bytes", Said);
        Assert.Equal(0, SimulatedBoard.Overrun);
    }

    [Fact]
    public void A_slow_model_does_not_keep_the_microphone_waiting()
    {
        SimulatedBoard.Reset(new short[16000 * 8]);
        SimulatedBoard.Tick = 900;
        Listen(new ModelStore(_folder).Open(), SimulatedBoard.Sound.Length);
        Assert.Equal(0, SimulatedBoard.Overrun);
    }

    [Fact]
    public void In_quiet_a_gated_board_rests_and_still_hears_words()
    {
        Settings.IsGated = true;
        SimulatedBoard.Reset([.. Quiet(16000 * 11), .. Sentence().Select(s => (short)(s >> Settings.GainBits)), .. Quiet(24000)]);
        Listen(new ModelStore(_folder).Open(), SimulatedBoard.Sound.Length);
        Assert.Contains("front end 0.0 ms (longest 0.0, 0 times)", Said, StringComparison.Ordinal);
        string[] heard = [.. Said.Split('\n').Where(l => l.Contains(" s: ", StringComparison.Ordinal)).Select(l => l.Split(" s: ")[1].Split(" (")[0])];
        Assert.True(heard.Intersect(["go", "left", "stop", "yes"]).Count() >= 3, string.Join(", ", heard));
    }

    [Fact]
    public void Without_a_keyword_for_long_it_sleeps_until_the_button_is_pressed()
    {
        Settings.SleepAfterSeconds = 3;
        SimulatedBoard.Reset(Quiet(16000 * 5));
        Listener listener = new(new ModelStore(_folder).Open(), new Microphone(Settings.BlockMilliseconds), new Indicator());
        listener.Start();
        while (SimulatedBoard.Asleep is null && SimulatedBoard.Position < SimulatedBoard.Sound.Length) listener.Step();
        Assert.Equal((1L << Pins.Button, 0), SimulatedBoard.Asleep);
        Assert.InRange(SimulatedBoard.Now, 3.0e6, 3.6e6);
        Assert.Contains("asleep until the button is pressed", Said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_board_that_cannot_keep_up_says_so_and_puts_the_LED_out()
    {
        SimulatedBoard.Reset([.. Quiet(16000), .. Sentence().Select(s => (short)(s >> Settings.GainBits)), .. new short[16000 * 12]]);
        SimulatedBoard.Tick = 2500;
        Listen(new ModelStore(_folder).Open(), SimulatedBoard.Sound.Length);
        MatchCollection reports = Regex.Matches(Said, @"lost (\d+) samples");
        Assert.Equal(2, reports.Count);
        long lost = long.Parse(reports[^1].Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(lost, SimulatedBoard.Overrun / 2, SimulatedBoard.Overrun);
        Assert.Equal(Pins.LedActiveLow, SimulatedBoard.Writes[^1].IsHigh);
    }

    [Fact]
    public void Without_a_file_it_listens_with_the_model_that_is_built_in()
    {
        Assert.Equal("that is built in", new ModelStore(_folder).Open().Name);
        Assert.Empty(Said);
    }

    [Fact]
    public void A_new_file_is_tested_and_then_kept()
    {
        Put(ModelStore.NewFile, Resources.BuiltIn);
        using (Opened opened = Open()) Assert.Equal(ModelStore.GoodFile, opened.Model.Name);
        Assert.Equal([ModelStore.GoodFile], Files());

        byte[] other = Other();
        Put(ModelStore.NewFile, other);
        using (Opened opened = Open()) Assert.Equal(ModelStore.GoodFile, opened.Model.Name);
        Assert.Equal(other, File.ReadAllBytes(_folder + ModelStore.GoodFile));
        Assert.Empty(Said);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("changed")]
    [InlineData("text")]
    [InlineData("empty")]
    [InlineData("deaf")]
    [InlineData("untrue")]
    public void A_bad_file_is_refused_with_the_reason_and_the_good_one_kept(string kind)
    {
        Put(ModelStore.GoodFile, Resources.BuiltIn);
        byte[] bad = [.. Resources.BuiltIn];
        switch (kind)
        {
            case "cut":
                bad = bad[..(bad.Length / 2)];
                break;
            case "changed":
                bad[bad.Length / 3] ^= 1;
                break;
            case "text":
                bad = "This is not a model."u8.ToArray();
                break;
            case "empty":
                bad = [];
                break;
            case "deaf":
                bad = Digits(null);
                break;
            default:
                BreakSelfTest(bad);
                break;
        }

        Put(ModelStore.NewFile, bad);
        using (Opened opened = Open()) Assert.Equal(ModelStore.GoodFile, opened.Model.Name);
        Assert.Equal([ModelStore.BadFile, ModelStore.GoodFile], Files());
        Assert.Equal(Resources.BuiltIn, File.ReadAllBytes(_folder + ModelStore.GoodFile));
        Assert.Contains(ModelStore.NewFile + " is refused: ", Said, StringComparison.Ordinal);
        string reason = kind switch { "cut" => "length", "changed" => "checksum", "text" or "empty" => "bytes", "deaf" => "front end", _ => "self-test" };
        Assert.Contains(reason, Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_good_file_is_damaged_the_model_that_is_built_in_is_left()
    {
        Put(ModelStore.GoodFile, Resources.BuiltIn[..100]);
        Assert.Equal("that is built in", new ModelStore(_folder).Open().Name);
        Assert.Contains(ModelStore.GoodFile + " is left out: ", Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Pins_are_those_that_the_tools_write_for_a_board()
    {
        string path = Path.Combine(Repository, "firmware", "KeywordSpotting", "Pins.cs");
        var board = Converter.Boards.BoardCatalog.All.Single(b => b.Name == "esp32-devkitc");
        Assert.Equal(Converter.Boards.PinConstants.Write(board, "KeywordSpotting"), File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    private static string Repository
    {
        get
        {
            DirectoryInfo folder = new(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "EdgeInfer.sln"))) folder = folder.Parent;
            return folder.FullName;
        }
    }

    private static void Listen(OpenedModel model, int samples)
    {
        Listener listener = new(model, new Microphone(Settings.BlockMilliseconds), new Indicator());
        listener.Start();
        while (SimulatedBoard.Position < samples) listener.Step();
    }

    /// <summary>What the spotter hears in the sound as it is, without a board around it.</summary>
    private static List<string> Detect(short[] sound)
    {
        KeywordSpotter spotter = new(Model.Load(Resources.BuiltIn), PcmFormat.Mono16, 16000);
        byte[] bytes = MemoryMarshal.AsBytes<short>([.. new short[16000], .. sound, .. new short[24000]]).ToArray();
        List<string> heard = [];
        for (int at = 0; at < bytes.Length; at += 640)
        {
            spotter.Write(bytes, at, Math.Min(640, bytes.Length - at));
            while (spotter.ReadFrame())
            {
                if (spotter.IsInferenceDue && spotter.Infer() != KeywordDetector.None) heard.Add(spotter.Labels[spotter.Detected]);
            }
        }

        return heard;
    }

    /// <summary>A microphone's own noise.</summary>
    private static short[] Quiet(int samples) => [.. Enumerable.Range(0, samples).Select(i => (short)((i * 7 % 5) - 2))];

    private static short[] Sentence()
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Repository, "tools", "EdgeInfer.Cli", "Demo", "sentence.wav"));
        int at = 12;
        while (file.AsSpan(at, 4) is not [(byte)'d', (byte)'a', (byte)'t', (byte)'a']) at += 8 + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
        return MemoryMarshal.Cast<byte, short>(file.AsSpan(at + 8)).ToArray();
    }

    /// <summary>Another blob that passes: the digit model with a front end that fits it.</summary>
    private static byte[] Other() => Digits(MicroFrontEndConfiguration.MicroSpeech with { Channels = 28 });

    private static byte[] Digits(FrontEndConfiguration frontEnd) =>
        ModelConverter.ConvertFile(Path.Combine(Repository, "tools", "EdgeInfer.Cli", "Demo", "digits.tflite"), new ConversionOptions { FrontEnd = frontEnd }).Blob;

    /// <summary>Changes what the self-test expects, and seals the blob again.</summary>
    private static void BreakSelfTest(byte[] blob)
    {
        int at = blob.AsSpan().IndexOf("TEST"u8);
        blob[at + 8 + 12] ^= 1;
        Converter.Blob.BlobWriter.Seal(blob);
    }

    private void Put(string name, byte[] content) => File.WriteAllBytes(_folder + name, content);

    private string[] Files() => [.. Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)];

    private Opened Open() => new(new ModelStore(_folder).Open());

    /// <summary>A model whose file is closed at the end.</summary>
    private sealed record Opened(OpenedModel Model) : IDisposable
    {
        public void Dispose() => Model.Dispose();
    }
}
