using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeInfer.Audio;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Converter.Audio;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Onnx;
using EdgeInfer.Tests.Tflite;

namespace EdgeInfer.Cli.Tests;

/// <summary>A float .tflite model that remembers: files are sequences of frames, for quantize, evaluate and analyze alike.</summary>
public sealed class SequenceTests : WorkFolder
{
    private const int Inputs = 4, Filters = 6, Memory = 5, Classes = 3, Frames = 9, Sequences = 24;

    /// <summary>Sequences in which one input rises at the end, which is their class.</summary>
    private readonly float[][] _sequences = [.. Enumerable.Range(0, Sequences).Select(Sequence)];

    [Fact]
    public void Arrays_text_and_manifests_of_sequences_give_the_same_blob()
    {
        string raw = Write("frames.bin", MemoryMarshal.AsBytes(_sequences.SelectMany(s => s).ToArray().AsSpan()).ToArray());
        WriteText("labels.csv", "class\n" + string.Join('\n', Enumerable.Range(0, Sequences).Select(s => s / 8)));
        string manifest = WriteText("frames.json", "{ \"data\": \"frames.bin\", \"frames\": 9 }"), labelled = WriteText("labelled.json", "{ \"data\": \"frames.bin\", \"labels\": \"labels.csv\" }");
        string[] blobs = [.. new[] { Arrays(), Texts(), manifest, labelled }.Select((data, i) =>
        {
            CommandRun.Good("quantize", Model(), "--data", data, "-o", PathOf($"{i}.eib"));
            Model blob = EdgeInfer.Model.Load(File.ReadAllBytes(PathOf($"{i}.eib")));
            return string.Join(',', blob.Words) + Convert.ToHexString(blob.Bytes, blob.BytesStart, blob.Bytes.Length - blob.BytesStart)[..(2 * blob.Header[BlobFormat.ByteCountWord])];
        })];
        Assert.All(blobs, b => Assert.Equal(blobs[0], b));

        // A file of all frames is one sequence.
        CommandRun.Good("quantize", Model(), "--data", raw, "-o", PathOf("one.eib"));
        Assert.Equal(1, CommandRun.Good("evaluate", PathOf("one.eib"), "--data", raw, "--float", Model(), "--json").Json.GetProperty("samples").GetInt32());
    }

    [Fact]
    public void A_sequence_is_one_sample_whose_class_is_said_at_its_end()
    {
        string data = Arrays();
        CommandRun.Good("quantize", Model(), "--data", data, "--onnx", PathOf("qdq.onnx"));
        JsonElement both = CommandRun.Good("evaluate", PathOf("filter.eib"), "--data", data, "--float", Model(), "--json").Json;
        Assert.Equal(Sequences, both.GetProperty("samples").GetInt32());
        Assert.Equal(1, both.GetProperty("floatAccuracy").GetDouble());
        Assert.Equal(1, both.GetProperty("integerAccuracy").GetDouble());
        Assert.InRange(both.GetProperty("sqnrDecibels").GetDouble(), 30, 60);
        Assert.Equal(1, CommandRun.Good("evaluate", PathOf("filter.eib"), "--data", data, "--json").Json.GetProperty("integerAccuracy").GetDouble());

        // Of the last frames alone nobody could tell.
        foreach (string file in Directory.GetFiles(data, "*.npy", SearchOption.AllDirectories))
        {
            byte[] content = File.ReadAllBytes(file);
            File.WriteAllBytes(file, RunTests.Npy("<f4", $"1, {Inputs}", content[^(Inputs * sizeof(float))..]));
        }

        Assert.InRange(CommandRun.Good("evaluate", PathOf("filter.eib"), "--data", data, "--json").Json.GetProperty("integerAccuracy").GetDouble(), 0, 0.5);
    }

