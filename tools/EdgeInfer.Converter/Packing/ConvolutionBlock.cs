using EdgeInfer.Converter.Operators;
using EdgeInfer.Kernels;
using Layout = EdgeInfer.Kernels.Conv2D;

namespace EdgeInfer.Converter.Packing;

/// <summary>How many output positions a convolution takes at a time, and how their inputs are packed.</summary>
/// <param name="Triples">Positions in each of the three lanes.</param>
/// <param name="Tiles">Tiles of scratch.</param>
/// <param name="Packing">The field <see cref="Kernels.Conv2D.Packing"/>.</param>
public readonly record struct ConvolutionBlock(int Triples, int Tiles, int Packing)
{
    /// <summary>RV32 instructions of loading one weight into a local: an eighth of the call that reads eight, and two shifts.</summary>
    private const long WeightCost = 500;

    /// <summary>RV32 instructions of packing one tap of three positions.</summary>
    private const long PackCost = 1950;

    /// <summary>RV32 instructions of one tap of three positions and one filter.</summary>
    private const long TapCost = 442;

    /// <summary>RV32 instructions of adding to a sum that waits in a tile.</summary>
    private const long SumCost = 456;

    /// <summary>RV32 instructions that a block costs beside that, once and for every filter.</summary>
    private const long BlockCost = 30_000;
    private const long FilterCost = 3_000;

    /// <summary>RV32 instructions of looking whether a tile's weights are zero, and of bringing them into locals where they are not.</summary>
    private const long LookCost = 2_700, SpreadCost = 3_200;

    /// <summary>RV32 instructions of a pass of one tile and three positions beside its taps, and how much dearer three outputs are to store one filter at a time.</summary>
    private const long PassCost = 1_900, StoreCost = 2_000;

    private const int MaximumTriples = 64;

    /// <summary>Whether it costs less to pass over tiles whose weights are all zero, one filter at a time.</summary>
    /// <param name="weights">Weights, the filter slowest.</param>
    /// <param name="shape">Their shape, OHWI.</param>
    /// <returns>Whether there are enough of them.</returns>
    public bool SkippingPays(ReadOnlySpan<sbyte> weights, int[] shape)
    {
        if (Packing == Layout.Rows) return false;

        int run = (Packing == Layout.Windows ? shape[1] : 1) * shape[2] * shape[3];
        long tiles = 0, used = 0;
        for (int start = 0; start < weights.Length; start += run)
        {
            for (int tile = start; tile < start + run; tile += Arena.TileLength, tiles++)
            {
                if (weights[tile..Math.Min(tile + Arena.TileLength, start + run)].ContainsAnyExcept((sbyte)0)) used++;
            }
        }

        long skipping = (tiles * LookCost) + (used * (SpreadCost + (Triples * (PassCost + (Arena.TileLength * TapCost))))) + (shape[0] * Triples * StoreCost);
        return skipping < weights.Length * (WeightCost + (Triples * TapCost));
    }

    /// <summary>Chooses what costs least within a budget of scratch.</summary>
    /// <param name="window">Strides, dilations and padding.</param>
    /// <param name="weights">Shape of the weights, OHWI.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="output">Shape of the output, NHWC.</param>
    /// <param name="finish">The field <see cref="Kernels.Conv2D.Finish"/>.</param>
    /// <param name="budget">Bytes of scratch; exceeded where one triple takes more, and then by a quarter of that at most.</param>
    /// <returns>The choice.</returns>
    public static ConvolutionBlock Choose(Window2D window, int[] weights, int groups, int[] output, int finish, int budget)
    {
        int positions = output[0] * output[1] * output[2];
        int taps = weights[1] * weights[2] * weights[3];
        int windowTiles = (taps + Arena.TileLength - 1) / Arena.TileLength;
        int depthTiles = weights[3] / Arena.TileLength;
        bool canStrip = weights[3] % Arena.TileLength == 0 && window.DilationWidth == 1;
        int tripleBytes = (2 * sizeof(long)) + (finish == Layout.FromSums ? 6 * sizeof(int) : 0);
        int tileBytes = Arena.ElementBytes(TensorType.Tile);
        budget = Math.Max(budget, ((windowTiles * tileBytes) + tripleBytes) * 5 / 4);
        ConvolutionBlock best = new(1, windowTiles, Layout.Windows);
        long least = long.MaxValue;
        for (int triples = 1; triples <= Math.Min(MaximumTriples, (positions + 2) / 3); triples++)
        {
            Consider(new ConvolutionBlock(triples, triples * windowTiles, Layout.Windows));
            if (!canStrip || output[2] % triples != 0) continue;
            int columns = ((triples - 1) * window.StrideWidth) + weights[2];
            Consider(new ConvolutionBlock(triples, columns * weights[1] * depthTiles, Layout.Strip));
        }

        ConsiderRows();
        return best;

        void ConsiderRows()
        {
            bool fits = groups == 1 && weights[2] * weights[3] == Conv2DRows.Taps && window.StrideWidth * weights[3] == Conv2DRows.Step
                && window.DilationWidth == 1 && output[2] % Conv2DRows.Positions == 0 && finish == Layout.Direct;
            ConvolutionBlock block = new(Conv2DRows.Positions, Conv2DRows.ImageTiles + ((weights[0] + 1) / 2), Layout.Rows);
            if (!fits || block.Tiles * tileBytes > budget) return;

            long passes = (positions + (3L * Conv2DRows.Positions) - 1) / (3 * Conv2DRows.Positions) * ((weights[1] + 1) / 2);
            long taps = Conv2DRows.ImageTiles * Conv2DRows.Taps;
            long sums = Conv2DRows.Positions * ((taps * TapCost) + SumCost);
            Keep(block, passes * ((Conv2DRows.ImageTiles * Arena.TileLength * PackCost) + (weights[0] * ((taps * WeightCost) + sums))));
        }

        void Consider(ConvolutionBlock block)
        {
            if ((block.Tiles * tileBytes) + (block.Triples * tripleBytes) > budget) return;

            long blocks = (positions + (3 * block.Triples) - 1) / (3 * block.Triples);
            long packed = block.Packing == Layout.Strip ? blocks * block.Tiles * Arena.TileLength : (positions + (2 * blocks)) / 3 * taps;
            long triples = block.Packing == Layout.Strip ? blocks * block.Triples : (positions + (2 * blocks)) / 3;
            long filters = weights[0] / groups;
            long cost = (blocks * (BlockCost + (filters * (FilterCost + (taps * WeightCost))))) + (packed * PackCost) + (triples * filters * taps * TapCost);
            Keep(block, cost);
        }

        void Keep(ConvolutionBlock block, long cost)
        {
            if (cost >= least) return;

            least = cost;
            best = block;
        }
    }
}
