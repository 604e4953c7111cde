using System.IO.Compression;
using EdgeInfer.Converter;

namespace EdgeInfer.Tests.Conformance;

/// <summary>Labelled data sets through public models: every output equals the reference's.</summary>
public class LabelledSetTests
{
    [SharedFact]
    public void Keyword_spotting_on_all_labelled_samples()
    {
        Model model = PublicModel.Load("kws_ref_model_int8").Convert().Model;
        byte[] inputs = File.ReadAllBytes(SharedData.PathOf("speech", "kws01", "mfcc_int8.bin"));
        byte[] expected = File.ReadAllBytes(SharedData.PathOf("speech", "kws01", "kws_ref_model_int8.out.bin"));
        byte[] actual = new byte[expected.Length];
        const int Classes = 12;
        int samples = expected.Length / Classes;
        int inputBytes = inputs.Length / samples;
        Parallel.For(0, samples, () => new Interpreter(model), (i, _, interpreter) =>
        {
            PublicModel.Run(interpreter, inputs[(i * inputBytes)..((i + 1) * inputBytes)]).CopyTo(actual, i * Classes);
            return interpreter;
        }, _ => { });
        Assert.Equal(expected, actual);

        int[] labels = [.. File.ReadLines(SharedData.PathOf("speech", "kws01", "labels.csv")).Skip(1).Select(l => int.Parse(l.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture))];
        int right = Enumerable.Range(0, samples).Count(i => ArgMax(actual.AsSpan(i * Classes, Classes)) == labels[i]);
        Assert.Equal(0.8978, (double)right / samples, 4);
    }

    [SharedTheory]
    [InlineData("emlearn_mnist_cnn_int8")]
    [InlineData("tinymaix_mnist_valid_q")]
    [InlineData("tinymaix_mnist_dw_q")]
    public void Digits(string name)
    {
        const int Samples = 1000, Pixels = 28 * 28, Classes = 10;
        Model model = ModelConverter.ConvertFile(SharedData.PathOf("mnist", "models", name + ".tflite")).Model;
        byte[] images = Unpack("test-images-idx3-ubyte.gz")[16..];
        byte[] expected = File.ReadAllBytes(SharedData.PathOf("mnist", "models", name + ".test.out.bin"))[..(Samples * Classes)];
        byte[] input = [.. images.Take(Samples * Pixels).Select(p => (byte)(p - 128))];
        Assert.Equal(expected, PublicModel.Run(new Interpreter(model), input));
    }

    [SharedTheory]
    [InlineData("emlearn_mnist_cnn_fp32")]
    [InlineData("tinymaix_mnist_valid_f")]
    [InlineData("tinymaix_mnist_dw_f")]
    public void Float_digit_models_are_refused(string name) =>
        Assert.Throws<ConversionException>(() => ModelConverter.ConvertFile(SharedData.PathOf("mnist", "models", name + ".tflite")));

    private static byte[] Unpack(string file)
    {
        using GZipStream stream = new(File.OpenRead(SharedData.PathOf("mnist", file)), CompressionMode.Decompress);
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static int ArgMax(ReadOnlySpan<byte> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if ((sbyte)scores[i] > (sbyte)scores[best]) best = i;
        }

        return best;
    }
}
