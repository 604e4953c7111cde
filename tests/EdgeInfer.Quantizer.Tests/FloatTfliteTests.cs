using System.Runtime.InteropServices;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Converter.Tflite;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Tests;

public sealed class FloatTfliteTests
{
    [SharedTheory]
    [InlineData("ad01_float")]
    [InlineData("hello_world_float")]
    [InlineData("magic_wand")]
    public void Float_models_give_the_outputs_of_tensorflow_lite(string model)
    {
        ModelGraph graph = Import(model);
        PassPipeline.Simplify(graph);
        using FloatReference reference = new(graph);
        for (int i = 0; i < 4; i++)
        {
            float[] expected = Floats(model, $"out_{i:00}.bin"), actual = reference.Run(Floats(model, $"in_{i:00}.bin"))[0];
            Assert.Equal(expected.Length, actual.Length);
            for (int k = 0; k < expected.Length; k++) Assert.InRange(actual[k] - expected[k], -1e-3f - (1e-3f * Math.Abs(expected[k])), 1e-3f + (1e-3f * Math.Abs(expected[k])));
        }
    }

    [SharedTheory]
    [InlineData("ad01_float", 25)]
    [InlineData("hello_world_float", 20)]
    [InlineData("magic_wand", 30)]
    public void Quantized_they_say_nearly_the_same(string model, double decibels)
    {
        ModelGraph graph = Import(model);
        int count = graph.Inputs[0].Count;
        Random random = new(1);
        float[][] given = [.. Enumerable.Range(0, 4).Select(i => Floats(model, $"in_{i:00}.bin"))];

        // Between the public inputs, so that there are more than four.
        Sample[] samples = [.. Enumerable.Range(0, 48).Select(i => new Sample([[.. Enumerable.Range(0, count).Select(k => given[i % 4][k] * random.NextSingle())]], -1, $"#{i}"))];
        ModelEvaluation exact = ModelEvaluation.OfFloat(graph, samples);
        PostTrainingQuantizer.Run(graph, SampleSet.For(samples, graph), QuantizationRecipe.Default);
        byte[] blob = ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
        Assert.InRange(ModelEvaluation.OfBlob(blob, samples).Sqnr(exact), decibels, 100);
    }

    [SharedFact]
    public void Quantized_models_are_not_taken_for_float_ones()
    {
        ConversionException refusal = Assert.Throws<ConversionException>(() => Import("kws_ref_model_int8"));
        Assert.Contains("computes in integers already", refusal.Message, StringComparison.Ordinal);
    }

    private static ModelGraph Import(string model) => TfliteImporter.ImportFloat(File.ReadAllBytes(SharedData.PathOf("conformance", "models", model, "model.tflite")), model);

    private static float[] Floats(string model, string file) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(SharedData.PathOf("conformance", "models", model, file))).ToArray();
}
