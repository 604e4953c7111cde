using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Quantizer.Analysis;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>SVDFs of floats, over sequences of frames that begin anew with each sample: their reference, what quantizing costs, and what the tools tell of them.</summary>
public sealed class FloatFilterTests
{
    private static readonly FilterNetwork Network = new();

    [Fact]
    public void The_reference_computes_the_definition_and_begins_anew_with_each_sample()
    {
        Sample[] samples = FilterNetwork.Samples(6);
        ModelEvaluation exact = ModelEvaluation.OfFloat(Network.Graph(), [.. samples, samples[0]]);
        for (int s = 0; s < samples.Length; s++)
        {
            float[] expected = Network.Run(samples[s]), actual = exact.Outputs[s][0];
            Assert.Equal(expected.Length, actual.Length);
            Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second - pair.First, -1e-5f, 1e-5f));
        }

        Assert.Equal(exact.Outputs[0][0], exact.Outputs[^1][0]);

        // Frame by frame from the beginning each is another one: what was remembered matters.
        using FloatReference reference = new(Network.Graph());
        float[] alone = [.. samples[0].Inputs[0].Chunk(12).SelectMany(f => reference.Run(f)[0])];
        Assert.InRange(ModelEvaluation.Sqnr([[alone]], [[exact.Outputs[0][0]]]), -100, 10);
    }

    [Theory]
    [InlineData(false, 30)]
    [InlineData(true, 33)]
    public void Quantized_it_says_nearly_the_same_on_sequences_that_it_has_not_seen(bool isDefault, double decibels)
    {
        Sample[] measured = FilterNetwork.Samples(30, seed: 2);
        ModelEvaluation exact = ModelEvaluation.OfFloat(Network.Graph(), measured);
        (ModelGraph graph, _) = Quantize(isDefault ? QuantizationRecipe.Default : QuantizationRecipe.Naive);
        ModelEvaluation device = ModelEvaluation.OfBlob(Blob(graph), measured);
        Assert.InRange(device.Sqnr(exact), decibels, 60);

        // Integers in floats foretell the device.
        Assert.InRange(device.Sqnr(ModelEvaluation.OfFloat(graph, measured, quantize: true)), 45, 200);
    }

    [Fact]
    public void Types_and_scales_are_those_of_the_integer_kernel()
    {
        (ModelGraph graph, _) = Quantize(QuantizationRecipe.Naive);
        Dictionary<GraphTensor, Calibration.TensorStatistics> seen = Calibration.Calibrator.Run(Network.Graph(), FilterNetwork.Samples(48)).ToDictionary(s => s.Key, s => s.Value);
        foreach (Svdf filter in GraphQuantizer.Quantize(graph).Operators.OfType<Svdf>())
        {
            Assert.Equal((ElementType.Int8, ElementType.Int8, ElementType.Int16, ElementType.Int16), (filter.Input.Type, filter.WeightsFeature.Type, filter.WeightsTime.Type, filter.State.Type));
            Calibration.TensorStatistics state = seen.Single(s => s.Key.Name == filter.State.Name).Value;
            Assert.Equal(Math.Max(state.Max, -state.Min) / short.MaxValue, filter.State.Quantization!.Scale, 1e-6f);
            Assert.Equal((0, 511), (filter.State.Quantization.ZeroPoint, filter.WeightsTime.Int16s().ToArray().Max(w => Math.Abs((int)w))));
            if (filter.Bias is null) continue;

            float[] real = graph.Operators.OfType<Svdf>().Single(f => f.State.Name == filter.State.Name).Bias!.Floats().ToArray();
            double scale = (double)filter.State.Quantization.Scale * filter.WeightsTime.Quantization!.Scale;
            Assert.Equal(real.Select(b => (int)Math.Round(b / scale, MidpointRounding.AwayFromZero)), filter.Bias.Int32s().ToArray());
        }
    }

    [Fact]
    public void Weights_of_time_become_smaller_where_a_sum_would_not_fit_32_bits()
    {
        const int memory = 400;
        GraphTensor x = new("x", ElementType.Float32, [1, 2]) { Quantization = new Quantization(0.01f, 0) }, y = new("y", ElementType.Float32, [1, 1]) { Quantization = new Quantization(1, 0) };
        GraphTensor state = new("state", ElementType.Float32, [1, memory]) { IsVariable = true, Quantization = new Quantization(0.001f, 0) { Bits = 16 } };
        ModelGraph graph = new("long");
        graph.Inputs.Add(x);
        graph.Operators.Add(new Svdf(x, FloatFilterOracle.Constant("features", [1, -1], 1, 2), FloatFilterOracle.Constant("times", [.. Enumerable.Repeat(1f, memory)], 1, memory), FloatFilterOracle.Constant("bias", [50], 1), state, y, 1, Converter.Numerics.FusedActivation.None));
        graph.Outputs.Add(y);
        Algorithms.WeightScales.Apply(graph, perChannel: true);

        Svdf filter = Assert.IsType<Svdf>(Assert.Single(GraphQuantizer.Quantize(graph).Operators));
        long sum = (filter.WeightsTime.Int16s().ToArray().Sum(w => (long)Math.Abs((int)w)) * 32768) + filter.Bias!.Int32s()[0];
        Assert.InRange(sum, int.MaxValue / 2, int.MaxValue);
    }

    [Fact]
    public void The_last_layers_noise_is_that_of_the_devices_outputs_and_no_layer_alone_costs_more_than_all()
    {
        Sample[] samples = FilterNetwork.Samples(24);
        (ModelGraph graph, ModelGraph exact) = Quantize(QuantizationRecipe.Default);
        double device = ModelEvaluation.OfBlob(Blob(graph), samples).Sqnr(ModelEvaluation.OfFloat(Network.Graph(), samples));
        IReadOnlyList<LayerAnalysis> layers = LayerAnalysis.Run(graph, exact, samples);
        Assert.Equal(["Svdf", "Svdf", "Svdf", "FullyConnected"], layers.Select(l => l.Operator));
        Assert.Equal(device, layers[^1].Sqnr, 1.0);
        Assert.All(layers, l => Assert.InRange(l.Sensitivity, device, 100));
        Assert.All(FloatGraph.States(graph), s => Assert.NotNull(s.Quantization));
    }

    [Fact]
    public void Every_layer_agrees_with_onnx_runtime_within_a_step_when_given_the_same()
    {
        (ModelGraph graph, _) = Quantize(QuantizationRecipe.Default);
        IReadOnlyList<LayerAgreement> layers = LayerAgreement.Run(graph, FilterNetwork.Samples(8));
        Assert.All(layers, l => Assert.InRange(l.OwnSteps, 0, 1));
        Assert.All(layers, l => Assert.Equal(l.OwnSteps > 0, l.Reason.Length > 0));
        Assert.Contains(layers, l => l.OwnSteps > 0 && l.Reason.Contains("what is remembered", StringComparison.Ordinal));
    }

    [Fact]
    public void With_16_bit_activations_filters_keep_8_and_the_rest_is_wide()
    {
        Sample[] samples = FilterNetwork.Samples(24);
        (ModelGraph graph, _) = Quantize(QuantizationRecipe.Default with { ActivationBits = 16 });
        ModelEvaluation device = ModelEvaluation.OfBlob(Blob(graph), samples);
        Assert.InRange(device.Sqnr(ModelEvaluation.OfFloat(Network.Graph(), samples)), 30, 60);
        Assert.Equal(16, graph.Outputs[0].Quantization!.Bits);
        Assert.All(graph.Operators.OfType<Svdf>(), f => Assert.Equal(8, f.Output.Quantization!.Bits));
    }

    [Fact]
    public void The_class_of_a_sequence_is_what_its_last_frame_says()
    {
        Sample[] samples = FilterNetwork.Samples(12);
        ModelEvaluation exact = ModelEvaluation.OfFloat(Network.Graph(), samples);
        int[] last = [.. samples.Select(s => Network.Run(s)[^5..]).Select(o => Array.IndexOf(o, o.Max()))];
        Assert.Equal(last, exact.Classes);
        Assert.Equal(samples.Where((s, i) => s.Label == last[i]).Count() / 12.0, exact.Accuracy);
        Assert.Equal(5, exact.Confusion(samples).GetLength(0));
    }

    [Fact]
    public void Samples_of_another_number_of_frames_are_refused()
    {
        Sample sample = FilterNetwork.Samples(1)[0];
        QuantizationException refusal = Assert.Throws<QuantizationException>(() => SampleSet.For([sample with { Frames = sample.Frames + 1 }], Network.Graph()));
        Assert.Equal("#0: 120 numbers in 11 frames do not fit the input 'x' [1,12] of 12.", refusal.Message);
    }

    private static (ModelGraph Rounded, ModelGraph Exact) Quantize(QuantizationRecipe recipe)
    {
        ModelGraph graph = Network.Graph();
        return (graph, PostTrainingQuantizer.Run(graph, SampleSet.For(FilterNetwork.Samples(48), graph), recipe));
    }

    private static byte[] Blob(ModelGraph graph) => ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
}
