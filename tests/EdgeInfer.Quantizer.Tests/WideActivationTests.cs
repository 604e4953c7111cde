using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Quantizer.Analysis;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>16-bit activations, throughout and of chosen layers.</summary>
public sealed class WideActivationTests
{
    private static readonly QuantizationRecipe Plain = QuantizationRecipe.Default with { RoundAdaptively = false, CorrectBias = false };

    [Fact]
    public void Sixteen_bits_throughout_leave_the_noise_of_the_weights()
    {
        HostileNetwork network = new();
        Sample[] samples = network.Samples(64);
        double narrow = network.Sqnr(Plain, samples, samples), wide = network.Sqnr(Plain with { ActivationBits = 16 }, samples, samples);
        Assert.InRange(wide - narrow, 3, 40);
    }

    [Fact]
    public void A_layer_of_huge_dynamic_range_is_lost_with_8_bits_and_recovered_with_16()
    {
        Assert.InRange(Gates.Sqnr(QuantizationRecipe.Default), -100, 15);
        Assert.InRange(Gates.Sqnr(QuantizationRecipe.Default with { SixteenBitLayers = new HashSet<string> { "sum" } }), 28, 100);
    }

    [Fact]
    public void Only_the_layer_and_what_reads_it_compute_with_16_bits()
    {
        ModelGraph graph = Quantized(Gates.Graph(), Plain with { SixteenBitLayers = new HashSet<string> { "sum" } }, Gates.Samples());
        Assert.Equal(["Quantize", "FullyConnected", "Tanh", "Quantize", "FullyConnected"], graph.Operators.Select(op => op.Name));
        Assert.Equal([ElementType.Int16, ElementType.Int16, ElementType.Int16, ElementType.Int8, ElementType.Int8], graph.Operators.Select(op => op.Output.Type));
        Assert.Equal(ElementType.Int64, graph.Operators[1].Inputs[2]!.Type);
        Assert.Equal(ElementType.Int32, graph.Operators[4].Inputs[2]!.Type);
        Assert.All(graph.Inputs.Concat(graph.Outputs), t => Assert.Equal(ElementType.Int8, t.Type));
    }

    [Fact]
    public void Several_readers_share_one_border()
    {
        // One 8-bit activation that two layers widen, and one of 16 bits that two operators without a 16-bit kernel narrow.
        GraphTensor x = Floats("x"), a = Floats("a"), b = Floats("b"), h1 = Floats("h1"), h2 = Floats("h2"), sum = Floats("sum"), y = Floats("y");
        ModelGraph source = new("borders");
        source.Inputs.Add(x);
        source.Outputs.Add(y);
        source.Operators.AddRange([
            new LeakyRelu(x, a, 0.1f), new Abs(x, b), new HardSwish(a, h1), new ElementFunction(a, h2, RealFunction.Softsign),
            new Add(h1, h2, sum, FusedActivation.None), new Add(sum, b, y, FusedActivation.None),
        ]);
        ModelGraph graph = Quantized(source, Plain with { SixteenBitLayers = new HashSet<string> { "a", "b" } }, Random(x.Count));
        Assert.Equal(1, graph.Operators.Count(op => op is Quantize && op.Input.Name == "x"));
        Assert.Equal(1, graph.Operators.Count(op => op is Quantize && op.Input.Name == "a"));
        Assert.All(graph.Operators.Where(op => op is HardSwish or ElementFunction), op => Assert.Equal((ElementType.Int8, ElementType.Int8), (op.Input.Type, op.Output.Type)));
    }

    [Theory]
    [InlineData(-128)]
    [InlineData(-1)]
    [InlineData(83)]
    [InlineData(127)]
    public void The_way_to_16_bits_and_back_changes_no_number(int zeroPoint)
    {
        Quantization narrow = new(0.0371f, zeroPoint), wide = UniformQuantizer.Widened(narrow);
        GraphTensor x = new("x", ElementType.Int8, [256]) { Quantization = narrow }, w = new("w", ElementType.Int16, [256]) { Quantization = wide }, y = new("y", ElementType.Int8, [256]) { Quantization = narrow };
        ModelGraph graph = new("border");
        graph.Inputs.Add(x);
        graph.Outputs.AddRange([w, y]);
        graph.Operators.AddRange([new Quantize(x, w), new Quantize(w, y)]);
        Interpreter interpreter = new(ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Model);
        for (int i = 0; i < 256; i++) interpreter.Input(0)[i] = i - 128;
        interpreter.Invoke();
        for (int i = 0; i < 256; i++)
        {
            Assert.Equal((i - 128 - zeroPoint) * 128, interpreter.Output(0)[i]);
            Assert.Equal(i - 128, interpreter.Output(1)[i]);
            Assert.Equal(narrow.Scale * (i - 128 - zeroPoint), wide.Scale * interpreter.Output(0)[i]);
        }
    }

