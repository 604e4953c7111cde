using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Onnx;
using EdgeInfer.Onnx.Export;
using EdgeInfer.Quantizer.Analysis;
using EdgeInfer.Quantizer.Tests.Onnx;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>The device's integers beside ONNX Runtime on the same graph in QDQ form: no layer differs by more than a step of its own.</summary>
public sealed class LayerAgreementTests
{
    [SharedFact]
    public void Every_layer_of_the_keyword_model_agrees_within_a_step_when_given_the_same()
    {
        SampleSet set = Keyword.Samples();
        ModelGraph graph = Keyword.Graph();
        PostTrainingQuantizer.Run(graph, set, QuantizationRecipe.Default with { Samples = 32, RoundAdaptively = false, CorrectBias = false });
        IReadOnlyList<LayerAgreement> layers = LayerAgreement.Run(graph, set.Pick(8));
        Assert.Equal(graph.Operators.Count, layers.Count);
        Assert.All(layers, l => Assert.InRange(l.OwnSteps, 0, 1));
        Assert.All(layers.Where(l => l.Operator is "Conv2D" or "DepthwiseConv2D"), l => Assert.InRange(l.Differing, 0, 0.01));

        // What is larger in the network as a whole is carried on from layer to layer, and only from those that round otherwise.
        Assert.All(layers, l => Assert.Equal(l.OwnSteps > 0, l.Reason.Length > 0));
        Assert.InRange(layers[0].AllSteps, 0, 1);
    }

    [Fact]
    public void Layers_that_round_otherwise_say_why()
    {
        OnnxCase test = new(1, 4, 9, 8);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 6, 4, 3, 3), test.Random("b", 6)], "a");
        w.Node("HardSwish", ["a"], "h");
        w.Node("AveragePool", ["h"], "p", Ints("kernel_shape", 2, 2), Ints("strides", 2, 1));
        w.Node("MaxPool", ["h"], "q", Ints("kernel_shape", 2, 2), Ints("strides", 2, 1));
        w.Node("Sigmoid", ["p"], "s");
        w.Node("Mul", ["s", "q"], "m");
        w.Node("Softplus", ["m"], "f");
        w.Node("ReduceMean", ["f", w.Longs("axes", 2, 3)], "r", Int("keepdims", 0));
        w.Node("Gemm", ["r", test.Random("w2", 5, 6), test.Random("b2", 5)], "g", Int("transB", 1));
        w.Node("Softmax", ["g"], "y");
        ModelGraph graph = OnnxImporter.Import(test.File(1, 5), "case.onnx");
        PassPipeline.Simplify(graph);
        QuantizedCase.Demand(graph, 20);
        IReadOnlyList<LayerAgreement> layers = LayerAgreement.Run(graph, [.. Enumerable.Range(0, 16).Select(Sample)]);
        Assert.All(layers, l => Assert.InRange(l.OwnSteps, 0, 1));
        Assert.All(layers, l => Assert.Equal(l.OwnSteps > 0, l.Reason.Length > 0));
        Assert.Contains(layers, l => l.OwnSteps > 0 && l.Operator == "AveragePool2D" && l.Reason.Contains("quotient of integers", StringComparison.Ordinal));
        Assert.Contains(layers, l => l.OwnSteps > 0 && l.Operator == "Mul" && l.Reason.Contains("31-bit multiplier", StringComparison.Ordinal));
    }

    [Fact]
    public void A_wrong_kernel_is_found_at_its_layer()
    {
        OnnxCase test = new(1, 6);
        test.Writer.Node("Gemm", ["x", test.Random("w", 5, 6)], "a", Int("transB", 1));
        test.Writer.Node("Tanh", ["a"], "b");
        test.Writer.Node("Gemm", ["b", test.Random("w2", 4, 5)], "y", Int("transB", 1));
        ModelGraph graph = OnnxImporter.Import(test.File(1, 4), "case.onnx");
        QuantizedCase.Demand(graph, 20);

        // The function of the graph in floats is another one than that of the device.
        int place = graph.Operators.FindIndex(op => op is Tanh);
        GraphTensor input = graph.Operators[place].Input, output = graph.Operators[place].Output;
        graph.Operators[place] = new ElementFunction(input, output, Converter.Numerics.RealFunction.Softsign with { Evaluate = Math.Tanh });
        IReadOnlyList<LayerAgreement> layers = LayerAgreement.Run(graph, [.. Enumerable.Range(0, 16).Select(Sample).Select(s => s with { Inputs = [s.Inputs[0][..6]] })]);
        LayerAgreement start = Assert.Single(layers, l => l.IsStart);
        Assert.Equal(output, start.Tensor);
        Assert.True(layers[^1].AllSteps > 1, "the difference is not carried on");
        Assert.False(layers[^1].IsStart, "the layer behind is blamed for what it was given");
    }

    private static Sample Sample(int seed)
    {
        Random random = new(seed);
        return new Sample([[.. Enumerable.Range(0, 4 * 9 * 8).Select(_ => (2 * random.NextSingle()) - 1)]], -1, $"#{seed}");
    }
}
