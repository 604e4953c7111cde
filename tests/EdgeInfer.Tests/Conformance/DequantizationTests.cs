using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Converter.Tflite;

namespace EdgeInfer.Tests.Conformance;

/// <summary>From integers to floats and back: nothing of a model is lost on the way.</summary>
public class DequantizationTests
{
    /// <summary>Models whose tensors are all int8, without states.</summary>
    public static TheoryData<string> Models => ["ad01_int8", "hello_world_int8", "kws_ref_model_int8", "person_detect", "pretrainedResnet_int8", "simple_add_model"];

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void A_model_that_was_floats_in_between_gives_the_reference(string name)
    {
        PublicModel model = PublicModel.Load(name);
        ModelGraph floats = GraphDequantizer.Dequantize(Import(name));
        Assert.All(FloatGraph.Activations(floats), tensor => Assert.NotNull(tensor.Quantization));
        ConversionResult result = ModelConverter.Convert(GraphQuantizer.Quantize(floats), new byte[32], new ConversionOptions());
        foreach ((byte[] input, byte[] output) in model.Vectors) Assert.Equal(output, PublicModel.Run(new Interpreter(result.Model), input));
    }

    [SharedTheory]
    [InlineData("mnist_lstm_int8", "has states of integers")]
    [InlineData("keyword_scrambled_8bit", "has states of integers")]
    [InlineData("keyword_scrambled", "is Int32, or a state")]
    public void States_have_no_floats(string name, string reason)
    {
        ConversionException refusal = Assert.Throws<ConversionException>(() => GraphDequantizer.Dequantize(Import(name)));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private static ModelGraph Import(string name) => TfliteImporter.Import(File.ReadAllBytes(PublicModel.Load(name).PathOf("model.tflite")), name);
}
