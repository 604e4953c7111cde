using System.Runtime.InteropServices;
using System.Text;
using EdgeInfer.Converter.Blob;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx;
using EdgeInfer.Tests;
using EdgeInfer.Tests.Tflite;

namespace EdgeInfer.Cli.Tests;

/// <summary>quantize, evaluate and analyze, on a model of floats that tells which of three numbers is the largest.</summary>
public sealed class QuantizeTests : WorkFolder
{
    [Fact]
    public void Writes_a_blob_that_carries_its_recipe_and_classes()
    {
        CommandRun run = CommandRun.Good("quantize", Model(), "--data", Labelled());
        Assert.Contains("accuracy", run.Output, StringComparison.Ordinal);
        Assert.Contains("100.00 %", run.Output, StringComparison.Ordinal);
        Model model = EdgeInfer.Model.Load(File.ReadAllBytes(PathOf("largest.eib")));
        Assert.Equal(["a", "b", "c"], Labels.Read(model));
        string recipe = Encoding.UTF8.GetString(model.ReadMetadata(MetadataTag.Recipe)!);
        Assert.StartsWith("// calibrated with 90 of 90 samples of samples\n{\"method\":\"mse\",", recipe, StringComparison.Ordinal);
        string inspection = CommandRun.Good("inspect", PathOf("largest.eib")).Output;
        Assert.Contains("ranges by Mse", inspection, StringComparison.Ordinal);
        Assert.Contains("calibrated with 90 of 90 samples of samples", inspection, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DIV")]
    [InlineData("ADD_N")]
    [InlineData("CUMSUM")]
    [InlineData("DYNAMIC_UPDATE_SLICE")]
    public void What_has_no_floats_to_measure_with_is_refused(string name)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Plain("in", ElementType.Float32, 1, 3), tanh = main.Plain("tanh", ElementType.Float32, 1, 3), output = main.Plain("out", ElementType.Float32, 1, 3);
        int number = main.Constant<int>("number", ElementType.Int32, [name == "CUMSUM" ? 1 : 2], name == "CUMSUM" ? [1] : [0, 0]);
        main.Add("TANH", [input], [tanh]);
        main.Add(name, name == "CUMSUM" ? [tanh, number] : name == "DYNAMIC_UPDATE_SLICE" ? [tanh, input, number] : [tanh, input], [output]);
        main.Inputs.Add(input);
        main.Outputs.Add(output);
        string refusal = CommandRun.Refused("quantize", Write("model.tflite", builder.Build()), "--data", Labelled());
        Assert.Contains($"{name} (operator 1)", refusal, StringComparison.Ordinal);
        Assert.Contains("TFLite converter", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--recipe auto --samples 20")]
    [InlineData("--max-weights 75 --calibration mse --symmetric")]
    [InlineData("--recipe naive --per-tensor")]
    public void A_saved_recipe_and_that_of_a_blob_give_the_same_blob(string options)
    {
        string data = Labelled();
        CommandRun.Good(["quantize", Model(), "--data", data, "-o", PathOf("1.eib"), "--save-recipe", PathOf("recipe.json"), .. options.Split(' ')]);
        CommandRun again = CommandRun.Good("quantize", Model(), "--data", data, "-o", PathOf("2.eib"), "--recipe", PathOf("recipe.json"));
        CommandRun.Good("quantize", Model(), "--data", data, "-o", PathOf("3.eib"), "--recipe", PathOf("1.eib"));
        Assert.Equal(File.ReadAllBytes(PathOf("1.eib")), File.ReadAllBytes(PathOf("2.eib")));
        Assert.Equal(File.ReadAllBytes(PathOf("1.eib")), File.ReadAllBytes(PathOf("3.eib")));
        Assert.Equal(!options.Contains("naive", StringComparison.Ordinal), again.Output.Contains("measured on 45 samples that are not among those of the calibration\n", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_change_the_recipe_of_a_file()
    {
        string recipe = WriteText("recipe.json", """{ "method": "min-max", "weightBits": 4 }"""), data = Labelled();
        string written = CommandRun.Good("quantize", Model(), "--data", data, "--recipe", recipe, "--symmetric").Output;
        Assert.Contains("symmetric, ranges by MinMax", written, StringComparison.Ordinal);
        Assert.Contains("weights int4", written, StringComparison.Ordinal);
        Assert.Contains("weights int8", CommandRun.Good("quantize", Model(), "--data", data, "--recipe", recipe, "--weight-bits", "8").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.json", "missing.json: there is no such file")]
    [InlineData("bad.json", "bad.json, line 2: \"weightBits\" is 8 or 4, once.")]
    [InlineData("other.json", "There is no layer 'conv'. A layer is named by its result: 'hidden', 'y'")]
    [InlineData("quantized.eib", "quantized.eib: this blob carries no recipe")]
    public void Recipes_that_are_none_are_refused(string recipe, string message)
    {
        WriteText("bad.json", "{\n  \"weightBits\": 5 }");
        WriteText("other.json", """{ "weightBits": 4, "eightBitLayers": ["conv"] }""");
        CommandRun.Good("convert", Tflite, "-o", PathOf("quantized.eib"));
        Assert.Contains(message, CommandRun.Refused("quantize", Model(), "--data", Labelled(), "--recipe", PathOf(recipe)), StringComparison.Ordinal);
        Assert.DoesNotContain("largest.eib", Files());
    }

    [Fact]
    public void The_same_data_give_the_same_blob()
    {
        string data = Labelled();
        CommandRun.Good("quantize", Model(), "--data", data, "-o", PathOf("1.eib"));
        CommandRun.Good("quantize", Model(), "--data", data, "-o", PathOf("2.eib"));
        Assert.Equal(File.ReadAllBytes(PathOf("1.eib")), File.ReadAllBytes(PathOf("2.eib")));
    }

    [Fact]
    public void Auto_tries_recipes_and_tells_of_all()
    {
        CommandRun run = CommandRun.Good("quantize", Model(), "--data", Labelled(), "--recipe", "auto", "--samples", "20");
        Assert.Contains("27 recipes, the chosen one first", run.Output, StringComparison.Ordinal);
        Assert.Contains("calibrated with 20 of 90 samples", run.Output, StringComparison.Ordinal);
        Assert.Contains("measured on 45 samples that are not among those of the calibration", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Bounds_are_kept_by_the_blob_that_is_written()
    {
        string data = Labelled();
        string[] common = ["quantize", Model(), "--data", data, "--calibration", "mse", "--symmetric", "--json"];
        CommandRun free = CommandRun.Good([.. common, "--recipe", "auto"]);
        int bytes = free.Json.GetProperty("blobBytes").GetInt32() - 1;
        CommandRun bounded = CommandRun.Good([.. common, "--max-bytes", $"{bytes}", "--max-latency", "1000ms", "--board", "esp32-devkitc", "--max-arena", "4000"]);
        Assert.InRange(File.ReadAllBytes(PathOf("largest.eib")).Length, 1, bytes);
        Assert.InRange(bounded.Json.GetProperty("trials")[0].GetProperty("instructions").GetDouble(), 1, 67e6);
        Assert.All(bounded.Json.GetProperty("trials").EnumerateArray(), t => Assert.Contains("Mse, symmetric", t.GetProperty("summary").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Bounds_that_cannot_be_met_write_no_blob()
    {
        string refusal = CommandRun.Refused("quantize", Model(), "--data", Labelled(), "--calibration", "mse", "--max-latency", "0.001M", "--max-loss", "1");
        Assert.Contains("million instructions (--max-latency asks for a latency of 0.001 million instructions)", refusal, StringComparison.Ordinal);
        Assert.Single(refusal.TrimEnd().Split('\n'));
        Assert.DoesNotContain("largest.eib", Files());
    }

    [Theory]
    [InlineData("--max-latency 250ms", "needs the board")]
    [InlineData("--max-latency 250", "250ms, or millions of instructions such as 600M")]
    [InlineData("--max-bytes 1000 --recipe naive", "Bounds are for --recipe auto")]
    [InlineData("--recipe best", "--recipe takes default, naive, auto, a file that --save-recipe wrote or a blob, not 'best'")]
    [InlineData("--max-bytes 0", "takes a whole number from 1")]
    public void Bounds_that_say_nothing_are_refused(string options, string message) =>
        Assert.Contains(message, CommandRun.Misused(["quantize", Model(), "--data", "samples", .. options.Split(' ')]), StringComparison.Ordinal);

    [Fact]
    public void The_quantized_onnx_file_is_converted_to_what_quantizing_gave()
    {
        CommandRun.Good("quantize", Model(), "--data", Labelled(), "--onnx", PathOf("qdq.onnx"));
        CommandRun.Good("convert", PathOf("qdq.onnx"));
        Interpreter[] runs = [.. new[] { "largest.eib", "qdq.eib" }.Select(f => new Interpreter(EdgeInfer.Model.Load(File.ReadAllBytes(PathOf(f)))))];
        for (int x = -128; x < 128; x += 5)
        {
            foreach (Interpreter run in runs)
            {
                for (int i = 0; i < 3; i++) run.Input(0)[i] = (sbyte)(x * (i + 1));
                run.Invoke();
            }

            for (int i = 0; i < 3; i++) Assert.Equal(runs[0].Output(0)[i], runs[1].Output(0)[i]);
        }
    }

    [Fact]
    public void Evaluates_blob_and_float_side_by_side()
    {
        string data = Labelled();
        CommandRun.Good("quantize", Model(), "--data", data);
        CommandRun both = CommandRun.Good("evaluate", PathOf("largest.eib"), "--data", data, "--float", Model());
        Assert.Contains("0 of 90 samples are taken for another class", both.Output, StringComparison.Ordinal);
        Assert.Contains("right (integers)", both.Output, StringComparison.Ordinal);
        Assert.Equal(1, CommandRun.Good("evaluate", PathOf("largest.eib"), "--data", data, "--json").Json.GetProperty("integerAccuracy").GetDouble());
        CommandRun alone = CommandRun.Good("evaluate", Model(), "--data", data);
        Assert.Contains("right (float)", alone.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Analysis_tells_of_every_layer_and_draws_it()
    {
        CommandRun run = CommandRun.Good("analyze", Model(), "--data", Labelled(), "--html", PathOf("report.html"));
        Assert.Contains("FullyConnected", run.Output, StringComparison.Ordinal);
        string page = File.ReadAllText(PathOf("report.html"));
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("What it costs, and what it loses", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Analysis_compares_the_integers_with_onnx_runtime()
    {
        CommandRun run = CommandRun.Good("analyze", Model(), "--data", Labelled(), "--onnx-agreement");
        Assert.Contains("Agreement with ONNX Runtime", run.Output, StringComparison.Ordinal);
        Assert.Contains("FullyConnected", run.Output, StringComparison.Ordinal);
        System.Text.Json.JsonElement layer = CommandRun.Good("analyze", Model(), "--data", Labelled(), "--onnx-agreement", "--json").Json[0];
        Assert.InRange(layer.GetProperty("ownSteps").GetInt32(), 0, 1);
    }

    [Fact]
    public void Analysis_draws_what_the_recipes_that_were_tried_cost_and_lose()
    {
        CommandRun run = CommandRun.Good("analyze", Model(), "--data", Labelled(), "--recipe", "auto", "--calibration", "mse", "--symmetric", "--board", "esp32-devkitc", "--html", PathOf("report.html"));
        Assert.Contains("Worth a choice", run.Output, StringComparison.Ordinal);
        string page = File.ReadAllText(PathOf("report.html"));
        foreach (string axis in new[] { "accuracy, %", "blob, KB", "arena, KB", "predicted milliseconds of an inference" }) Assert.Contains(axis, page, StringComparison.Ordinal);
        Assert.Contains("int4", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,2", "2 numbers are not a whole number of frames")]
    [InlineData("1,2,nan", "number 2 is NaN")]
    [InlineData("", "there is nothing in it")]
    public void Samples_that_do_not_fit_are_refused(string content, string message)
    {
        string refusal = CommandRun.Refused("quantize", Model(), "--data", WriteText("bad.csv", content));
        Assert.Contains("bad.csv", refusal, StringComparison.Ordinal);
        Assert.Contains(message, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("largest.eib", Files());
    }

    [Fact]
    public void An_empty_folder_and_an_unknown_class_are_refused()
    {
        Directory.CreateDirectory(PathOf("empty"));
        Assert.Contains("there are no samples in this folder", CommandRun.Refused("quantize", Model(), "--data", PathOf("empty")), StringComparison.Ordinal);
        string labels = WriteText("labels.txt", "a\nb\nd\n");
        Assert.Contains("'c' is none of the 3 classes (a, b, d)", CommandRun.Refused("quantize", Model(), "--data", Labelled(), "--labels", labels), StringComparison.Ordinal);
    }

    [Fact]
    public void Models_that_are_quantized_already_are_refused() =>
        Assert.Contains("computes in integers already", CommandRun.Refused("quantize", Tflite, "--data", Labelled()), StringComparison.Ordinal);

    [Fact]
    public void Convert_sends_float_models_to_quantize() =>
        Assert.Contains("edgeinfer quantize MODEL --data FOLDER", CommandRun.Refused("convert", Model()), StringComparison.Ordinal);

    [SharedTheory]
    [InlineData("emlearn_mnist_cnn_fp32")]
    [InlineData("tinymaix_mnist_valid_f")]
    [InlineData("tinymaix_mnist_dw_f")]
    public void Digits_lose_at_most_two_tenths_of_a_point(string model)
    {
        string manifest = Path.Combine(RepositoryRoot(), "tests", "Datasets", "mnist-test.json");
        CommandRun run = CommandRun.Good("quantize", SharedData.PathOf("mnist", "models", model + ".tflite"), "--data", manifest, "-o", PathOf("digits.eib"), "--json");
        double exact = run.Json.GetProperty("evaluation").GetProperty("floatAccuracy").GetDouble();
        Assert.InRange(run.Json.GetProperty("evaluation").GetProperty("integerAccuracy").GetDouble(), exact - 0.002, 1);
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EdgeInfer.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }

    private string Model()
    {
        ModelGraph graph = new("largest");
        GraphTensor x = new("x", ElementType.Float32, [1, 3]), hidden = new("hidden", ElementType.Float32, [1, 4]), y = new("y", ElementType.Float32, [1, 3]);
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Operators.Add(new FullyConnected(x, Constant("w1", [4, 3], 2, 0.1f, 0, 0, 2, 0.1f, 0.1f, 0, 2, 1, 1, 1), Constant("b1", [4], 0, 0.1f, 0, 1), hidden, FusedActivation.Relu));
        graph.Operators.Add(new FullyConnected(hidden, Constant("w2", [3, 4], 1, 0, 0, -0.1f, 0, 1, 0, -0.1f, 0, 0, 1, -0.1f), null, y, FusedActivation.None));
        return Write("largest.onnx", OnnxExporter.Export(graph).File);
    }

    private static GraphTensor Constant(string name, int[] shape, params float[] values) =>
        new(name, ElementType.Float32, shape) { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };

    /// <summary>A folder with a folder of .csv files for each class.</summary>
    private string Labelled()
    {
        Random random = new(7);
        for (int i = 0; i < 90; i++)
        {
            float[] values = [.. Enumerable.Range(0, 3).Select(_ => random.NextSingle())];
            values[i % 3] += 1.2f;
            string folder = PathOf($"samples/{"abc"[i % 3]}");
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, $"{i}.csv"), string.Join(',', values.Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        }

        return PathOf("samples");
    }
}
