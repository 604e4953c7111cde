using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Tests.Operators;

/// <summary>What convolutions and matrix products refuse alike.</summary>
public class WeightedOperatorTests
{
    private const int Channels = 3;
    private const int Depth = 4;

    [Fact]
    public void A_bias_of_another_length() =>
        Refusal.Demand("its bias has 2 elements for 3 output channels", Product(Operands.Weights([Channels, Depth], new int[Channels * Depth], [0.5f]), Operands.Bias([1, 2])));

    [Fact]
    public void As_many_scales_as_no_one_needs() =>
        Refusal.Demand("its weights have 2 scales for 3 output channels", Product(Operands.Weights([Channels, Depth], new int[Channels * Depth], [0.5f, 0.25f])));

    [Fact]
    public void A_ratio_of_scales_beyond_every_multiplier() =>
        Refusal.Demand("of its scales is out of range", Product(Operands.Weights([Channels, Depth], new int[Channels * Depth], [1e20f])));

    [Fact]
    public void Weights_without_an_element() =>
        Refusal.Demand("must have 2 dimensions, none of them empty", Product(Operands.Weights([Channels, 0], [], [0.5f])));

    [Fact]
    public void Weights_of_other_dimensions() =>
        Refusal.Demand("must have 2 dimensions, none of them empty", Product(Operands.Weights([Channels, Depth, 1], new int[Channels * Depth], [0.5f])));

    private static FullyConnected Product(GraphTensor weights, GraphTensor? bias = null) =>
        new(Operands.Activation("input", [1, Depth], 1, 0), weights, bias, Operands.Activation("output", [1, Channels], 1, 0), FusedActivation.None);
}