    [Theory]
    [InlineData(8, "sum")]
    [InlineData(16)]
    public void Integers_that_were_floats_in_between_give_the_same(int bits, params string[] layers)
    {
        Sample[] samples = Gates.Samples();
        QuantizationRecipe recipe = Plain with { ActivationBits = bits, SixteenBitLayers = layers.ToHashSet() };
        float[][][] direct = Run(Quantized(Gates.Graph(), recipe, samples)), again = Run(GraphQuantizer.Quantize(GraphDequantizer.Dequantize(Quantized(Gates.Graph(), recipe, samples))));
        for (int s = 0; s < samples.Length; s++) Assert.Equal(direct[s][0], again[s][0]);

        float[][][] Run(ModelGraph graph) => DeviceRun.Of(ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob, samples);
    }

    [Theory]
    [InlineData(8, null, "Int8")]
    [InlineData(8, 16, "Int16")]
    [InlineData(16, null, "Int16")]
    [InlineData(16, 8, "Int8")]
    public void Inputs_and_outputs_have_the_bits_that_were_asked_for(int activationBits, int? portBits, string type)
    {
        ModelGraph graph = Quantized(Gates.Graph(), Plain with { ActivationBits = activationBits, PortBits = portBits }, Gates.Samples());
        Assert.All(graph.Inputs.Concat(graph.Outputs), t => Assert.Equal(type, t.Type.ToString()));
    }

    [Fact]
    public void An_input_that_a_front_end_gives_keeps_its_bits()
    {
        ModelGraph source = Gates.Graph();
        source.Inputs[0].Quantization = new Quantization(1f / 128, 0);
        ModelGraph graph = Quantized(source, Plain with { ActivationBits = 16 }, Gates.Samples());
        Assert.Equal(ElementType.Int8, graph.Inputs[0].Type);
        Assert.Equal(ElementType.Int16, graph.Outputs[0].Type);
    }

