using System.Globalization;
using System.Runtime.InteropServices;
using EdgeInfer.Audio;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx;

namespace EdgeInfer.Cli.Tests;

/// <summary>Samples of models of floats: recordings, images of either layout, classes that a blob names, anomalies.</summary>
public sealed class SampleFileTests : WorkFolder
{
    private const int Rate = 16000;

    [Theory]
    [InlineData("ds-cnn", 10)]
    [InlineData("micro-speech", 40)]
    [InlineData("band", 18)]
    public void Recordings_go_through_the_front_end_which_the_blob_then_carries(string frontEnd, int features)
    {
        string model = Dense("sound", 2 * features), data = Folder("low", "high");
        for (int i = 0; i < 6; i++)
        {
            File.WriteAllBytes(Path.Combine(data, "low", $"{i}.wav"), ListenTests.Wav(Rate, Tone(300 + i, 1500)));
            File.WriteAllBytes(Path.Combine(data, "high", $"{i}.wav"), ListenTests.Wav(Rate, Tone(3000 + i, 1500)));
        }

        CommandRun.Good("quantize", model, "--data", data, "--front-end", frontEnd);
        Model blob = Model.Load(File.ReadAllBytes(PathOf("sound.eib")));
        FrontEnd carried = FrontEnd.Create(blob);
        Assert.Equal(features, carried.Features);

        // What the device's front end says of the sound is what the model is evaluated on.
        CommandRun run = CommandRun.Good("evaluate", PathOf("sound.eib"), "--data", data, "--json");
        Assert.Equal(12, run.Json.GetProperty("samples").GetInt32());
        Interpreter interpreter = new(blob);
        sbyte[] heard = new sbyte[2 * features];
        short[] sound = Tone(300, 1500);
        carried.Process(sound, 0, heard, 0);
        carried.Process(sound, carried.StepSamples, heard, features);
        for (int i = 0; i < heard.Length; i++) interpreter.Input(0)[i] = heard[i];
        interpreter.Invoke();
        double[] device = [.. Enumerable.Range(0, 2).Select(i => (double)interpreter.Output(0).GetReal(i))];
        Assert.NotEqual(device[0], device[1]);
        string single = Path.Combine(PathOf("single"), device[0] > device[1] ? "high" : "low");
        Directory.CreateDirectory(single);
        File.WriteAllBytes(Path.Combine(single, "x.wav"), ListenTests.Wav(Rate, sound));
        Assert.Equal(1, CommandRun.Good("evaluate", PathOf("sound.eib"), "--data", PathOf("single"), "--json").Json.GetProperty("integerAccuracy").GetDouble());
    }

