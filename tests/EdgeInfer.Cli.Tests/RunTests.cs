using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeInfer.Cli.Demo;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests;

namespace EdgeInfer.Cli.Tests;

public sealed class RunTests : WorkFolder
{
    private string Output => PathOf("out.bin");

    public static TheoryData<string> PublicModels => [.. SharedModels.Int8];

    [Fact]
    public void Frames_of_a_file_run_one_after_the_other()
    {
        byte[] frames = Pixels(3);
        CommandRun run = CommandRun.Good("run", Blob(), "--input", Write("in.bin", frames), "--output", Output);
        Assert.Equal(Expected(frames), File.ReadAllBytes(Output));
        Assert.Contains("frame 2", run.Output, StringComparison.Ordinal);
        Assert.Contains("3 inferences", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_for_one_input_are_frames_in_sequence()
    {
        byte[] frames = Pixels(2);
        CommandRun.Good("run", Tflite, "-i", Write("a.bin", frames[..784]), "-i", Write("b.bin", frames[784..]), "-o", Output);
        Assert.Equal(Expected(frames), File.ReadAllBytes(Output));
    }

    [SharedTheory]
    [MemberData(nameof(PublicModels))]
    public void Public_models_give_the_golden_outputs(string name)
    {
        string blob = PathOf("model.eib");
        CommandRun.Good("convert", SharedModels.PathOf(name, "model.tflite"), "-o", blob);
        string folder = Path.GetDirectoryName(SharedModels.PathOf(name, "model.tflite"))!;
        (string Input, string Expected)[] vectors =
        [
            .. Directory.EnumerateFiles(folder, "in_*.bin").Select(f => (f, f.Replace("in_", "out_", StringComparison.Ordinal))),
            .. Directory.EnumerateFiles(folder, "seq_*_in.bin").Select(f => (f, f.Replace("_in.bin", "_out.bin", StringComparison.Ordinal))),
        ];
        Assert.NotEmpty(vectors);
        foreach ((string input, string expected) in vectors)
        {
            CommandRun.Good("run", blob, "--input", input, "--output", Output);
            Assert.Equal(File.ReadAllBytes(expected), File.ReadAllBytes(Output));
        }
    }

    [Fact]
    public void Shows_the_largest_classes_with_their_labels()
    {
        string[] labels = [.. Enumerable.Range(0, 10).Select(i => $"digit {i}")];
        string blob = Blob(new ConversionOptions { Labels = labels });
        string image = Write("seven.png", DemoAssets.Images.Single(i => i.Digit == 7).Content);
        CommandRun run = CommandRun.Good("run", blob, "--input", image, "--top", "2");
        string[] lines = [.. run.Output.Split('\n').Where(l => l.Contains("digit", StringComparison.Ordinal))];
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("  digit 7", lines[0], StringComparison.Ordinal);

        JsonElement top = CommandRun.Good("run", blob, "--input", image, "--json").Json.GetProperty("frames")[0][0].GetProperty("top")[0];
        Assert.Equal(7, top.GetProperty("index").GetInt32());
        Assert.Equal("digit 7", top.GetProperty("label").GetString());
    }

    [Fact]
    public void Float_outputs_that_are_no_numbers_can_be_shown()
    {
        GraphTensor x = new("x", ElementType.Float32, [4]), y = new("y", ElementType.Float32, [1, 4]);
        string blob = Write("float.eib", GraphRunner.For(new Stack([x], 0, y)).Result.Blob);
        string input = Write("in.bin", [.. new[] { float.NaN, float.PositiveInfinity, -1f, 2f }.SelectMany(BitConverter.GetBytes)]);
        Assert.Contains("Infinity", CommandRun.Good("run", blob, "--input", input).Output, StringComparison.Ordinal);
        Assert.Equal("Infinity", CommandRun.Good("run", blob, "--input", input, "--json").Json.GetProperty("frames")[0][0].GetProperty("values")[1].GetString());
    }

    [Fact]
    public void Real_values_are_quantized()
    {
        // The input's scale is not known here, so the expectation goes the way back: real values of the very integers.
        byte[] pixels = Pixels();
        Tensor input = new Interpreter(Model.Load(File.ReadAllBytes(Blob()))).Input(0);
        float[] real = [.. pixels.Select(p => input.Scale * ((sbyte)p - input.ZeroPoint))];
        string csv = WriteText("in.csv", "# one image\n" + string.Join('\n', real.Chunk(28).Select(r => string.Join(", ", r.Select(v => v.ToString("R", CultureInfo.InvariantCulture))))));
        string npy = Write("in.npy", Npy("<f4", "1, 28, 28, 1", [.. real.SelectMany(BitConverter.GetBytes)]));
        foreach (string file in new[] { csv, npy })
        {
            CommandRun.Good("run", Tflite, "--input", file, "--output", Output);
            Assert.Equal(Expected(pixels), File.ReadAllBytes(Output));
        }
    }

    [Fact]
    public void Integers_are_taken_as_they_are()
    {
        byte[] pixels = Pixels(2);
        string csv = WriteText("in.csv", string.Join(';', pixels.Select(p => (sbyte)p)));
        string npy = Write("in.npy", Npy("|i1", "2, 28, 28", pixels));
        string wide = Write("wide.npy", Npy("<i4", "1568,", [.. pixels.SelectMany(p => BitConverter.GetBytes((int)(sbyte)p))]));
        foreach (string[] file in new[] { [csv, "--quantized"], [npy], new[] { wide, "--quantized" } })
        {
            CommandRun.Good(["run", Tflite, "--output", Output, "--input", .. file]);
            Assert.Equal(Expected(pixels), File.ReadAllBytes(Output));
        }
    }

    [Theory]
    [InlineData("bin", "100", "784 bytes a frame")]
    [InlineData("bin", "", "there is nothing in it")]
    [InlineData("csv", "1 2 3", "3 numbers are not a whole number of frames")]
    [InlineData("csv", "1 two 3", "line 1: 'two' is no number")]
    [InlineData("npy", "not numpy at all", "this is no .npy file")]
    [InlineData("png", "not an image at all", "cannot be decoded")]
    [InlineData("wav", "RIFF....WAVEfmt ", "features that a front end makes")]
    [InlineData("txt", "1 2 3", "inputs ending in '.txt' are not understood")]
    public void Refuses_inputs_that_do_not_fit(string ending, string content, string message)
    {
        string file = WriteText($"in.{ending}", content);
        string error = CommandRun.Refused("run", Tflite, "--input", file, "--output", Output);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Contains(file, error, StringComparison.Ordinal);
        Assert.DoesNotContain("out.bin", Files());
    }

    [Theory]
    [InlineData("<f4", "1, 28, 28", 784, "784 elements of <f4 take 3136 bytes, 784 are there")]
    [InlineData("<c8", "98", 784, "elements of type <c8 are not understood")]
    [InlineData("|u1", "784", 784, "Save float32 for real values, i1 for the tensor's integers")]
    [InlineData("|i1", "28, 27", 756, "784 bytes a frame")]
    public void Refuses_arrays_that_do_not_fit(string type, string shape, int bytes, string message) =>
        Assert.Contains(message, CommandRun.Refused("run", Tflite, "--input", Write("in.npy", Npy(type, shape, new byte[bytes]))), StringComparison.Ordinal);

    [Fact]
    public void Refuses_arrays_that_are_cut_or_in_Fortran_order()
    {
        byte[] array = Npy("|i1", "784", new byte[784]);
        for (int length = 0; length < array.Length; length += 13) CommandRun.Refused("run", Tflite, "--input", Write("in.npy", array[..length]));
        byte[] fortran = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(array).Replace("False", "True ", StringComparison.Ordinal));
        Assert.Contains("Fortran order", CommandRun.Refused("run", Tflite, "--input", Write("in.npy", fortran)), StringComparison.Ordinal);
    }

    private byte[] Expected(byte[] frames)
    {
        Interpreter interpreter = new(Model.Load(ModelConverter.ConvertFile(Tflite).Blob));
        List<byte> outputs = [];
        foreach (byte[] frame in frames.Chunk(784))
        {
            for (int i = 0; i < frame.Length; i++) interpreter.Input(0)[i] = (sbyte)frame[i];
            interpreter.Invoke();
            for (int i = 0; i < 10; i++) outputs.Add((byte)interpreter.Output(0)[i]);
        }

        return [.. outputs];
    }

    internal static byte[] Npy(string type, string shape, byte[] data)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}), }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY\x01\0"u8, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.Latin1.GetBytes(header), .. data];
    }
}
