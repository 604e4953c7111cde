using EdgeInfer.Cli.Inputs;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests;

namespace EdgeInfer.Cli.Tests;

/// <summary>Kinds of input that the demo's model does not take.</summary>
public sealed class InputFileTests : WorkFolder
{
    [Fact]
    public void Sound_becomes_whole_frames_of_samples()
    {
        short[] samples = [1, -2, 3, short.MinValue, short.MaxValue, 6, 7];
        string wav = Write("in.wav", Wav(1, 16, samples));
        Assert.Equal(samples[..6].SelectMany(BitConverter.GetBytes), InputFile.Read(wav, InputOf(ElementType.Int16, 3), new InputOptions()));
        Assert.Equal(samples[..6].SelectMany(s => BitConverter.GetBytes(s / 32768f)), InputFile.Read(wav, InputOf(ElementType.Float32, 3), new InputOptions()));
    }

    [Theory]
    [InlineData(2, 16, "2 channels of 16 bits")]
    [InlineData(1, 8, "1 channels of 8 bits")]
    public void Refuses_other_kinds_of_sound(int channels, int bits, string message) =>
        Assert.Contains(message, Refusal("in.wav", Wav(channels, bits, [1, 2, 3]), InputOf(ElementType.Int16, 3)), StringComparison.Ordinal);

    [Fact]
    public void Refuses_sound_that_is_cut()
    {
        byte[] wav = Wav(1, 16, [1, 2, 3]);
        for (int length = 0; length < wav.Length; length++) Assert.NotEmpty(Refusal("in.wav", wav[..length], InputOf(ElementType.Int16, 3)));
        Assert.Contains("fewer than the 4 of a frame", Refusal("in.wav", wav, InputOf(ElementType.Int16, 4)), StringComparison.Ordinal);
    }

    [Fact]
    public void Pixels_cover_the_tensors_range_or_that_of_the_option()
    {
        byte[] png = DemoPixels(out byte[] grey);
        string file = Write("in.png", png);
        Tensor int8 = InputOf(ElementType.Int8, 1, 28, 28, 1);
        Assert.Equal(grey.Select(p => (byte)(p - 128)), InputFile.Read(file, int8, new InputOptions()));
        Assert.Equal(grey.Select(p => (byte)(sbyte)Math.Clamp(Math.Round((p / 255.0 / int8.Scale) + int8.ZeroPoint, MidpointRounding.AwayFromZero), -128, 127)), InputFile.Read(file, int8, new InputOptions(Pixels: new PixelRange(0, 1))));
        Assert.Equal(grey.SelectMany(p => BitConverter.GetBytes((float)(-1 + (p * 2.0 / 255)))), InputFile.Read(file, InputOf(ElementType.Float32, 1, 28, 28, 1), new InputOptions(Pixels: new PixelRange(-1, 1))));
        Assert.Equal(grey.SelectMany(p => new[] { (byte)(p - 128), (byte)(p - 128), (byte)(p - 128) }), InputFile.Read(file, InputOf(ElementType.Int8, 1, 28, 28, 3), new InputOptions()));
    }

    [Fact]
    public void Refuses_images_of_other_sizes_and_inputs_that_are_no_images()
    {
        byte[] png = DemoPixels(out _);
        Assert.Contains("the image is 28 x 28, the input takes 32 x 16", Refusal("in.png", png, InputOf(ElementType.Int8, 1, 16, 32, 1)), StringComparison.Ordinal);
        Assert.Contains("which is no image", Refusal("in.png", png, InputOf(ElementType.Int8, 1, 784)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("300", "is not an integer from -128 to 127")]
    [InlineData("0.5", "is not an integer from -128 to 127")]
    [InlineData("nan", "is not a number")]
    public void Refuses_integers_out_of_range(string number, string message) =>
        Assert.Contains(message, Refusal("in.csv", System.Text.Encoding.ASCII.GetBytes(number), InputOf(ElementType.Int8, 1), new InputOptions(AreQuantized: true)), StringComparison.Ordinal);

    [Fact]
    public void Inputs_of_a_model_come_from_a_file_each_or_from_one_for_all()
    {
        GraphTensor a = Tensor("a", ElementType.Int8, 2), b = Tensor("b", ElementType.Int8, 3), y = Tensor("y", ElementType.Int8, 5);
        Interpreter interpreter = GraphRunner.For(new Concatenation([a, b], 0, y, Converter.Numerics.FusedActivation.None)).Interpreter;
        string first = Write("a.bin", 1, 2, 6, 7), second = Write("b.bin", 3, 4, 5, 8, 9, 10), all = Write("all.bin", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        foreach (string[] files in new[] { [first, second], new[] { all } })
        {
            InputFrames frames = InputFrames.Read(interpreter, files, new InputOptions());
            Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], ModelRun.Of(interpreter, frames, _ => { }).OutputBytes);
        }

        Assert.Contains("2 inputs (Int8 2, Int8 3) but 3 files", Assert.Throws<CommandFailure>(() => InputFrames.Read(interpreter, [first, second, all], new InputOptions())).Message, StringComparison.Ordinal);
        Assert.Contains("holds 1 frames", Assert.Throws<CommandFailure>(() => InputFrames.Read(interpreter, [first, Write("c.bin", 1, 2, 3)], new InputOptions())).Message, StringComparison.Ordinal);
    }

    private static byte[] DemoPixels(out byte[] grey)
    {
        byte[] png = Demo.DemoAssets.Images[3].Content;
        grey = ImageFile.Decode(png, "demo", 1).Data;
        return png;
    }

    private static GraphTensor Tensor(string name, ElementType type, params int[] shape) =>
        new(name, type, shape) { Quantization = type == ElementType.Float32 ? null : new Quantization(1 / 200f, -100) };

    /// <summary>An input of a model that does nothing but move it.</summary>
    private static Tensor InputOf(ElementType type, params int[] shape)
    {
        GraphTensor x = Tensor("x", type, shape), y = Tensor("y", type, [1, .. shape]);
        return GraphRunner.For(new Stack([x], 0, y)).Interpreter.Input(0);
    }

    private static byte[] Wav(int channels, int bits, short[] samples) =>
    [
        .. "RIFF"u8, .. BitConverter.GetBytes(36 + (2 * samples.Length)), .. "WAVE"u8,
        .. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, 0,
        .. "fmt "u8, 16, 0, 0, 0, 1, 0, .. BitConverter.GetBytes((short)channels), .. BitConverter.GetBytes(16000), .. BitConverter.GetBytes(32000), 2, 0, .. BitConverter.GetBytes((short)bits),
        .. "data"u8, .. BitConverter.GetBytes(2 * samples.Length), .. samples.SelectMany(BitConverter.GetBytes),
    ];

    private string Refusal(string name, byte[] content, Tensor tensor, InputOptions? options = null) =>
        Assert.Throws<CommandFailure>(() => InputFile.Read(Write(name, content), tensor, options ?? new InputOptions())).Message;
}
