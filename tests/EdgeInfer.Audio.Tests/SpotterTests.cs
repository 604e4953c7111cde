using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Audio;

namespace EdgeInfer.Audio.Tests;

/// <summary>The whole way from blocks of bytes to detections, as the device runs it.</summary>
public class SpotterTests
{
    private static readonly string[] SpeechLabels = ["silence", "unknown", "yes", "no"];
    private static readonly int[] BlockSamples = [1, 7, 160, 1024, 16000];

    public static TheoryData<string, int> Blocks
    {
        get
        {
            TheoryData<string, int> data = [];
            foreach (string name in Recording.Seconds)
            {
                foreach (int block in BlockSamples) data.Add(name, block);
            }

            return data;
        }
    }

    [SharedTheory]
    [MemberData(nameof(Blocks))]
    public void Micro_speech_says_what_is_published_however_blocks_are_cut(string name, int block)
    {
        List<int[]> posteriors = Run(MicroSpeech(), name, block);
        Assert.Equal(Expected(name, "micro_speech_quantized", "int8_output"), Assert.Single(posteriors));
    }

    [SharedTheory]
    [MemberData(nameof(Blocks))]
    public void Stateful_models_say_what_is_published_however_blocks_are_cut(string name, int block)
    {
        foreach (string network in new[] { "mww_v2_okay_nabu", "mww_v2_vad" })
        {
            List<int[]> posteriors = Run(Convert(network, MicroFrontEndConfiguration.MicroWakeWord, []), name, block);
            Assert.Equal(Expected(name, network, "uint8_output"), posteriors.Select(p => p.Single()));
        }
    }

    [SharedFact]
    public void A_word_in_a_stream_is_detected_once_and_where_it_ends()
    {
        KeywordSpotter spotter = Spotter(MicroSpeech());
        short[] audio = [.. new short[8000], .. Recording.Samples("yes_1000ms"), .. new short[16000], .. Recording.Samples("no_1000ms"), .. new short[16000]];
        List<(string Label, double Seconds)> detections = Detect(spotter, audio, 320);
        Assert.Equal(["yes", "no"], detections.Select(d => d.Label));
        Assert.InRange(detections[0].Seconds, 0.5, 1.9);
        Assert.InRange(detections[1].Seconds, 2.5, 3.9);
        Assert.Equal(0, spotter.LostSamples);
    }

    [SharedFact]
    public void Slices_of_an_inference_come_to_the_same()
    {
        KeywordSpotter whole = Spotter(MicroSpeech()), sliced = Spotter(MicroSpeech());
        byte[] bytes = Bytes(Recording.Samples("yes_1000ms"));
        whole.Write(bytes, 0, bytes.Length);
        while (whole.ReadFrame() && !whole.IsInferenceDue) continue;
        whole.Infer();

        sliced.Write(bytes, 0, bytes.Length);
        while (sliced.ReadFrame() && !sliced.IsInferenceDue) continue;
        int slices = 1;
        while (!sliced.Step(1000)) slices++;
        Assert.True(slices > 10);
        Assert.Equal(Posteriors(whole), Posteriors(sliced));
    }

    [SharedFact]
    public void Audio_that_nobody_reads_in_time_is_lost_and_counted()
    {
        KeywordSpotter spotter = new(MicroSpeech(), PcmFormat.Mono16, 1000);
        spotter.Write(new byte[5000], 0, 5000);
        Assert.Equal((1500L, 1500L), (spotter.LostSamples, spotter.Position));
        Assert.True(spotter.ReadFrame());
        Assert.Equal(1980, spotter.Position);
    }

    [SharedFact]
    public void The_gate_keeps_quiet_out_and_lets_a_word_with_its_beginning_in()
    {
        Model model = MicroSpeech();
        KeywordSpotter spotter = Spotter(model);
        spotter.Gate = new EnergyGate(12, 20, 8000);
        spotter.PreRoll = 6400;
        Random random = new(1);
        short[] Quiet(int seconds) => [.. Enumerable.Range(0, seconds * 16000).Select(_ => (short)(1000 + random.Next(-8, 9)))];
        short[] audio = [.. Quiet(5), .. Recording.Samples("yes_1000ms").Select(s => (short)Math.Clamp(s + 1000, -32768, 32767)), .. Quiet(5)];
        int frames = 0;
        List<(string Label, double Seconds)> detections = Detect(spotter, audio, 320, () => frames++);
        Assert.Equal("yes", Assert.Single(detections).Label);
        Assert.InRange(frames, 49, 110);
        Assert.False(spotter.Gate.IsOpen);
        Assert.InRange(detections[0].Seconds, 5.3, 6.6);
    }

