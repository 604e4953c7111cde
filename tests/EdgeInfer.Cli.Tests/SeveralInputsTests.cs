using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using EdgeInfer.Converter.Blob;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx;

namespace EdgeInfer.Cli.Tests;

/// <summary>A model of an image and three numbers, which gives a level and, as its second output, classes: quantized, evaluated and analyzed on samples in all forms.</summary>
public sealed class SeveralInputsTests : WorkFolder
{
    private const int Count = 48;

    private readonly (float[] Image, float[] Numbers, int Label)[] _samples = [.. Samples()];

    [Fact]
    public void Folders_archives_and_manifests_say_the_same()
    {
        string[] blobs = [.. new[] { Folders(), Archives(), OneArchive(numbered: true), OneArchive(numbered: false), Manifest() }.Select((data, i) =>
        {
            // All are in the same order: one class after the other, and in the order of the files.
            CommandRun.Good("quantize", Model(), "--data", data, "-o", PathOf($"{i}.eib"));
            EdgeInfer.Model blob = EdgeInfer.Model.Load(File.ReadAllBytes(PathOf($"{i}.eib")));
            return string.Join(',', blob.Words) + Convert.ToHexString(blob.Bytes, blob.BytesStart, blob.Bytes.Length - blob.BytesStart)[..(2 * blob.Header[BlobFormat.ByteCountWord])];
        })];
        Assert.All(blobs, b => Assert.Equal(blobs[0], b));
    }

