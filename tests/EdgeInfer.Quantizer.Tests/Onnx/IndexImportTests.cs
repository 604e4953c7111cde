using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Onnx;
using EdgeInfer.Onnx.Export;
using EdgeInfer.Quantizer.Analysis;
using EdgeInfer.Quantizer.Evaluation;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Quantizer.Tests.Onnx;

/// <summary>Outputs that are no real numbers: indexes of the largest element, and truth values. Against ONNX Runtime on the file itself, and on the device.</summary>
public sealed class IndexImportTests
{
    [Theory]
    [InlineData("ArgMax", 1, 1)]
    [InlineData("ArgMax", 1, 0)]
    [InlineData("ArgMin", 3, 0)]
    [InlineData("ArgMax", -2, 1)]
    public void Index_of_the_largest_of_an_image_whose_channels_are_last_in_memory(string type, int axis, int keeps)
    {
        OnnxCase test = new(1, 3, 5, 6) { OutputType = OnnxType.Int64 };
        test.Writer.Node("Conv", ["x", test.Random("w", 7, 3, 1, 1)], "a");
        test.Writer.Node(type, ["a"], "y", Int("axis", axis), Int("keepdims", keeps));
        int[] shape = [1, 7, 5, 6];
        int dimension = (axis + 4) % 4;
        test.Check(keeps == 1 ? [.. shape.Select((n, d) => d == dimension ? 1 : n)] : [.. shape.Where((_, d) => d != dimension)]);
        Assert.Equal(ElementType.Int32, test.Graph!.Outputs[0].Type);
        Assert.InRange(Agreement(test.Graph), 0.9, 1);
    }

    [Fact]
    public void Classes_beside_probabilities_as_exporters_of_classifiers_write_them()
    {
        OnnxCase test = new(1, 6) { OutputType = OnnxType.Int64 };
        OnnxModelWriter w = test.Writer;
        w.Node("Gemm", ["x", test.Random("w", 4, 6), test.Random("b", 4)], "a", Int("transB", 1));
        w.Node("Softmax", ["a"], "probabilities");
        w.Node("ArgMax", ["probabilities"], "index", Int("axis", 1), Int("keepdims", 0));
        w.Node("Reshape", ["index", w.Longs("shape", 1, 1)], "label");
        w.Node("Cast", ["label"], "y", Int("to", OnnxType.Int64));
        w.Output("probabilities", [1, 4]);
        ModelGraph graph = OnnxImporter.Import(test.File(1, 1), "case.onnx");
        Assert.Equal([ElementType.Float32, ElementType.Int32], graph.Outputs.Select(t => t.Type));

        Sample[] samples = Samples(graph, 64);
        ModelEvaluation exact = ModelEvaluation.OfFloat(graph, samples, scored: 1);
        Assert.Equal(exact.Classes, ModelEvaluation.OfFloat(graph, samples).Classes);
        samples = [.. samples.Select((s, i) => s with { Label = exact.Classes[i] })];
        ModelGraph analyzed = PostTrainingQuantizer.Run(graph, SampleSet.For(samples, graph), QuantizationRecipe.Default);
        ModelEvaluation device = ModelEvaluation.OfBlob(Blob(graph), samples, scored: 1);
        Assert.InRange(device.Accuracy!.Value, 0.95, 1);
        Assert.Equal(64, device.Confusion(samples).Cast<int>().Sum());

        // The noise is that of the probabilities; an index is right or wrong.
        Assert.Equal(device.Sqnr(exact, 0), device.Sqnr(exact));
        Assert.Equal(["FullyConnected", "Softmax"], LayerAnalysis.Run(graph, analyzed, samples).Select(l => l.Operator));
        Assert.All(LayerAgreement.Run(graph, samples), l => Assert.InRange(l.OwnSteps, 0, 1));
    }

