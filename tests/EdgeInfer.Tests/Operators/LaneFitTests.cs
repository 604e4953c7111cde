using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Conv2D;

namespace EdgeInfer.Tests.Operators;

public class LaneFitTests
{
    /// <summary>A factor of 2^-8: a shift of 38.</summary>
    private static readonly QuantizedMultiplier Scale = QuantizedMultiplier.FromReal(1.0 / 256);

    [Theory]
    [InlineData(63 * 128, 4)]
    [InlineData(8191, 4)]
    [InlineData(8192, 3)]
    public void A_lane_holds_magnitudes_up_to_8191(int magnitude, int tiles)
    {
        sbyte[] weights = new sbyte[64];
        for (int i = 0; magnitude > 0; i++, magnitude -= 128) weights[i] = (sbyte)-Math.Min(128, magnitude);
        Assert.Equal(tiles, Of(weights).Tiles);
    }

    [Fact]
    public void Every_run_of_tiles_counts()
    {
        // Five full tiles among empty ones: three of them fit together.
        sbyte[] weights = new sbyte[16 * 12];
        Array.Fill<sbyte>(weights, -128, 16 * 4, 16 * 5);
        Assert.Equal(3, Of(weights).Tiles);
        Assert.Equal(Layout.FromSums, Of(weights).Finish);
        Array.Fill<sbyte>(weights, 0, 16 * 5, 16 * 3);
        Assert.Equal(12, Of(weights).Tiles);
    }

    [Fact]
    public void Outputs_come_directly_where_nothing_negative_survives()
    {
        sbyte[] weights = [1, 2, 3];
        Assert.Equal(Layout.Direct, LaneFit.Of(weights, [5], [Scale], zeroPoint: -128, activationMin: -128).Finish);
        Assert.Equal(Layout.FromLanes, LaneFit.Of(weights, [5], [Scale], zeroPoint: -127, activationMin: -128).Finish);
    }

    [Fact]
    public void Sums_beyond_32_bits_are_not_scaled_in_64()
    {
        sbyte[] weights = [1];
        Assert.Equal(Layout.FromLanes, LaneFit.Of(weights, [int.MaxValue - 128L], [Scale], 0, 0).Finish);
        Assert.Equal(Layout.FromSums, LaneFit.Of(weights, [int.MaxValue - 127L], [Scale], 0, 0).Finish);
    }

    private static LaneFit Of(sbyte[] weights) => LaneFit.Of(weights, [0], [Scale], -128, -128);
}
