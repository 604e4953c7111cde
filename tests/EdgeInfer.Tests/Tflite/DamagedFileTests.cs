using System.Diagnostics;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Tflite;

namespace EdgeInfer.Tests.Tflite;

public sealed class DamagedFileTests
{
    private const int Mutations = 20_000;

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] file = TfliteBuilder.SmallModel().Build();
        for (int length = 0; length < file.Length; length++)
        {
            ConversionException e = Assert.Throws<ConversionException>(() => TfliteImporter.Import(file[..length], "cut.tflite"));
            Assert.Contains("byte ", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Changed_bytes_give_a_graph_or_the_importers_own_exception()
    {
        (string Name, byte[] File)[] models = [("small", TfliteBuilder.SmallModel().Build()), ("states", VariableImportTests.StatefulModel().Build())];
        foreach ((string name, byte[] file) in models) Mutate(name, file, Mutations);
    }

    [SharedTheory]
    [InlineData("mww_v2_vad")]
    [InlineData("mnist_lstm_int8")]
    [InlineData("micro_speech_quantized")]
    [InlineData("simple_add_model")]
    [InlineData("keyword_scrambled_8bit")]
    public void Changed_bytes_of_public_models_give_a_graph_or_the_importers_own_exception(string model) =>
        Mutate(model, File.ReadAllBytes(SharedData.PathOf("conformance", "models", model, "model.tflite")), 1_000);

    private static void Mutate(string name, byte[] file, int count)
    {
        Random random = new(2024);
        Stopwatch slowest = new();
        for (int i = 0; i < count; i++)
        {
            byte[] changed = (byte[])file.Clone();
            string what = "";
            int changes = random.Next(1, 5);
            for (int c = 0; c < changes; c++)
            {
                int at = random.Next(changed.Length);
                byte value = random.Next(3) switch
                {
                    0 => (byte)random.Next(256),
                    1 => (byte)(changed[at] ^ (1 << random.Next(8))),
                    _ => (byte)(random.Next(2) * 255),
                };
                changed[at] = value;
                what += $" [{at}]={value}";
            }

            slowest.Restart();
            Exception? thrown = Xunit.Record.Exception(() => TfliteImporter.Import(changed, name));
            Assert.True(thrown is null or ConversionException, $"{name}{what}: {thrown}");
            Assert.True(slowest.Elapsed < TimeSpan.FromSeconds(5), $"{name}{what}: {slowest.Elapsed}");
        }
    }
}
