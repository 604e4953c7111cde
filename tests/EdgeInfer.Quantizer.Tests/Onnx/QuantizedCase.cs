using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Quantizer.Algorithms;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Tests.Onnx;

/// <summary>What is left of a graph of floats when it is quantized and run by the device's runtime.</summary>
internal static class QuantizedCase
{
    /// <summary>
    /// Quantizes with pseudo-random samples from -1 to 1, with 16-bit activations and with 8-bit ones, and demands that the outputs stay close to those
    /// of floats.
    /// </summary>
    /// <param name="graph">The graph of floats.</param>
    /// <param name="decibels">Least ratio of signal to noise.</param>
    /// <returns>The result of the conversion with 8 bits.</returns>
    public static ConversionResult Demand(ModelGraph graph, double decibels)
    {
        Random random = new(7);
        Sample[] samples = [.. Enumerable.Range(0, 24).Select(s => new Sample([.. graph.Inputs.Select(t => Enumerable.Range(0, t.Count).Select(_ => (random.NextSingle() * 2) - 1).ToArray())], -1, $"#{s}"))];
        ModelEvaluation exact = ModelEvaluation.OfFloat(graph, samples);
        ModelGraph wide = BiasCorrection.CopyOf(graph);
        Convert(wide, QuantizationRecipe.Default with { ActivationBits = 16 }, samples, exact, decibels);
        foreach (GraphTensor tensor in FloatGraph.Activations(wide).Concat(FloatGraph.States(wide))) tensor.Quantization = null;
        return Convert(graph, QuantizationRecipe.Default, samples, exact, decibels);
    }

    private static ConversionResult Convert(ModelGraph graph, QuantizationRecipe recipe, Sample[] samples, ModelEvaluation exact, double decibels)
    {
        PostTrainingQuantizer.Run(graph, SampleSet.For(samples, graph), recipe);
        ConversionResult result = ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 });
        Assert.InRange(ModelEvaluation.OfBlob(result.Blob, samples).Sqnr(exact), decibels, 200);
        return result;
    }
}
