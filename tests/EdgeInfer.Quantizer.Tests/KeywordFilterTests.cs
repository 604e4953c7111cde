using System.Runtime.InteropServices;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Converter.Tflite;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>
/// The public keyword model of seven SVDFs made one of floats. Its weights are scrambled, and those of time have 16 bits where TensorFlow Lite gives them 10, so that its own sums overflow: as
/// it is, it is not what its floats are.
/// </summary>
public sealed class KeywordFilterTests
{
    private const int Inputs = 96;

    [SharedFact]
    public void Weights_are_those_of_the_file()
    {
        ModelGraph integers = Integers(), again = GraphQuantizer.Quantize(GraphDequantizer.Dequantize(integers));
        foreach ((Svdf expected, Svdf actual) in integers.Operators.OfType<Svdf>().Zip(again.Operators.OfType<Svdf>()))
        {
            Assert.Equal(expected.WeightsFeature.Data, actual.WeightsFeature.Data);
            Assert.Equal(expected.WeightsTime.Data, actual.WeightsTime.Data);
            Assert.Equal((expected.State.Type, expected.State.Quantization!.Scale), (actual.State.Type, actual.State.Quantization!.Scale));

            // Floats have 24 bits, biases more.
            Assert.All(expected.Bias!.Int32s().ToArray().Zip(actual.Bias!.Int32s().ToArray()), pair => Assert.InRange(Math.Abs((long)pair.First - pair.Second), 0, 1 << 7));
        }
    }

    [SharedFact]
    public void Quantized_anew_every_layer_says_nearly_the_same()
    {
        ModelGraph floats = GraphDequantizer.Dequantize(Integers());
        foreach (GraphTensor tensor in FloatGraph.Activations(floats).Concat(FloatGraph.States(floats)).Concat(floats.Operators.SelectMany(op => op.Inputs).OfType<GraphTensor>())) tensor.Quantization = null;
        Sample[] samples = Samples();
        ModelEvaluation exact = ModelEvaluation.OfFloat(floats, samples);
        Assert.All(Enumerable.Range(0, 7), layer => Assert.True(exact.Outputs.SelectMany(s => s[layer]).Distinct().Count() > 200));
        PostTrainingQuantizer.Run(floats, SampleSet.For(samples, floats), QuantizationRecipe.Default);
        ModelEvaluation device = ModelEvaluation.OfBlob(Blob(floats), samples);
        Assert.All(Enumerable.Range(0, 7), layer => Assert.InRange(device.Sqnr(exact, layer), 28, 60));
    }

    /// <summary>The model without the conversions at its edges and its softmax, which says nearly always the same.</summary>
    private static ModelGraph Integers()
    {
        ModelGraph graph = TfliteImporter.Import(File.ReadAllBytes(SharedData.PathOf("conformance", "models", "keyword_scrambled", "model.tflite")), "keyword_scrambled");
        PassPipeline.Simplify(graph);
        graph.Inputs[0] = graph.Operators[0].Output;
        graph.Operators.RemoveAll(op => op is Quantize or Softmax);
        graph.Outputs.Clear();
        graph.Outputs.AddRange(graph.Operators.OfType<Svdf>().Select(op => op.Output));
        return graph;
    }

    private static Sample[] Samples()
    {
        short[] numbers = MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(SharedData.PathOf("conformance", "models", "keyword_scrambled", "seq_random_in.bin"))).ToArray();
        float[][][] frames = [.. numbers.Chunk(Inputs).Select(f => new float[][] { Array.ConvertAll(f, v => v * 0.000625f) })];
        return [.. frames.Chunk(8).Select((f, i) => Sample.OfFrames(f, -1, $"#{i}"))];
    }

    private static byte[] Blob(ModelGraph graph) => ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
}
