using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Tflite;

namespace EdgeInfer.Tests.Tflite;

public sealed class PublicModelTests
{
    [SharedTheory]
    [InlineData("ad01_int8", 10)]
    [InlineData("hello_world_int8", 3)]
    [InlineData("keyword_scrambled", 15)]
    [InlineData("keyword_scrambled_8bit", 15)]
    [InlineData("kws_ref_model_int8", 13)]
    [InlineData("micro_speech_quantized", 4)]
    [InlineData("mnist_lstm_int8", 4)]
    [InlineData("mww_v2_okay_nabu", 48)]
    [InlineData("mww_v2_vad", 27)]
    [InlineData("person_detect", 31)]
    [InlineData("pretrainedResnet_int8", 16)]
    [InlineData("simple_add_model", 1)]
    public void Integer_models_are_imported_whole(string model, int operators)
    {
        ModelGraph graph = Import(model);

        Assert.Equal(operators, graph.Operators.Count);
        ProblemList problems = new();
        foreach (Operator op in graph.Operators) op.Check(problems);
        Assert.Empty(problems.Problems);
    }

    [SharedTheory]
    [InlineData("ad01_float", 10)]
    [InlineData("hello_world_float", 3)]
    [InlineData("magic_wand", 7)]
    public void Float_models_are_refused_with_what_to_do(string model, int operators)
    {
        Problem problem = Assert.Single(Assert.Throws<ConversionException>(() => Import(model)).Problems);

        Assert.Equal($"the model: its {operators} operators compute in floats (it is not quantized). Quantize it with sample data: edgeinfer quantize MODEL --data FOLDER. [EI201]", problem.ToString());
    }

    private static ModelGraph Import(string model) =>
        TfliteImporter.Import(File.ReadAllBytes(SharedData.PathOf("conformance", "models", model, "model.tflite")), model);
}