    [Fact]
    public void Truth_values_and_what_follows_from_them()
    {
        OnnxCase test = new(1, 3, 5, 6) { OutputType = OnnxType.Bool };
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 4, 3, 1, 1)], "a");
        w.Node("Greater", ["a", w.Floats("upper", [0.25f])], "above");
        w.Node("Less", ["a", w.Floats("lower", [-0.25f])], "below");
        w.Node("Or", ["above", "below"], "either");
        w.Node("Not", ["either"], "neither");
        w.Node("Relu", ["a"], "r");
        w.Node("Cast", ["r"], "positive", Int("to", OnnxType.Bool));
        w.Node("And", ["neither", "positive"], "both");
        w.Node("Transpose", ["both"], "y", Ints("perm", 0, 3, 2, 1));
        test.Check(1, 6, 5, 4);
        Assert.Equal(ElementType.Bool, test.Graph!.Outputs[0].Type);
        Assert.InRange(Agreement(test.Graph), 0.95, 1);
    }

    [Theory]
    [InlineData(OnnxType.Int32)]
    [InlineData(OnnxType.Int64)]
    public void A_truth_value_as_an_integer_is_a_class(int type)
    {
        OnnxCase test = new(1, 6) { OutputType = type };
        test.Writer.Node("Gemm", ["x", test.Random("w", 1, 6)], "a", Int("transB", 1));
        test.Writer.Node("Greater", ["a", test.Writer.Floats("zero", [0])], "is");
        test.Writer.Node("Cast", ["is"], "y", Int("to", type));
        test.Check(1, 1);
        Sample[] samples = Samples(test.Graph!, 64);
        ModelEvaluation exact = ModelEvaluation.OfFloat(test.Graph!, samples);
        Assert.Equal([0, 1], exact.Classes.Distinct().Order());
        samples = [.. samples.Select((s, i) => s with { Label = exact.Classes[i] })];
        Assert.Equal(1, ModelEvaluation.OfFloat(test.Graph!, samples).Accuracy);
        Assert.InRange(Agreement(test.Graph!), 0.95, 1);
    }

    [Fact]
    public void An_index_is_enough_of_a_model()
    {
        OnnxCase test = new(1, 6) { OutputType = OnnxType.Int64 };
        test.Writer.Node("ArgMax", ["x"], "y", Int("axis", 1));
        test.Check(1, 1);
        Assert.InRange(Agreement(test.Graph!), 0.9, 1);
    }

    [Fact]
    public void With_16_bit_activations_an_index_is_that_of_8_bits()
    {
        OnnxCase test = new(1, 6) { OutputType = OnnxType.Int64 };
        test.Writer.Node("Gemm", ["x", test.Random("w", 4, 6)], "a", Int("transB", 1));
        test.Writer.Node("ArgMax", ["a"], "y", Int("axis", 1));
        test.Check(1, 1);
        Assert.InRange(Agreement(test.Graph!, QuantizationRecipe.Default with { ActivationBits = 16 }), 0.95, 1);
    }

    [Fact]
    public void What_cannot_be_done_with_them_is_refused()
    {
        Refused("ArgMax", ErrorCode.Option, "last index of equal numbers", w => w.Node("ArgMax", ["x"], "y", Int("axis", 1), Int("select_last_index", 1)));
        Refused("ArgMax", ErrorCode.Demand, "no dimension 2", w => w.Node("ArgMax", ["x"], "y", Int("axis", 2)));
        Refused("Add", ErrorCode.Option, "integers that are computed; supported are real numbers", w => w.Node("Add", [w.Node("ArgMax", ["x"], "i"), "x"], "y"));
        Refused("Cast", ErrorCode.Option, "a conversion of integers that are computed to float is not supported", w => w.Node("Cast", [w.Node("ArgMax", ["x"], "i"), "x"], "y", Int("to", OnnxType.Float)));
        Refused("Relu", ErrorCode.ElementType, "holds integers that are computed", w => w.Node("Relu", [w.Node("ArgMax", ["x"], "i")], "y"));
        Refused("And", ErrorCode.Option, "not the result of a comparison", w => w.Node("And", ["x", "x"], "y"));
        Refused("Not", ErrorCode.Option, "not the result of a comparison", w => w.Node("Not", ["x"], "y"));

        static void Refused(string operation, ErrorCode code, string reason, Action<OnnxModelWriter> write)
        {
            OnnxCase test = new(1, 6);
            write(test.Writer);
            Problem problem = Assert.Single(Assert.Throws<ConversionException>(() => OnnxImporter.Import(test.File(1, 6), "case.onnx")).Problems);
            Assert.StartsWith(operation, problem.Where, StringComparison.Ordinal);
            Assert.Equal(code, problem.Code);
            Assert.Contains(reason, problem.What, StringComparison.Ordinal);
        }
    }

    /// <summary>Part of the numbers that the device gives as the graph of floats does.</summary>
    private static double Agreement(ModelGraph graph, QuantizationRecipe? recipe = null)
    {
        Sample[] samples = Samples(graph, 32);
        ModelEvaluation exact = ModelEvaluation.OfFloat(graph, samples);
        PostTrainingQuantizer.Run(graph, SampleSet.For(samples, graph), recipe ?? QuantizationRecipe.Default);
        ModelEvaluation device = ModelEvaluation.OfBlob(Blob(graph), samples);
        float[] expected = [.. exact.Outputs.SelectMany(o => o[0])], actual = [.. device.Outputs.SelectMany(o => o[0])];
        Assert.Contains(expected, v => v != expected[0]);
        return expected.Zip(actual).Count(p => p.First == p.Second) / (double)expected.Length;
    }

    private static Sample[] Samples(ModelGraph graph, int count)
    {
        Random random = new(3);
        return [.. Enumerable.Range(0, count).Select(s => new Sample([[.. Enumerable.Range(0, graph.Inputs[0].Count).Select(_ => (2 * random.NextSingle()) - 1)]], -1, $"#{s}"))];
    }

    private static byte[] Blob(ModelGraph graph) => ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
}
