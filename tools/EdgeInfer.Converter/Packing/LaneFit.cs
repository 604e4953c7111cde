using EdgeInfer.Converter.Numerics;

namespace EdgeInfer.Converter.Packing;

/// <summary>What the values of its weights allow a convolution to do with its lanes. docs/numerics.md derives both numbers.</summary>
/// <param name="Tiles">Consecutive tiles whose products a lane holds, whatever the inputs are.</param>
/// <param name="Finish">How outputs may be made of them: the field of <see cref="Kernels.Conv2D.Finish"/>.</param>
public readonly record struct LaneFit(int Tiles, int Finish)
{
    private const int LargestInput = 128;

    /// <summary>Looks at all filters.</summary>
    /// <param name="weights">Weights, the filter slowest.</param>
    /// <param name="biases">Folded bias of every filter, before it is cut to 32 bits.</param>
    /// <param name="scales">Scale of every filter.</param>
    /// <param name="zeroPoint">Output zero point.</param>
    /// <param name="activationMin">Smallest output.</param>
    /// <returns>What they all allow.</returns>
    public static LaneFit Of(ReadOnlySpan<sbyte> weights, long[] biases, QuantizedMultiplier[] scales, int zeroPoint, int activationMin)
    {
        int taps = weights.Length / biases.Length;
        int all = (taps + Arena.TileLength - 1) / Arena.TileLength;
        int tiles = Math.Min(all, Kernels.Conv2D.MostLaneTiles);
        bool whole = true;
        bool direct = true;
        for (int filter = 0; filter < biases.Length; filter++)
        {
            int[] magnitudes = Magnitudes(weights.Slice(filter * taps, taps), all);
            while (tiles > Kernels.Conv2D.LeastLaneTiles && !Fits(magnitudes, tiles)) tiles--;
            long sum = Math.Abs(biases[filter]) + ((long)magnitudes.Sum() * LargestInput);
            whole &= tiles >= all && sum <= int.MaxValue;
            direct &= CanRaise(sum, scales[filter], zeroPoint, activationMin);
        }

        int finish = !whole ? Kernels.Conv2D.FromSums : direct ? Kernels.Conv2D.Direct : Kernels.Conv2D.FromLanes;
        return new LaneFit(Math.Max(tiles, Kernels.Conv2D.LeastLaneTiles), finish);
    }

    private static int[] Magnitudes(ReadOnlySpan<sbyte> filter, int tiles)
    {
        int[] magnitudes = new int[tiles];
        for (int tap = 0; tap < filter.Length; tap++) magnitudes[tap / Arena.TileLength] += Math.Abs((int)filter[tap]);
        return magnitudes;
    }

    private static bool Fits(int[] magnitudes, int tiles)
    {
        int sum = magnitudes.Take(tiles).Sum();
        for (int next = tiles; sum <= Lanes.Magnitude && next < magnitudes.Length; next++) sum += magnitudes[next] - magnitudes[next - tiles];
        return sum <= Lanes.Magnitude;
    }

    /// <summary>
    /// Whether the second rounding's step below zero can be left out, and the scaled sum stays within 64 bits when it is raised to
    /// the common shift.
    /// </summary>
    private static bool CanRaise(long sum, QuantizedMultiplier scale, int zeroPoint, int activationMin)
    {
        if (scale.Shift > Kernels.Conv2D.DirectShift || (scale.Shift > 31 && activationMin < zeroPoint)) return false;

        Int128 rounding = Channel.Rounding(scale.Shift) + ((Int128)(byte.MaxValue + 1) << scale.Shift);
        return (((Int128)sum * scale.Multiplier) + rounding) << (Kernels.Conv2D.DirectShift - scale.Shift) <= long.MaxValue;
    }
}
