using System.Runtime.InteropServices;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Quantizer.Algorithms;
using EdgeInfer.Quantizer.Analysis;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>A classifier all of whose logits fall far below zero together with one input, as those of gestures do, and one class that never has a chance.</summary>
public sealed class SoftmaxArgumentTests
{
    [Fact]
    public void What_all_classes_have_in_common_is_taken_out_and_nothing_else_changes()
    {
        ModelGraph graph = Graph(out GraphTensor logits), before = BiasCorrection.CopyOf(graph);
        SoftmaxArgument.Center(graph);
        using FloatReference old = new(before, [logits, .. before.Outputs]), centered = new(graph, [logits, .. graph.Outputs]);
        foreach (Sample sample in Samples())
        {
            float[][] a = old.Run(sample.Inputs), b = centered.Run(sample.Inputs);
            Assert.Equal(0, b[0].Sum(), 1e-3f);
            for (int i = 0; i < 4; i++)
            {
                Assert.Equal(a[0][i] - a[0].Average(), b[0][i], 1e-3f);
                Assert.Equal(a[1][i], b[1][i], 1e-4f);
            }
        }
    }

    [Fact]
    public void No_range_reaches_down_to_what_a_softmax_does_not_see()
    {
        ModelGraph graph = Graph(out GraphTensor logits);
        Sample[] samples = [.. Samples()];
        ModelEvaluation exact = ModelEvaluation.OfFloat(graph, samples);
        ModelGraph naive = BiasCorrection.CopyOf(graph);
        Assert.InRange(Sqnr(naive, QuantizationRecipe.Naive, samples, exact), 0, 30);
        float wide = logits.Quantization!.Scale;
        foreach (GraphTensor tensor in (GraphTensor[])[graph.Inputs[0], logits, graph.Outputs[0]]) tensor.Quantization = null;
        Assert.InRange(Sqnr(graph, QuantizationRecipe.Default, samples, exact), 35, 100);
        Assert.InRange(logits.Quantization!.Scale, 0, wide / 4);
    }

    [Fact]
    public void Analysis_does_not_count_what_is_not_seen_as_noise()
    {
        ModelGraph graph = Graph(out GraphTensor logits);
        Sample[] samples = [.. Samples()];
        ModelGraph exact = PostTrainingQuantizer.Run(graph, SampleSet.For(samples, graph), QuantizationRecipe.Default);
        LayerAnalysis layer = LayerAnalysis.Run(graph, exact, samples).Single(l => l.Tensor == logits);
        Assert.InRange(layer.Sqnr, 30, 100);
        Assert.InRange(layer.Seen.Min, -12, 0);
    }

    [Fact]
    public void Where_something_else_reads_the_argument_all_of_it_counts()
    {
        ModelGraph graph = Graph(out GraphTensor logits);
        graph.Outputs.Add(logits);
        byte[] weights = graph.Operators[0].Inputs[1]!.Data!;
        SoftmaxArgument.Center(graph);
        Assert.Same(weights, graph.Operators[0].Inputs[1]!.Data);
        Assert.Equal(double.PositiveInfinity, SoftmaxArgument.DepthOf(graph, logits));
    }

    private static double Sqnr(ModelGraph graph, QuantizationRecipe recipe, Sample[] samples, ModelEvaluation exact)
    {
        PostTrainingQuantizer.Run(graph, SampleSet.For(samples, graph), recipe);
        return ModelEvaluation.OfBlob(ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob, samples).Sqnr(exact);
    }

    private static ModelGraph Graph(out GraphTensor logits)
    {
        ModelGraph graph = new("classes");
        GraphTensor x = new("x", ElementType.Float32, [1, 4]), y = new("y", ElementType.Float32, [1, 4]);
        logits = new GraphTensor("logits", ElementType.Float32, [1, 4]);
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Operators.Add(new FullyConnected(x, Constant("w", [4, 4], 4, 0, 0, -80, 0, 4, 0, -80, 0, 0, 4, -80, 0, 0, 0, -110), Constant("b", [4], 1, 2, 3, -20), logits, FusedActivation.None));
        graph.Operators.Add(new Softmax(logits, y, 1));
        return graph;
    }

    private static IEnumerable<Sample> Samples()
    {
        Random random = new(4);
        for (int i = 0; i < 64; i++) yield return new Sample([[.. Enumerable.Range(0, 4).Select(_ => random.NextSingle())]], -1, $"#{i}");
    }

    private static GraphTensor Constant(string name, int[] shape, params float[] values) => new(name, ElementType.Float32, shape) { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
}