    [Fact]
    public void Layers_are_analyzed_and_recipes_searched_over_sequences()
    {
        string data = Arrays();
        JsonElement[] layers = [.. CommandRun.Good("analyze", Model(), "--data", data, "--json").Json.EnumerateArray()];
        Assert.Equal("Svdf", Assert.Single(layers).GetProperty("layer").GetString());
        double noise = layers[0].GetProperty("sqnrDecibels").GetDouble();
        Assert.InRange(noise, 30, 60);
        Assert.All(CommandRun.Good("analyze", Model(), "--data", data, "--onnx-agreement", "--json").Json.EnumerateArray(), l => Assert.InRange(l.GetProperty("ownSteps").GetInt32(), 0, 1));
        JsonElement search = CommandRun.Good("quantize", Model(), "--data", data, "--recipe", "auto", "--calibration", "mse", "--json").Json;
        Assert.Equal(1, search.GetProperty("trials")[0].GetProperty("score").GetDouble());
    }

    [Fact]
    public void Sequences_that_a_manifest_divides_wrongly_are_refused()
    {
        Write("frames.bin", MemoryMarshal.AsBytes(_sequences.SelectMany(s => s).ToArray().AsSpan()).ToArray());
        string manifest = WriteText("frames.json", "{ \"data\": \"frames.bin\", \"frames\": 10 }");
        Assert.Contains("216 frames are not a whole number of sequences of 10. Set \"frames\"", CommandRun.Refused("quantize", Model(), "--data", manifest), StringComparison.Ordinal);

        GraphTensor x = new("x", ElementType.Float32, [1, Inputs]), y = new("y", ElementType.Float32, [1, Inputs]);
        ModelGraph graph = new("forgetful");
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Operators.Add(new Converter.Operators.Tanh(x, y));
        string forgetful = Write("forgetful.onnx", OnnxExporter.Export(graph).File);
        Assert.Contains("\"frames\" is 10, but the model remembers nothing", CommandRun.Refused("quantize", forgetful, "--data", manifest), StringComparison.Ordinal);
    }

    [Fact]
    public void Recordings_are_heard_without_a_gap_as_the_device_hears_them()
    {
        FrontEndConfiguration configuration = FrontEndConfiguration.Named["micro-speech"];
        SoundFeatures features = new(configuration.WriteChunk(), configuration.FeatureQuantization().Scale, configuration.FeatureQuantization().ZeroPoint);
        short[] sound = [.. Enumerable.Range(0, 6000).Select(i => (short)(9000 * Math.Sin(i * i / 40000.0)))];
        float[][] heard = [.. features.Read(Write("x.wav", ListenTests.Wav(16000, sound)), 80, isSequence: true)];

        FrontEnd frontEnd = FrontEnd.Create(configuration.WriteChunk());
        int frames = 1 + ((sound.Length - frontEnd.WindowSamples) / frontEnd.StepSamples);
        Assert.Equal(frames / 2, heard.Length);
        sbyte[] expected = new sbyte[heard.Length * 80];
        for (int frame = 0; frame < heard.Length * 2; frame++) frontEnd.Process(sound, frame * frontEnd.StepSamples, expected, frame * 40);
        Assert.Equal(expected.Select(q => features.Scale * (q - features.ZeroPoint)), heard.SelectMany(h => h));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_class_of_a_recording_is_what_the_device_says_at_its_end(int framesOfInput)
    {
        string model = Model(40 * framesOfInput), data = PathOf("sounds");
        short[][] sounds = [.. Enumerable.Range(0, 12).Select(s => Enumerable.Range(0, 4000 + (s * 500)).Select(i => (short)(8000 * Math.Sin(i * (0.05 + (0.4 * (s % 3))) * (1 + (i / 40000.0))))).ToArray())];
        for (int s = 0; s < sounds.Length; s++)
        {
            Directory.CreateDirectory(Path.Combine(data, $"{s % 3}"));
            File.WriteAllBytes(Path.Combine(data, $"{s % 3}", $"{s:00}.wav"), ListenTests.Wav(16000, sounds[s]));
        }

        JsonElement quantized = CommandRun.Good("quantize", model, "--data", data, "--front-end", "micro-speech", "--json").Json.GetProperty("evaluation");
        Assert.Equal(12, quantized.GetProperty("samples").GetInt32());
        Assert.InRange(quantized.GetProperty("sqnrDecibels").GetDouble(), 25, 70);

        // The same by hand.
        Model blob = EdgeInfer.Model.Load(File.ReadAllBytes(PathOf("filter.eib")));
        FrontEnd frontEnd = FrontEnd.Create(blob);
        Interpreter interpreter = new(blob);
        int right = 0;
        for (int s = 0; s < sounds.Length; s++)
        {
            frontEnd.Reset();
            interpreter.Reset();
            sbyte[] features = new sbyte[40 * framesOfInput];
            int step = framesOfInput * frontEnd.StepSamples, needed = frontEnd.WindowSamples + step - frontEnd.StepSamples;
            for (int start = 0; start + needed <= sounds[s].Length; start += step)
            {
                for (int frame = 0; frame < framesOfInput; frame++) frontEnd.Process(sounds[s], start + (frame * frontEnd.StepSamples), features, frame * 40);
                interpreter.Input(0).CopyFrom(features, 0);
                interpreter.Invoke();
            }

            right += interpreter.Output(0).ArgMax() == s % 3 ? 1 : 0;
        }

        Assert.Equal(right / 12.0, CommandRun.Good("evaluate", PathOf("filter.eib"), "--data", data, "--json").Json.GetProperty("integerAccuracy").GetDouble());
        Assert.Equal(right / 12.0, quantized.GetProperty("integerAccuracy").GetDouble());
    }

    [Fact]
    public void The_qdq_file_has_the_memory_as_an_input_and_an_output()
    {
        CommandRun.Good("quantize", Model(), "--data", Arrays(), "--onnx", PathOf("qdq.onnx"));
        string file = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(PathOf("qdq.onnx")));
        Assert.Contains("state before", file, StringComparison.Ordinal);
        Assert.Contains("state after", file, StringComparison.Ordinal);
    }