    [SharedFact]
    public void Listening_allocates_nothing()
    {
        KeywordSpotter spotter = Spotter(MicroSpeech());
        spotter.Gate = new EnergyGate(12, 20, 16000);
        spotter.PreRoll = 6400;
        byte[] bytes = Bytes(Recording.Samples("yes_1000ms"));
        int inferences = 0;
        void Listen()
        {
            for (int at = 0; at + 640 <= bytes.Length; at += 640)
            {
                spotter.Write(bytes, at, 640);
                while (spotter.ReadFrame())
                {
                    if (!spotter.IsInferenceDue) continue;
                    spotter.Infer();
                    inferences++;
                }
            }
        }

        Listen();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Listen();
        spotter.Reset();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(inferences > 0);
    }

    [SharedFact]
    public void What_does_not_belong_together_is_refused()
    {
        Model plain = Convert("micro_speech_quantized", null, []);
        Assert.Equal("front end", Assert.Throws<BlobException>(() => new KeywordSpotter(plain, PcmFormat.Mono16, 1000)).Operator);
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeywordSpotter(MicroSpeech(), PcmFormat.Mono16, 479));
        Assert.Throws<ArgumentNullException>(() => new KeywordSpotter(MicroSpeech(), null, 1000));
        Assert.Contains("no multiple of the 39", Assert.Throws<ConversionException>(() => Convert("micro_speech_quantized", MicroFrontEndConfiguration.MicroSpeech with { Channels = 39 }, [])).Message, StringComparison.Ordinal);
    }

    private static List<int[]> Run(Model model, string recording, int block)
    {
        KeywordSpotter spotter = Spotter(model);
        List<int[]> posteriors = [];
        Detect(spotter, Recording.Samples(recording), block, null, () => posteriors.Add(Posteriors(spotter)));
        return posteriors;
    }

    private static List<(string Label, double Seconds)> Detect(KeywordSpotter spotter, short[] audio, int block, Action? onFrame = null, Action? onInference = null)
    {
        List<(string, double)> detections = [];
        byte[] bytes = Bytes(audio);
        for (int at = 0; at < bytes.Length; at += 2 * block)
        {
            spotter.Write(bytes, at, Math.Min(2 * block, bytes.Length - at));
            while (spotter.ReadFrame())
            {
                onFrame?.Invoke();
                if (!spotter.IsInferenceDue) continue;

                if (spotter.Infer() != KeywordDetector.None) detections.Add((spotter.Labels[spotter.Detected], (double)spotter.Position / spotter.SampleRate));
                onInference?.Invoke();
            }
        }

        return detections;
    }

    private static int[] Posteriors(KeywordSpotter spotter) => [.. Enumerable.Range(0, spotter.Posteriors.Count).Select(i => spotter.Posteriors[i])];

    private static byte[] Bytes(short[] samples) => MemoryMarshal.AsBytes<short>(samples).ToArray();

    private static KeywordSpotter Spotter(Model model) => new(model, PcmFormat.Mono16, 16480);

    private static Model MicroSpeech() => Convert("micro_speech_quantized", MicroFrontEndConfiguration.MicroSpeech, SpeechLabels);

    private static Model Convert(string network, MicroFrontEndConfiguration? frontEnd, string[] labels) =>
        ModelConverter.ConvertFile(SharedData.PathOf("conformance", "models", network, "model.tflite"), new ConversionOptions { FrontEnd = frontEnd, Labels = labels }).Model;

    private static int[] Expected(string name, string network, string output)
    {
        using JsonDocument audio = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("audio", "audio.json")));
        JsonElement file = audio.RootElement.GetProperty("files").EnumerateArray().Single(each => each.GetProperty("wav").GetString() == $"wav/{name}.wav");
        return [.. file.GetProperty(network).GetProperty(output).EnumerateArray().Select(value => value.GetInt32())];
    }
}