    [Fact]
    public void Accuracy_is_that_of_the_output_with_the_classes_and_noise_that_of_all()
    {
        string data = Folders();
        CommandRun.Good("quantize", Model(), "--data", data);
        Assert.Equal(["a", "b", "c"], Labels.Read(EdgeInfer.Model.Load(File.ReadAllBytes(PathOf("both.eib")))));
        CommandRun run = CommandRun.Good("evaluate", PathOf("both.eib"), "--data", data, "--float", Model(), "--json");
        Assert.Equal(1, run.Json.GetProperty("floatAccuracy").GetDouble());
        Assert.InRange(run.Json.GetProperty("integerAccuracy").GetDouble(), 0.95, 1);
        double[] noise = [.. run.Json.GetProperty("outputs").EnumerateArray().Select(o => o.GetProperty("sqnrDecibels").GetDouble())];
        Assert.All(noise, n => Assert.InRange(n, 30, 80));
        Assert.Equal(-10 * Math.Log10(noise.Average(n => Math.Pow(10, -n / 10))), run.Json.GetProperty("sqnrDecibels").GetDouble(), 1e-6);
        Assert.Contains("classes: ", CommandRun.Good("evaluate", PathOf("both.eib"), "--data", data, "--float", Model()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_output_with_the_classes_can_be_named()
    {
        string data = Folders();
        CommandRun.Good("quantize", Model(), "--data", data, "--score-output", "classes");
        Assert.Equal(1, CommandRun.Good("evaluate", Model(), "--data", data, "--score-output", "classes", "--json").Json.GetProperty("floatAccuracy").GetDouble());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, CommandRun.Good("evaluate", PathOf("both.eib"), "--data", data, "--score-output", "level", "--json").Json.GetProperty("integerAccuracy").ValueKind);
        Assert.Contains("'scores' is none of the model's outputs (level, classes)", CommandRun.Refused("evaluate", PathOf("both.eib"), "--data", data, "--score-output", "scores"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_is_searched_and_layers_are_analyzed()
    {
        string data = Folders();
        CommandRun search = CommandRun.Good("quantize", Model(), "--data", data, "--recipe", "auto", "--calibration", "mse", "--json");
        Assert.InRange(search.Json.GetProperty("trials")[0].GetProperty("score").GetDouble(), 0.9, 1);
        Assert.Contains("FullyConnected", CommandRun.Good("analyze", Model(), "--data", data).Output, StringComparison.Ordinal);
        foreach (System.Text.Json.JsonElement layer in CommandRun.Good("analyze", Model(), "--data", data, "--onnx-agreement", "--json").Json.EnumerateArray())
        {
            Assert.InRange(layer.GetProperty("ownSteps").GetInt32(), 0, 1);
        }
    }

    [Fact]
    public void The_blob_names_its_inputs_and_outputs_and_runs_on_an_archive()
    {
        CommandRun.Good("quantize", Model(), "--data", Folders());
        PortNames names = PortNames.Read(EdgeInfer.Model.Load(File.ReadAllBytes(PathOf("both.eib"))));
        Assert.Equal(["serving_default_image:0", "numbers"], names.Inputs);
        Assert.Equal(["level", "classes"], names.Outputs);
        Assert.Contains("serving_default_image:0: Int8 1x2x2x1", CommandRun.Good("inspect", PathOf("both.eib")).Output, StringComparison.Ordinal);
        CommandRun.Good("run", PathOf("both.eib"), "--input", OneArchive(numbered: false), "--output", PathOf("one.bin"));
        string[] single = [Csv("image.csv", [.. _samples.SelectMany(s => s.Image)]), Csv("numbers.csv", [.. _samples.SelectMany(s => s.Numbers)])];
        CommandRun.Good("run", PathOf("both.eib"), "--input", single[0], "--input", single[1], "--output", PathOf("two.bin"));
        Assert.Equal(File.ReadAllBytes(PathOf("two.bin")), File.ReadAllBytes(PathOf("one.bin")));
        Assert.Equal(4 * Count, File.ReadAllBytes(PathOf("one.bin")).Length);
    }

    [Theory]
    [InlineData("numbers", "number", "'number' is none of the model's inputs (serving_default_image:0, numbers)")]
    [InlineData("numbers", "", "there is nothing for the input 'numbers'")]
    [InlineData("image/0.csv", "image/00.csv", "there is no file for 'numbers' that belongs to")]
    [InlineData("image/0.csv", "image/1.npy", "has the same name but for its ending")]
    public void Folders_that_do_not_fit_are_refused(string from, string to, string message)
    {
        string folder = Path.Combine(Folders(), "a");
        string moved = to.Length == 0 ? PathOf("elsewhere") : Path.Combine(folder, to);
        Directory.Move(Path.Combine(folder, from), moved);
        string refusal = CommandRun.Refused("quantize", Model(), "--data", PathOf("samples"));
        Assert.Contains(message, refusal, StringComparison.Ordinal);
        Assert.Single(refusal.TrimEnd().Split('\n'));
        Assert.DoesNotContain("both.eib", Files());
    }

    [Fact]
    public void Files_of_different_numbers_of_samples_and_of_one_input_are_refused()
    {
        string folder = Path.Combine(Folders(), "a");
        Csv(Path.Combine(folder, "numbers", "0.csv"), [1, 2, 3, 4, 5, 6]);
        Assert.Contains("0.csv holds 2 samples", CommandRun.Refused("quantize", Model(), "--data", PathOf("samples")), StringComparison.Ordinal);
        Csv(Path.Combine(folder, "numbers", "0.csv"), [1, 2]);
        Assert.Contains("2 numbers are not a whole number of frames; the input (Float32 1x3) takes 3 a frame", CommandRun.Refused("quantize", Model(), "--data", PathOf("samples")), StringComparison.Ordinal);
        string refusal = CommandRun.Refused("quantize", Model(), "--data", Csv("alone.csv", [1, 2, 3]));
        Assert.Contains("the model has 2 inputs (serving_default_image:0, numbers), and this file is of one. Write all into one .npz file (numpy.savez), or put the files of each into a folder of its name: image/ and numbers/", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image:2,2 number:3", "'number' is none of the model's inputs")]
    [InlineData("image:2,2", "there is nothing for the input 'numbers'")]
    [InlineData("image:2,2 numbers:3 more:1", "'more' is none of the model's inputs")]
    [InlineData("image:2,2 serving_default_image:2,2", "are both the input 'serving_default_image:0'")]
    [InlineData("image:2,2 numbers:4", "'numbers': 16 bytes are not a whole number of frames; the input (Float32 1x3)")]
    [InlineData("image:2,2 numbers:2,3", "'numbers' holds 2 frames, 'image' holds 1")]
    [InlineData("arr_0:2,2 arr_1:4", "'arr_1': 16 bytes are not a whole number of frames")]
    public void Archives_that_do_not_fit_are_refused(string arrays, string message)
    {
        string data = Npz("bad.npz", [.. arrays.Split(' ').Select(a => a.Split(':')).Select(a => (a[0], a[1], new float[a[1].Split(',').Aggregate(1, (n, d) => n * int.Parse(d, CultureInfo.InvariantCulture))]))]);
        string refusal = CommandRun.Refused("quantize", Model(), "--data", data);
        Assert.Contains("bad.npz", refusal, StringComparison.Ordinal);
        Assert.Contains(message, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_archive_is_refused() =>
        Assert.Contains("bad.npz: this is no .npz file, or it is damaged", CommandRun.Refused("quantize", Model(), "--data", WriteText("bad.npz", "not an archive")), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "data": "image.bin" }""", "\"data\" is one file, the model has 2 inputs. Give one for each: \"inputs\": { \"serving_default_image:0\": { \"data\": ... }, \"numbers\"")]
    [InlineData("""{ "inputs": { "image": { "data": "image.bin" } } }""", "there is nothing for the input 'numbers'")]
    [InlineData("""{ "inputs": { "image": { "data": "image.bin" }, "number": { "data": "numbers.bin" } } }""", "'number' is none of the model's inputs")]
    [InlineData("""{ "inputs": { "image": { "data": "numbers.bin" }, "numbers": { "data": "numbers.bin" } } }""", "numbers.bin holds 36 samples of 'serving_default_image:0', numbers.bin holds 48 of 'numbers'. Every input needs the same number.")]
    [InlineData("""{ "inputs": { "image": { "data": "image.bin" }, "numbers": { "data": "odd.bin" } } }""", "4 elements are not a whole number of samples; the model's input 'numbers' takes 3")]
    [InlineData("""{ "inputs": { "image": { "file": "image.bin" } } }""", "this is no dataset manifest")]
    [InlineData("""{ "data": "image.bin", "labls": "labels.csv" }""", "this is no dataset manifest (The JSON property 'labls' could not be mapped")]
    [InlineData("""{ "data": "image.bin", "inputs": { "image": { "data": "image.bin" } } }""", "it needs \"data\", the file of the samples, or \"inputs\" with such a file for each input")]
    public void Manifests_that_do_not_fit_are_refused(string manifest, string message)
    {
        Manifest();
        Write("odd.bin", new byte[16]);
        string refusal = CommandRun.Refused("quantize", Model(), "--data", WriteText("bad.json", manifest));
        Assert.Contains(message, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_float_model_of_other_outputs_is_refused_beside_a_blob()
    {
        CommandRun.Good("quantize", Model(), "--data", Folders());
        ModelGraph graph = Graph();
        graph.Outputs.RemoveAt(0);
        string other = Write("other.onnx", OnnxExporter.Export(graph).File);
        Assert.Contains("other.onnx: its inputs and outputs (1x2x2x1, 1x3 -> 1x3) are not those of", CommandRun.Refused("evaluate", PathOf("both.eib"), "--data", Folders(), "--float", other), StringComparison.Ordinal);
    }

    private static IEnumerable<(float[] Image, float[] Numbers, int Label)> Samples()
    {
        Random random = new(3);
        for (int label = 0; label < 3; label++)
        {
            for (int i = 0; i < Count / 3; i++)
            {
                // Neither input alone tells the class.
                float[] image = [.. Enumerable.Range(0, 4).Select(_ => (2 * random.NextSingle()) - 1)], numbers = [.. image.Take(3).Select(v => random.NextSingle() - v)];
                numbers[label] += 1.2f;
                yield return (image, numbers, label);
            }
        }
    }

    private string Folders()
    {
        for (int i = 0; i < Count; i++)
        {
            string folder = PathOf($"samples/{"abc"[_samples[i].Label]}");
            Csv(Path.Combine(folder, "image", $"{i % 16:X}.csv"), _samples[i].Image);
            Csv(Path.Combine(folder, "numbers", $"{i % 16:X}.csv"), _samples[i].Numbers);
        }

        return PathOf("samples");
    }

    private string Archives()
    {
        for (int i = 0; i < Count; i++)
        {
            Directory.CreateDirectory(PathOf($"archives/{"abc"[_samples[i].Label]}"));
            Npz($"archives/{"abc"[_samples[i].Label]}/{i % 16:X}.npz", ("numbers", "3", _samples[i].Numbers), ("image", "1, 2, 2, 1", _samples[i].Image));
        }

        return PathOf("archives");
    }

    private string OneArchive(bool numbered) => Npz(
        $"{numbered}.npz",
        (numbered ? "arr_0" : "image", $"{Count}, 2, 2", [.. _samples.SelectMany(s => s.Image)]),
        (numbered ? "arr_1" : "numbers", $"{Count}, 3", [.. _samples.SelectMany(s => s.Numbers)]));

    private string Manifest()
    {
        Write("image.bin", [.. _samples.SelectMany(s => s.Image).SelectMany(BitConverter.GetBytes)]);
        Write("numbers.bin", [.. _samples.SelectMany(s => s.Numbers).SelectMany(BitConverter.GetBytes)]);
        WriteText("labels.csv", "class\n" + string.Join('\n', _samples.Select(s => s.Label)));
        return WriteText("data.json", """{ "inputs": { "image": { "data": "image.bin" }, "numbers": { "data": "numbers.bin", "type": "float32", "scale": 1 } }, "labels": "labels.csv", "classes": ["a", "b", "c"] }""");
    }

    private string Npz(string name, params (string Name, string Shape, float[] Values)[] arrays)
    {
        using MemoryStream file = new();
        using (ZipArchive archive = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string array, string shape, float[] values) in arrays)
            {
                using Stream entry = archive.CreateEntry(array + ".npy").Open();
                entry.Write(RunTests.Npy("<f4", shape, [.. values.SelectMany(BitConverter.GetBytes)]));
            }
        }

        return Write(name, file.ToArray());
    }

    private string Csv(string name, float[] values)
    {
        string path = Path.IsPathRooted(name) ? name : PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, string.Join(',', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture))));
        return path;
    }

    private string Model() => Write("both.onnx", OnnxExporter.Export(Graph()).File);

    private static ModelGraph Graph()
    {
        ModelGraph graph = new("both");
        GraphTensor image = Real("serving_default_image:0", 1, 2, 2, 1), numbers = Real("numbers", 1, 3), flat = Real("flat", 1, 4), all = Real("all", 1, 7), level = Real("level", 1, 1), classes = Real("classes", 1, 3);
        graph.Inputs.AddRange([image, numbers]);
        graph.Outputs.AddRange([level, classes]);
        graph.Operators.Add(new Reshape(image, flat));
        graph.Operators.Add(new Concatenation([flat, numbers], 1, all, FusedActivation.None));
        graph.Operators.Add(new FullyConnected(flat, Constant("w1", [1, 4], 1, 1, 1, 1), Constant("b1", [1], 0.5f), level, FusedActivation.None));
        graph.Operators.Add(new FullyConnected(all, Constant("w2", [3, 7], 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1), null, classes, FusedActivation.None));
        return graph;
    }

    private static GraphTensor Real(string name, params int[] shape) => new(name, ElementType.Float32, shape);

    private static GraphTensor Constant(string name, int[] shape, params float[] values) => new(name, ElementType.Float32, shape) { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
}
