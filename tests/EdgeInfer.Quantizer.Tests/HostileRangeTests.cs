using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>Networks whose ranges defeat the naive recipe, and the default recipe on them.</summary>
public sealed class HostileRangeTests
{
    private const double Useless = 15;
    private const double Good = 28;

    [Fact]
    public void A_plain_network_loses_little_either_way()
    {
        HostileNetwork network = new();
        Sample[] samples = network.Samples(64);
        Assert.InRange(network.Sqnr(QuantizationRecipe.Naive, samples, samples), 25, 100);
        Assert.InRange(network.Sqnr(QuantizationRecipe.Default, samples, samples), Good + 3, 100);
    }

    [Fact]
    public void One_outlier_channel_of_an_activation()
    {
        HostileNetwork network = new();
        network.ScaleFirst(2, 300);
        Recovers(network);
    }

    [Fact]
    public void A_huge_dynamic_range_between_depthwise_channels()
    {
        HostileNetwork network = new();
        for (int c = 0; c < HostileNetwork.Channels; c++) network.ScaleDepthwise(c, MathF.Pow(10, (c % 5) - 2));
        Recovers(network);
    }

    [Fact]
    public void One_outlier_channel_of_weights_in_every_layer()
    {
        HostileNetwork network = new();
        network.ScaleFirst(1, 100);
        network.ScaleDepthwise(5, 200);
        Recovers(network);
    }

    [Fact]
    public void One_outlier_among_the_samples()
    {
        HostileNetwork network = new();
        Sample[] samples = network.Samples(128), withOutlier = [.. samples, new Sample([[.. samples[0].Inputs[0].Select((v, i) => i == 20 ? 400 : v)]], -1, "outlier")];
        Assert.InRange(network.Sqnr(QuantizationRecipe.Naive, withOutlier, samples), -100, Useless);
        Assert.InRange(network.Sqnr(QuantizationRecipe.Default, withOutlier, samples), 20, 100);
    }

    [Fact]
    public void Dead_channels_whose_weights_are_the_largest()
    {
        // Their bias keeps them below zero, so that nobody sees them but the scale of the weights.
        HostileNetwork network = new();
        for (int i = 0; i < 9; i++) network.First[(3 * 9) + i] *= 400;
        network.FirstBias[3] = -3000;
        for (int i = 0; i < 9; i++) network.Depthwise[(i * HostileNetwork.Channels) + 4] *= 400;
        network.DepthwiseBias[4] = -50_000;
        Recovers(network);
    }

    [Fact]
    public void Dead_channels_without_weights()
    {
        HostileNetwork network = new();
        for (int i = 0; i < 9; i++) network.First[(3 * 9) + i] = 0;
        network.FirstBias[3] = -1;
        network.DepthwiseBias[4] = -50;
        Keeps(network);
    }

    [Fact]
    public void A_constant_channel_beyond_all_others()
    {
        // 200 whatever the input is, of which the next layer takes little: the range of the naive recipe spends its steps on it.
        HostileNetwork network = new();
        for (int i = 0; i < 9; i++) network.Depthwise[(i * HostileNetwork.Channels) + 2] = 0;
        network.DepthwiseBias[2] = 200;
        for (int o = 0; o < HostileNetwork.Channels; o++) network.Pointwise[(o * HostileNetwork.Channels) + 2] /= 200;
        Recovers(network);
    }

    [Fact]
    public void A_channel_of_zeros_with_a_bias()
    {
        HostileNetwork network = new();
        for (int i = 0; i < HostileNetwork.Channels; i++) network.Pointwise[(2 * HostileNetwork.Channels) + i] = 0;
        network.PointwiseBias[2] = 3;
        Keeps(network);
    }

    [Fact]
    public void All_weights_zero_make_constant_tensors()
    {
        HostileNetwork network = new();
        Array.Clear(network.Pointwise);
        Sample[] samples = network.Samples(16);
        Assert.Contains("is too large for weights of scale", Assert.Throws<ConversionException>(() => network.WithTextbookScales(samples)).Message, StringComparison.Ordinal);
        Assert.InRange(network.Sqnr(QuantizationRecipe.Default, samples, samples), Good, 200);
        Array.Clear(network.PointwiseBias);
        Array.Clear(network.Dense);
        Assert.Equal(200, network.Sqnr(QuantizationRecipe.Default, samples, samples));
    }

    [Fact]
    public void Weights_so_small_that_their_bias_would_not_fit_32_bits()
    {
        HostileNetwork network = new();
        for (int i = 0; i < HostileNetwork.Channels; i++) network.Pointwise[HostileNetwork.Channels + i] = 1e-8f;
        network.PointwiseBias[1] = 2;
        string refusal = Assert.Throws<ConversionException>(() => network.WithTextbookScales(network.Samples(16))).Message;
        Assert.Contains("its bias of 2 in channel 1 is too large", refusal, StringComparison.Ordinal);
        Keeps(network);
    }

    private static void Recovers(HostileNetwork network)
    {
        Sample[] samples = network.Samples(64);
        Assert.InRange(network.Sqnr(QuantizationRecipe.Naive, samples, samples), -100, Useless);
        Assert.InRange(network.Sqnr(QuantizationRecipe.Default, samples, samples), Good, 100);
    }

    private static void Keeps(HostileNetwork network)
    {
        Sample[] samples = network.Samples(64);
        Assert.InRange(network.Sqnr(QuantizationRecipe.Default, samples, samples), Good, 100);
    }

    [Fact]
    public void A_model_that_computes_no_number_is_told_by_layer_and_sample()
    {
        ModelGraph graph = new("logarithm");
        GraphTensor x = new("x", ElementType.Float32, [1, 4]), y = new("logs", ElementType.Float32, [1, 4]);
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Operators.Add(new ElementFunction(x, y, RealFunction.Log));
        SampleSet samples = SampleSet.For([new Sample([[1, 2, 3, 4]], -1, "good.npy"), new Sample([[1, -2, 3, 4]], -1, "bad.npy")], graph);
        string refusal = Assert.Throws<QuantizationException>(() => PostTrainingQuantizer.Run(graph, samples, QuantizationRecipe.Default)).Message;
        Assert.StartsWith("bad.npy: the model itself computes NaN in 'logs'", refusal, StringComparison.Ordinal);
    }
}