    private static float[] Sequence(int number)
    {
        Random random = new(number);
        return [.. Enumerable.Range(0, Frames * Inputs).Select(i => (i % Inputs == number / 8 && i / Inputs is > 4 and < 8 ? 1 : 0) + (0.2f * random.NextSingle()))];
    }

    private string Arrays() => Folder("arrays", "npy", s => RunTests.Npy("<f4", $"{Frames}, 1, {Inputs}", MemoryMarshal.AsBytes(s.AsSpan()).ToArray()));

    private string Texts() => Folder("texts", "csv", s => System.Text.Encoding.ASCII.GetBytes(string.Join('\n', s.Chunk(Inputs).Select(f => string.Join(',', f.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))))));

    private string Folder(string name, string ending, Func<float[], byte[]> content)
    {
        for (int s = 0; s < Sequences; s++)
        {
            string folder = Directory.CreateDirectory(PathOf($"{name}/{s / 8}")).FullName;
            File.WriteAllBytes(Path.Combine(folder, $"{s:00}.{ending}"), content(_sequences[s]));
        }

        return PathOf(name);
    }

    /// <summary>Every class is an input's sum over the last frames, less half of that of all others; filters of rank two share the work.</summary>
    private string Model(int inputs = Inputs)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        float[] features = [.. Enumerable.Range(0, Filters * inputs).Select(i => i % inputs == i / inputs / 2 ? 1 : i / inputs % 2 == 0 ? -0.5f : 0.1f)];
        int input = main.Plain("in", ElementType.Float32, 1, inputs), output = main.Plain("out", ElementType.Float32, 1, Classes);
        int feature = main.Constant("features", ElementType.Float32, [Filters, inputs], features);
        int time = main.Constant("times", ElementType.Float32, [Filters, Memory], [.. Enumerable.Range(0, Filters * Memory).Select(i => (1 + (i % Memory)) / 5f)]);
        int bias = main.Constant("bias", ElementType.Float32, [Classes], [0.1f, 0.2f, 0.15f]);
        int state = main.Add(new TfliteBuilder.Tensor { Name = "state", Shape = [1, Filters * Memory], IsVariable = true });
        main.Add("SVDF", [input, feature, time, bias, state], [output], new() { [0] = 2, [1] = (sbyte)0 });
        main.Inputs.Add(input);
        main.Outputs.Add(output);
        return Write("filter.tflite", builder.Build());
    }
}
