using System.Text.Json;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Blob;
using EdgeInfer.Tests;

namespace EdgeInfer.Cli.Tests;

public sealed class CompareTests : WorkFolder
{
    public static TheoryData<string> PublicModels => [.. SharedModels.Int8];

    [Fact]
    public void Equal_outputs_are_equal()
    {
        (string input, string expected) = Outputs(frames: 2, change: 0);
        CommandRun run = CommandRun.Good("compare", Tflite, "--input", input, "--expected", expected);
        Assert.Contains("All 2 are equal.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Differences_are_counted_and_exit_with_1()
    {
        (string input, string expected) = Outputs(frames: 2, change: 3);
        CommandRun run = CommandRun.Of("compare", Tflite, "--input", input, "--expected", expected, "--json");
        Assert.Equal(EdgeInferCommand.Refused, run.Code);
        Assert.False(run.Json.GetProperty("equal").GetBoolean());
        JsonElement rows = run.Json.GetProperty("rows");
        Assert.Equal((0, 0), (rows[0].GetProperty("mismatches").GetInt32(), rows[0].GetProperty("largestDifference").GetInt32()));
        Assert.Equal((1, 3), (rows[1].GetProperty("mismatches").GetInt32(), rows[1].GetProperty("largestDifference").GetInt32()));
        Assert.Equal(4, rows[1].GetProperty("firstMismatch").GetInt32());
        Assert.Contains("1 of 2 differ.", CommandRun.Of("compare", Tflite, "--input", input, "--expected", expected).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", EdgeInferCommand.Refused)]
    [InlineData("3", EdgeInferCommand.Success)]
    public void A_tolerance_accepts_small_differences(string tolerance, int code)
    {
        (string input, string expected) = Outputs(frames: 1, change: 3);
        Assert.Equal(code, CommandRun.Of("compare", Tflite, "--input", input, "--expected", expected, "--tolerance", tolerance).Code);
    }

    [Fact]
    public void Layers_are_found_by_their_names()
    {
        string folder = Layers(out string last);
        CommandRun run = CommandRun.Good("compare", Blob(), "--layers", folder);
        Assert.Contains("are equal.", run.Output, StringComparison.Ordinal);
        byte[] dump = File.ReadAllBytes(last);
        dump[0] ^= 0x10;
        File.WriteAllBytes(last, dump);
        CommandRun changed = CommandRun.Of("compare", Tflite, "--layers", folder, "--json");
        Assert.Equal(EdgeInferCommand.Refused, changed.Code);
        JsonElement[] rows = [.. changed.Json.GetProperty("rows").EnumerateArray()];
        Assert.True(rows.Length > 3);
        Assert.All(rows[..^1], r => Assert.True(r.GetProperty("isEqual").GetBoolean()));
        Assert.Equal(1, rows[^1].GetProperty("mismatches").GetInt32());
    }

    [SharedTheory]
    [MemberData(nameof(PublicModels))]
    public void Public_models_agree_layer_by_layer(string name)
    {
        CommandRun run = CommandRun.Good("compare", SharedModels.PathOf(name, "model.tflite"), "--layers", SharedModels.PathOf(name, "layers"), "--json");
        Assert.True(run.Json.GetProperty("equal").GetBoolean());
        JsonElement[] computed = [.. run.Json.GetProperty("rows").EnumerateArray().Where(r => r.GetProperty("isComputed").GetBoolean())];
        Assert.All(computed, r => Assert.True(r.GetProperty("elements").GetInt32() > 0));
        // Views, reads of states, concatenations in place and operators that were fused have no step of their own; everything else is found.
        string[] missing = [.. run.Json.GetProperty("rows").EnumerateArray().Where(r => !r.GetProperty("isComputed").GetBoolean()).Select(r => r.GetProperty("what").GetString()!.Split(' ')[1])];
        Assert.All(missing, m => Assert.Contains(m, new[] { "RESHAPE", "READ_VARIABLE", "STRIDED_SLICE", "EXPAND_DIMS", "SQUEEZE", "CONCATENATION" }));
    }

    [Fact]
    public void Refuses_what_cannot_be_compared()
    {
        (string input, string expected) = Outputs(frames: 2, change: 0);
        Assert.Contains("2 frames give 20 bytes", CommandRun.Refused("compare", Tflite, "-i", input, "-e", Write("short.bin", File.ReadAllBytes(expected)[1..])), StringComparison.Ordinal);
        string folder = Layers(out _);
        Assert.Contains("carries no operator names", CommandRun.Refused("compare", Blob(new ConversionOptions { KeepNames = false }), "--layers", folder), StringComparison.Ordinal);
        Assert.Contains("index.txt: there is no such file", CommandRun.Refused("compare", Tflite, "--layers", PathOf("nowhere")), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "index.txt"), "in0_t0.bin\ttensor=0\n");
        Assert.Contains("line 1: it has 2 fields", CommandRun.Refused("compare", Tflite, "--layers", folder), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "index.txt"), "in0_t0.bin\ttensor=0\tINT8\t[]\tbytes=784\tnone\tx\nop000_CONV_2D_out0_t1.bin\ttensor=1\tINT8\t[]\tbytes=17\tnone\tanother\n");
        Assert.Contains("Are they of the same model?", CommandRun.Refused("compare", Tflite, "--layers", folder), StringComparison.Ordinal);
    }

    /// <summary>Input and output files; one element of the last frame's output is changed.</summary>
    private (string Input, string Expected) Outputs(int frames, int change)
    {
        string input = Write("in.bin", Pixels(frames)), expected = PathOf("expected.bin");
        CommandRun.Good("run", Tflite, "--input", input, "--output", expected);
        byte[] output = File.ReadAllBytes(expected);
        int element = output.Length - 6, value = (sbyte)output[element];
        output[element] = (byte)(value > 0 ? value - change : value + change);
        File.WriteAllBytes(expected, output);
        return (input, expected);
    }

    /// <summary>Dumps of the device runtime itself, in the form of another implementation's.</summary>
    private string Layers(out string last)
    {
        string folder = Directory.CreateDirectory(PathOf("layers")).FullName;
        Interpreter interpreter = new(ModelConverter.ConvertFile(Tflite).Model);
        Model model = interpreter.Model;
        byte[] input = Pixels();
        File.WriteAllBytes(Path.Combine(folder, "in0_t0.bin"), input);
        for (int i = 0; i < input.Length; i++) interpreter.Input(0)[i] = (sbyte)input[i];

        List<string> index = ["in0_t0.bin\ttensor=0\tINT8\t[1,28,28,1]\tbytes=784\tnone\tinput"];
        IReadOnlyList<OperatorName> names = OperatorNames.Read(model);
        last = string.Empty;
        for (int i = 0, record = model.MainProgram; i < names.Count; i++, record += model.Words[record + Record.Length])
        {
            while (!interpreter.Step(1) && interpreter.NextOperator == i)
            {
            }

            int entry = model.Words[record + Record.Output];
            int offset = model.Words[entry + BlobFormat.TensorOffset], count = model.Words[entry + BlobFormat.TensorCount];
            string file = $"op{i:000}_{names[i].Label.Split(' ')[0]}_out0_t{i}.bin";
            last = Path.Combine(folder, file);
            File.WriteAllBytes(last, [.. interpreter.Arena.Int8.Skip(offset).Take(count).Select(v => (byte)v)]);
            index.Add($"{file}\ttensor={i}\tINT8\t[]\tbytes={count}\tnone\t{names[i].Tensor}");
        }

        File.WriteAllText(Path.Combine(folder, "index.txt"), string.Join('\n', index) + "\n");
        return folder;
    }
}
