using System.Globalization;
using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx;

namespace EdgeInfer.Cli.Tests;

/// <summary>16-bit activations by options, on a model one layer of which is lost with 8 bits.</summary>
public sealed class WideLayerTests : WorkFolder
{
    private const int Inputs = 12, Cells = 8, Classes = 5;

    [Fact]
    public void Following_the_advice_of_analyze_recovers_the_model()
    {
        string model = Model(), data = Data();
        string[] quantize = ["quantize", model, "--data", data, "--calibration", "min-max"];
        System.Text.Json.JsonElement layer = CommandRun.Good([.. quantize.Select(w => w == "quantize" ? "analyze" : w), "--json"]).Json.EnumerateArray().Single(l => l.GetProperty("tensor").GetString() == "sum");
        Assert.True(layer.GetProperty("widenedDecibels").GetDouble() > layer.GetProperty("aloneDecibels").GetDouble() + 10);
        string advice = layer.GetProperty("advice")[0].GetString()!;
        Assert.EndsWith($": edgeinfer {string.Join(' ', quantize)} --wide-layers sum", advice, StringComparison.Ordinal);

        double before = Sqnr(CommandRun.Good([.. quantize, "--json"]));
        CommandRun followed = CommandRun.Good([.. advice[(advice.IndexOf("edgeinfer ", StringComparison.Ordinal) + "edgeinfer ".Length)..].Split(' '), "--json"]);
        Assert.InRange(before, -100, 15);
        Assert.InRange(Sqnr(followed), 28, 100);
        Assert.Contains("int16 in sum", followed.Json.GetProperty("recipe")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("int16 in sum", CommandRun.Good("inspect", PathOf("gates.eib")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_shows_what_16_bits_are_worth()
    {
        CommandRun run = CommandRun.Good("analyze", Model(), "--data", Data(), "--recipe", "auto", "--calibration", "mse", "--symmetric", "--html", PathOf("report.html"));
        Assert.Contains("16-bit activations", run.Output, StringComparison.Ordinal);
        string page = File.ReadAllText(PathOf("report.html"));
        Assert.Contains("square: some or all activations of 16 bits", page, StringComparison.Ordinal);
        Assert.Contains("16-bit activations in 1 layer</title></rect>", page, StringComparison.Ordinal);
        Assert.Contains("--wide-layers sum", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bound_of_noise_is_met_by_16_bits_for_the_layer_that_needs_them()
    {
        CommandRun run = CommandRun.Good("quantize", Model(), "--data", Data(), "--calibration", "mse", "--min-sqnr", "28", "--json");
        Assert.Contains("int16 in sum", run.Json.GetProperty("recipe")[0].GetString(), StringComparison.Ordinal);
        Assert.InRange(Sqnr(run), 26, 100);
    }

    [Theory]
    [InlineData("--activation-bits 16", TensorType.Int16, "activations int16, ranges")]
    [InlineData("--activation-bits 16 --port-bits 8", TensorType.Int8, "activations int16, inputs and outputs int8, ranges")]
    [InlineData("--port-bits 16", TensorType.Int16, "activations int8, asymmetric, inputs and outputs int16, ranges")]
    [InlineData("--wide-layers gate sum", TensorType.Int8, "activations int8, asymmetric, int16 in gate sum, ranges")]
    public void Options_say_what_has_16_bits(string options, TensorType ports, string recipe)
    {
        CommandRun run = CommandRun.Good(["quantize", Model(), "--data", Data(), "--json", .. options.Split(' ')]);
        Assert.StartsWith(recipe, run.Json.GetProperty("recipe")[0].GetString(), StringComparison.Ordinal);
        Interpreter interpreter = new(EdgeInfer.Model.Load(File.ReadAllBytes(PathOf("gates.eib"))));
        Assert.Equal((ports, ports), (interpreter.Input(0).Type, interpreter.Output(0).Type));
    }

    [Fact]
    public void A_layer_that_is_not_there_is_refused_with_those_that_are()
    {
        string refusal = CommandRun.Refused("quantize", Model(), "--data", Data(), "--wide-layers", "som");
        Assert.Contains("There is no layer 'som'. A layer is named by its result: 'sum', 'gate', 'y'", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("gates.eib", Files());
    }

    private static double Sqnr(CommandRun run) => run.Json.GetProperty("evaluation").GetProperty("sqnrDecibels").GetDouble();

    /// <summary>Sums of which one reaches three hundred times as far as the others before a tangent flattens it.</summary>
    private string Model()
    {
        Random random = new(2);
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
        GraphTensor Constant(string name, float[] values, params int[] shape) => new(name, ElementType.Float32, shape) { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
        float[] weights = Values(Cells * Inputs);
        for (int i = 0; i < Inputs; i++) weights[i] *= 300;
        GraphTensor x = new("x", ElementType.Float32, [1, Inputs]), sum = new("sum", ElementType.Float32, [1, Cells]), gate = new("gate", ElementType.Float32, [1, Cells]), y = new("y", ElementType.Float32, [1, Classes]);
        ModelGraph graph = new("gates");
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Operators.Add(new FullyConnected(x, Constant("w1", weights, Cells, Inputs), Constant("b1", Values(Cells), Cells), sum, FusedActivation.None));
        graph.Operators.Add(new Tanh(sum, gate));
        graph.Operators.Add(new FullyConnected(gate, Constant("w2", Values(Classes * Cells), Classes, Cells), Constant("b2", Values(Classes), Classes), y, FusedActivation.None));
        return Write("gates.onnx", OnnxExporter.Export(graph).File);
    }

    private string Data()
    {
        Random random = new(4);
        string folder = PathOf("samples");
        Directory.CreateDirectory(folder);
        for (int i = 0; i < 64; i++) File.WriteAllText(Path.Combine(folder, $"{i:00}.csv"), string.Join(',', Enumerable.Range(0, Inputs).Select(_ => ((random.NextSingle() * 2) - 1).ToString(CultureInfo.InvariantCulture))));
        return folder;
    }
}