    [Fact]
    public void A_recording_at_another_rate_is_refused_with_the_remedy()
    {
        string wav = Write("slow.wav", ListenTests.Wav(8000, new short[2000]));
        string refusal = CommandRun.Refused("quantize", Dense("sound", 20), "--data", wav, "--front-end", "ds-cnn");
        Assert.Contains("slow.wav: it has 8000 samples a second, the front end takes 16000. Convert it, for instance with: ffmpeg", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_front_end_whose_features_make_no_input_is_refused() =>
        Assert.Contains("no whole number of frames of the front end's 10 features", CommandRun.Refused("quantize", Dense("sound", 25), "--data", Write("x.wav", ListenTests.Wav(Rate, new short[2000])), "--front-end", "ds-cnn"), StringComparison.Ordinal);

    [Fact]
    public void Arrays_with_channels_first_are_the_same_images()
    {
        // Two images of 2 rows, 3 columns and 4 channels.
        Random random = new(5);
        float[] last = [.. Enumerable.Range(0, 48).Select(_ => random.NextSingle() - 0.4f)], first = new float[48];
        for (int i = 0; i < 48; i++)
        {
            (int image, int position, int channel) = (i / 24, i % 24 / 4, i % 4);
            first[(image * 24) + (channel * 6) + position] = last[i];
        }

        string model = Image();
        string[] blobs = [.. new[] { (Values: last, Shape: "2, 2, 3, 4"), (Values: first, Shape: "2, 4, 2, 3"), (Values: last, Shape: "48,") }.Select((array, i) =>
        {
            string data = Write("images.npy", RunTests.Npy("<f4", array.Shape, [.. array.Values.SelectMany(BitConverter.GetBytes)]));
            CommandRun.Good("quantize", model, "--data", data, "-o", PathOf($"{i}.eib"));
            return Convert.ToHexString(File.ReadAllBytes(PathOf($"{i}.eib")));
        })];
        Assert.Equal(blobs[0], blobs[1]);
        Assert.Equal(blobs[0], blobs[2]);
    }

    [Fact]
    public void The_blob_names_the_classes()
    {
        string data = Folder("a", "b");
        for (int i = 0; i < 8; i++) Csv(Path.Combine(data, i % 2 == 0 ? "a" : "b", $"{i}.csv"), i % 2 == 0 ? [1, 0] : [0, 1]);
        CommandRun.Good("quantize", Dense("classes", 2), "--data", data);
        string onlyB = PathOf("test");
        Directory.CreateDirectory(Path.Combine(onlyB, "b"));
        Csv(Path.Combine(onlyB, "b", "0.csv"), [0, 1]);
        Assert.Equal(1, CommandRun.Good("evaluate", PathOf("classes.eib"), "--data", onlyB, "--json").Json.GetProperty("integerAccuracy").GetDouble());
        Directory.Move(Path.Combine(onlyB, "b"), Path.Combine(onlyB, "c"));
        Assert.Contains("'c' is none of the 2 classes (a, b)", CommandRun.Refused("evaluate", PathOf("classes.eib"), "--data", onlyB), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_gives_the_index_of_the_class_is_measured_by_it()
    {
        string data = Folder("a", "b");
        for (int i = 0; i < 8; i++) Csv(Path.Combine(data, i % 2 == 0 ? "a" : "b", $"{i}.csv"), i % 2 == 0 ? [1, 0] : [0, 1]);
        Csv(Path.Combine(data, "b", "wrong.csv"), [0.9f, 0.2f]);
        GraphTensor x = Activation("x", 1, 2), scores = Activation("scores", 1, 2), y = new("y", ElementType.Int32, [1]);
        ModelGraph graph = new("index");
        graph.Inputs.Add(x);
        graph.Operators.Add(new FullyConnected(x, Constant("w", [1, 0, 0, 1], 2, 2), null, scores, FusedActivation.None));
        graph.Operators.Add(new ArgMax(scores, 1, y, largest: true));
        graph.Outputs.Add(y);
        string model = Write("index.onnx", OnnxExporter.Export(graph).File);
        System.Text.Json.JsonElement quantized = CommandRun.Good("quantize", model, "--data", data, "--json").Json.GetProperty("evaluation");
        Assert.Equal((8 / 9.0, 8 / 9.0), (quantized.GetProperty("floatAccuracy").GetDouble(), quantized.GetProperty("integerAccuracy").GetDouble()));
        Assert.Equal(8 / 9.0, CommandRun.Good("evaluate", PathOf("index.eib"), "--data", data, "--json").Json.GetProperty("integerAccuracy").GetDouble());
        Assert.Contains("88.89 %", CommandRun.Good("evaluate", PathOf("index.eib"), "--data", data).Output, StringComparison.Ordinal);
        Assert.Contains("0 of 9 samples are taken for another class", CommandRun.Good("evaluate", PathOf("index.eib"), "--data", data, "--float", model).Output, StringComparison.Ordinal);
        Assert.Single(CommandRun.Good("analyze", model, "--data", data, "--json", "--html", PathOf("index.html")).Json.EnumerateArray());
        Assert.Contains("int32", CommandRun.Good("inspect", PathOf("index.eib")).Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Anomalies_are_told_by_the_error_of_what_the_model_gives_back()
    {
        // It gives back the mean of all numbers; normal samples are nearly even.
        string model = Autoencoder(), data = Folder("0", "1");
        Random random = new(8);
        for (int i = 0; i < 40; i++)
        {
            float[] even = [.. Enumerable.Range(0, 4).Select(_ => 0.5f + (0.05f * random.NextSingle()))];
            if (i % 2 == 1) even[i % 4] += 0.4f;
            Csv(Path.Combine(data, $"{i % 2}", $"{i}.csv"), even);
        }

        CommandRun.Good("quantize", model, "--data", data);
        CommandRun run = CommandRun.Good("evaluate", PathOf("auto.eib"), "--data", data, "--float", model, "--json");
        Assert.Equal(1, run.Json.GetProperty("floatAuc").GetDouble());
        Assert.InRange(run.Json.GetProperty("integerAuc").GetDouble(), 0.99, 1);
        Assert.Contains("AUC", CommandRun.Good("evaluate", PathOf("auto.eib"), "--data", data).Output, StringComparison.Ordinal);
    }

    private static short[] Tone(double hertz, int samples) => [.. Enumerable.Range(0, samples).Select(i => (short)(9000 * Math.Sin(2 * Math.PI * hertz * i / Rate)))];

    private static void Csv(string path, float[] values) => File.WriteAllText(path, string.Join(',', values.Select(v => v.ToString(CultureInfo.InvariantCulture))));

    private string Folder(params string[] classes)
    {
        foreach (string each in classes) Directory.CreateDirectory(PathOf($"samples/{each}"));
        return PathOf("samples");
    }

    /// <summary>Two outputs: what every third number amounts to, and the others.</summary>
    private string Dense(string name, int inputs)
    {
        float[] weights = [.. Enumerable.Range(0, 2 * inputs).Select(i => i / inputs == (i % inputs % 3 == 0 ? 0 : 1) ? 1f : 0)];
        GraphTensor x = Activation("x", 1, inputs), y = Activation("y", 1, 2);
        return Save(name, x, y, new FullyConnected(x, Constant("w", weights, 2, inputs), null, y, FusedActivation.None));
    }

    private string Autoencoder()
    {
        GraphTensor x = Activation("x", 1, 4), y = Activation("y", 1, 4);
        return Save("auto", x, y, new FullyConnected(x, Constant("w", [.. Enumerable.Repeat(0.25f, 16)], 4, 4), null, y, FusedActivation.None));
    }

    private string Image()
    {
        GraphTensor x = Activation("x", 1, 2, 3, 4), y = Activation("y", 1, 2, 3, 2);
        return Save("image", x, y, new Conv2D(x, Constant("w", [1, 0.5f, -1, 0.3f, 0.2f, -0.4f, 1, 0.9f], 2, 1, 1, 4), null, y, new Window2D(), FusedActivation.None));
    }

    private string Save(string name, GraphTensor x, GraphTensor y, Operator op)
    {
        ModelGraph graph = new(name);
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Operators.Add(op);
        return Write($"{name}.onnx", OnnxExporter.Export(graph).File);
    }

    private static GraphTensor Activation(string name, params int[] shape) => new(name, ElementType.Float32, shape);

    private static GraphTensor Constant(string name, float[] values, params int[] shape) => new(name, ElementType.Float32, shape) { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
}