    [Theory]
    [InlineData("nothing", "There is no layer 'nothing'. A layer is named by its result: 'a', 'swish', 'y'")]
    [InlineData("swish", "Layer 'swish' cannot have 16-bit activations: HardSwish has no 16-bit kernel.")]
    [InlineData("turned", "Layer 'turned' cannot have 16-bit activations: Function has no 16-bit kernel.")]
    [InlineData("first", "Layer 'first' cannot have 16-bit activations: it gives numbers of the input 'x', which has 8 bits. Give inputs 16 bits, too: --port-bits 16")]
    public void A_layer_that_cannot_have_16_bits_is_named(string layer, string message)
    {
        GraphTensor x = Floats("x"), first = Floats("first"), a = Floats("a"), swish = Floats("swish"), turned = Floats("turned"), y = Floats("y");
        ModelGraph source = new("refused");
        source.Inputs.Add(x);
        source.Outputs.Add(y);
        source.Operators.AddRange([new Reverse(x, [0], first), new Abs(first, a), new HardSwish(a, swish), new Reverse(swish, [0], turned), new LeakyRelu(turned, y, 0.1f)]);
        QuantizationException refusal = Assert.Throws<QuantizationException>(() => Quantized(source, Plain with { SixteenBitLayers = new HashSet<string> { layer } }, Random(x.Count)));
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_4_bits_are_those_of_layers_of_8_bit_activations()
    {
        ModelGraph graph = Quantized(Gates.Graph(), Plain with { WeightBits = 4, SixteenBitLayers = new HashSet<string> { "sum" } }, Gates.Samples());
        Assert.Equal([ElementType.Int8, ElementType.Int4], graph.Operators.OfType<FullyConnected>().Select(op => op.Weights.Type));
    }

    [Fact]
    public void Every_layer_agrees_with_onnx_runtime()
    {
        foreach (QuantizationRecipe recipe in new[] { Plain with { ActivationBits = 16 }, Plain with { SixteenBitLayers = new HashSet<string> { "sum" } } })
        {
            ModelGraph graph = Gates.Graph();
            Sample[] samples = Gates.Samples();
            PostTrainingQuantizer.Run(graph, SampleSet.For(samples, graph), recipe);
            IReadOnlyList<LayerAgreement> layers = LayerAgreement.Run(graph, samples);
            Assert.All(layers, l => Assert.InRange(l.OwnSteps, 0, l.Tensor.Quantization!.Bits == 16 ? 4 : 1));
            Assert.Contains(layers, l => l.Tensor.Name == "sum" && l.Tensor.Quantization!.Bits == 16 && l.Reason.Contains("15-bit multiplier", StringComparison.Ordinal));
        }
    }

    [SharedFact]
    public void The_keyword_model_with_its_last_layers_its_first_and_all_of_them_in_16_bits()
    {
        SampleSet set = Keyword.Samples();
        ModelEvaluation exact = ModelEvaluation.OfFloat(Keyword.Graph(), set.Samples);
        ModelGraph names = Keyword.Graph();
        Converter.Passes.PassPipeline.Simplify(names);
        HashSet<string> last = [.. names.Operators.Where(op => op is FullyConnected or Softmax or Mean or AveragePool2D).Select(op => op.Output.Name)];
        HashSet<string> first = [names.Operators[0].Output.Name];
        double[] noise = [.. new[] { Plain with { Samples = 64 }, Plain with { Samples = 64, SixteenBitLayers = last }, Plain with { Samples = 64, SixteenBitLayers = first }, QuantizationRecipe.Default with { ActivationBits = 16 } }.Select(recipe =>
        {
            ModelGraph graph = Keyword.Graph();
            PostTrainingQuantizer.Run(graph, set, recipe);
            byte[] blob = ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
            ModelEvaluation device = ModelEvaluation.OfBlob(blob, set.Samples);
            Assert.InRange(device.Accuracy!.Value, exact.Accuracy!.Value - 0.01, 1);
            return device.Sqnr(exact);
        })];
        Assert.True(noise[0] < noise[1], string.Join(' ', noise));

        // What docs/quantization.md has.
        Assert.Equal(39.9, noise[3], 1.0);
    }

    [Fact]
    public void Choices_have_16_bits_whose_conditions_compare_8()
    {
        GraphTensor x = Floats("x"), a = Floats("a"), b = Floats("b"), y = Floats("y"), truth = new("truth", ElementType.Bool, [16]);
        GraphTensor offsets = new("offsets", ElementType.Float32, [16]) { Data = [.. Enumerable.Range(-8, 16).SelectMany(i => BitConverter.GetBytes((float)i))] };
        ModelGraph source = new("choice");
        source.Inputs.Add(x);
        source.Outputs.Add(y);
        source.Operators.AddRange([new Abs(x, a), new Add(x, offsets, b, FusedActivation.None), new Comparison(a, b, truth, Relation.Less), new Select(a, b, truth, y)]);
        ModelGraph graph = Quantized(source, Plain with { ActivationBits = 16 }, Random(x.Count));

        Assert.All(graph.Operators.OfType<Comparison>().Single().Inputs, t => Assert.Equal(ElementType.Int8, t!.Type));
        Assert.Equal([ElementType.Int16, ElementType.Int16, ElementType.Bool], graph.Operators.OfType<Select>().Single().Inputs.Select(t => t!.Type));
        ProblemList problems = new();
        foreach (Operator op in graph.Operators) op.Check(problems);
        Assert.Empty(problems.Problems);
    }

    /// <summary>The graph of integers.</summary>
    private static ModelGraph Quantized(ModelGraph graph, QuantizationRecipe recipe, Sample[] samples)
    {
        PostTrainingQuantizer.Run(graph, SampleSet.For(samples, graph), recipe);
        return GraphQuantizer.Quantize(graph);
    }

    private static GraphTensor Floats(string name) => new(name, ElementType.Float32, [16]);

    private static Sample[] Random(int count)
    {
        Random random = new(5);
        return [.. Enumerable.Range(0, 16).Select(i => new Sample([[.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 8) - 4)]], -1, $"#{i}"))];
    }
}
