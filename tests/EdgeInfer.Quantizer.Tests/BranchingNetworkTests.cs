using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Onnx;
using EdgeInfer.Onnx.Export;
using EdgeInfer.Quantizer.Analysis;
using EdgeInfer.Quantizer.Evaluation;
using EdgeInfer.Quantizer.Tests.Onnx;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>Networks whose branches meet again: what is measured of one layer may not depend on what comes behind it.</summary>
public sealed class BranchingNetworkTests
{
    [Fact]
    public void An_inverted_bottleneck_with_a_residual() => QuantizedCase.Demand(Bottleneck(), 30);

    [Fact]
    public void An_image_that_is_halved_and_joined_again() => QuantizedCase.Demand(Joined(), 31);

    [Fact]
    public void Layers_are_analyzed_one_by_one()
    {
        ModelGraph graph = Bottleneck();
        Random random = new(3);
        Sample[] samples = [.. Enumerable.Range(0, 16).Select(i => new Sample([[.. Enumerable.Range(0, graph.Inputs[0].Count).Select(_ => (random.NextSingle() * 2) - 1)]], -1, $"#{i}"))];
        ModelGraph exact = PostTrainingQuantizer.Run(graph, SampleSet.For(samples, graph), QuantizationRecipe.Default);
        IReadOnlyList<LayerAnalysis> layers = LayerAnalysis.Run(graph, exact, samples);
        double whole = ModelEvaluation.OfFloat(graph, samples, quantize: true).Sqnr(ModelEvaluation.OfFloat(exact, samples));
        Assert.Equal(whole, layers[^1].Sqnr, 0.5);
        Assert.All(layers, l => Assert.InRange(l.Sensitivity, whole - 1, 200));
    }

    private static ModelGraph Bottleneck()
    {
        OnnxCase test = new(1, 3, 12, 10);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w1", 8, 3, 3, 3), test.Random("b1", 8)], "a", Ints("pads", 1, 1, 1, 1));
        w.Node("Relu", ["a"], "stem");
        w.Node("Conv", ["stem", test.Random("w2", 16, 8, 1, 1), test.Random("b2", 16)], "wide");
        w.Node("Clip", ["wide", w.Floats("zero", [0]), w.Floats("six", [6])], "clipped");
        w.Node("Conv", ["clipped", test.Random("w3", 16, 1, 3, 3), test.Random("b3", 16)], "planes", Ints("pads", 1, 1, 1, 1), Int("group", 16));
        w.Node("Clip", ["planes", "zero", "six"], "clipped planes");
        w.Node("Conv", ["clipped planes", test.Random("w4", 8, 16, 1, 1), test.Random("b4", 8)], "narrow");
        w.Node("Add", ["stem", "narrow"], "sum");
        w.Node("Conv", ["sum", test.Random("w5", 6, 8, 1, 1), test.Random("b5", 6)], "last");
        w.Node("GlobalAveragePool", ["last"], "y");
        return Graph(test, 1, 6, 1, 1);
    }

    private static ModelGraph Joined()
    {
        OnnxCase test = new(1, 2, 12, 8);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w1", 4, 2, 3, 3), test.Random("b1", 4)], "a", Ints("pads", 1, 1, 1, 1));
        w.Node("Relu", ["a"], "fine");
        w.Node("MaxPool", ["fine"], "half", Ints("kernel_shape", 2, 2), Ints("strides", 2, 2));
        w.Node("Conv", ["half", test.Random("w2", 8, 4, 3, 3), test.Random("b2", 8)], "c", Ints("pads", 1, 1, 1, 1));
        w.Node("Relu", ["c"], "coarse");
        w.Node("ConvTranspose", ["coarse", test.Random("w3", 8, 4, 2, 2)], "up", Ints("strides", 2, 2));
        w.Node("Concat", ["fine", "up"], "both", Int("axis", 1));
        w.Node("Conv", ["both", test.Random("w4", 3, 8, 3, 3), test.Random("b4", 3)], "y");
        return Graph(test, 1, 3, 10, 6);
    }

    private static ModelGraph Graph(OnnxCase test, params int[] output)
    {
        ModelGraph graph = OnnxImporter.Import(test.File(output), "case.onnx");
        PassPipeline.Simplify(graph);
        return graph;
    }
}
