using CsCheck;
using EdgeInfer.Compiler.Code;
using EdgeInfer.Compiler.Layers;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Operators;

namespace EdgeInfer.Compiler.Tests;

/// <summary>The parts that generated code is made of.</summary>
public class CodeTests
{
    private const int Filters = 12, Depth = 60;

    [Fact]
    public void Zero_weights_take_no_code()
    {
        // Two thirds of the taps are zero in all filters; what is left is at least the loads and products of the others.
        int dense = BytesOf((_, tap) => (tap % 100) + 7), sparse = BytesOf((_, tap) => tap % 3 == 0 ? (tap % 100) + 7 : 0);
        Assert.InRange(sparse, dense / 4, dense / 2);
    }

    [Fact]
    public void Equal_weights_share_a_constant()
    {
        int distinct = BytesOf((filter, tap) => ((tap * 31) + (filter * 17)) % 120 + 1);
        int shared = BytesOf((filter, tap) => (tap % 2 == 0 ? 1 : -1) * ((filter * 17 % 120) + 1));
        Assert.InRange(shared, 1, distinct / 2);
    }

    [Fact]
    public void Filters_of_small_weights_share_numbers_by_four()
    {
        // With weights of four bits sixteen filters of few taps take four sums, not six.
        string narrow = SourceOf((filter, tap) => ((filter + tap) % 5) - 2, depth: 9);
        Assert.Contains("m15", narrow, StringComparison.Ordinal);
        string wide = SourceOf((filter, tap) => ((filter * 37) + (tap * 11)) % 127 + 1, depth: 40);
        Assert.Contains("m21", wide, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Lanes_hold_what_their_capacity_says(int lanes)
    {
        LaneLayout layout = new(lanes);
        long sums = layout.Offsets;
        int[] weights = [.. Enumerable.Range(0, lanes).Select(lane => lane % 2 == 0 ? 1 : -1)];
        long capacity = Math.Min(layout.Capacity, 1 << 20);
        sums += -128 * capacity * layout.Pack(weights);
        for (int lane = 0; lane < lanes; lane++)
        {
            long read = (sums >> (lane * layout.Width)) & layout.Mask;
            Assert.Equal(-128 * capacity * weights[lane], read - layout.Offset);
        }
    }

    [Fact]
    public void Requantization_is_that_of_the_reference() =>
        (from multiplier in Gen.Int[1 << 30, int.MaxValue]
         from shift in Gen.Int[25, 50]
         from bias in Gen.Int[-100_000, 100_000]
         from weights in Gen.Int[-127, 127].Array[1, 20]
         from zeroPoint in Operands.ZeroPoints
         from minimum in Gen.Frequency((1, Gen.Const(-128)), (1, Gen.Int[-128, 127]))
         from seed in Gen.Int
         select (multiplier, shift, bias, weights, zeroPoint, minimum, seed))
        .Sample(
            s =>
            {
                OutputChannel channel = new(s.weights, s.bias, s.multiplier, s.shift);
                MatrixLayer layer = LayerOf(s.zeroPoint, s.minimum, Math.Max(s.minimum, 127));
                if (!Requantization.Fits(channel, layer)) return;

                Requantization scale = Requantization.Of(channel, layer);
                Random random = new(s.seed);
                for (int i = 0; i < 20; i++)
                {
                    int sum = s.weights.Sum(w => w * (i == 0 ? -128 : i == 1 ? 127 : random.Next(-128, 128)));
                    long expected = Math.Clamp(new QuantizedMultiplier(s.multiplier, 31 - s.shift).Apply(s.bias + sum) + s.zeroPoint, s.minimum, 127);
                    Assert.Equal(expected, scale.ConstantOutput ?? Apply(scale, sum));
                }
            },
            iter: 4000);

    private static long Apply(Requantization scale, int sum)
    {
        long t = (sum * scale.Multiplier) + scale.Bias;
        if (scale.NegativeStep != 0 && t < scale.Threshold) t -= scale.NegativeStep;
        long u = t >> scale.Shift;
        if (scale.NeedsClamp) u = Math.Clamp(u, 0, scale.Range);
        return (sbyte)(u + scale.Minimum);
    }

    private static MatrixLayer LayerOf(int zeroPoint, int minimum, int maximum)
    {
        FullyConnected op = Product((_, _) => 1, 1);
        return new MatrixLayer(op, op.Input, [1, 1, 1, 1], [1, 1, 1, 1], 1, 1, new Window2D(), [], zeroPoint, minimum, maximum);
    }

    private static int BytesOf(Func<int, int, int> weight)
    {
        CompiledGraph graph = CompiledGraph.Of(() => Product(weight, Depth));
        return graph.Code.BytesOf(0);
    }

    private static string SourceOf(Func<int, int, int> weight, int depth) => CompiledGraph.Of(() => Product(weight, depth)).Code.Parts[0].Source;

    private static FullyConnected Product(Func<int, int, int> weight, int depth)
    {
        int[] weights = [.. Enumerable.Range(0, Filters * depth).Select(i => weight(i / depth, i % depth))];
        return new FullyConnected(
            Operands.Activation("input", [1, depth], 0.1f, 0), Operands.Weights([Filters, depth], weights, [0.01f]), null, Operands.Activation("output", [1, Filters], 0.2f, 0), FusedActivation.None);
    }
}
