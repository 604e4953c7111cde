using System;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// The multiplications of <see cref="Conv2D"/> where pruning has left few weights: one filter after the other by all packed positions of a
    /// block, a tile's sixteen taps at a time; tiles whose weights are all zero are passed over.
    /// </summary>
    /// <remarks>
    /// The weights lie where they always lie, and whether they are zero is seen when they are read. Weights may be read up to seven bytes beyond
    /// a filter's last, as in <see cref="Conv2DProducts"/>.
    /// </remarks>
    internal static class Conv2DSparse
    {
        /// <summary>Computes the outputs of one block, all filters of a group; the parameters are those of <see cref="Conv2DProducts.Run"/>.</summary>
        public static void Run(Model model, Arena arena, int record, int group, int triples, int output, int second, int third)
        {
            // The interpreter reads the first four locals at 81 instructions, the others at 94.
            long[] p;
            int l, tile;
            long[] lanes = arena.Int64;
            long[][] tiles = arena.Tiles;
            int[] words = model.Words;
            byte[] w = model.Bytes;
            int tile0 = words[words[record + Conv2D.Tiles] + BlobFormat.TensorOffset];
            int lane0 = words[words[record + Conv2D.Accumulators] + BlobFormat.TensorOffset];
            int laneEnd = lane0 + triples;
            int runs = Conv2D.Runs(words, record);
            int runTaps = Conv2D.RunTaps(words, record);
            int runTiles = Conv2D.RunTiles(words, record);
            int step = Conv2D.TileStep(words, record);
            int filters = words[record + Conv2D.OutputChannels] / words[record + Conv2D.Groups];
            int filter = group * filters;
            int j = model.BytesStart + words[record + Conv2D.Weights] + (filter * runs * runTaps);
            for (int end = filter + filters; filter < end; filter++)
            {
                for (l = lane0; l < laneEnd; l++) lanes[l] = Lanes.Offsets;
                for (int run = 0; run < runs; run++)
                {
                    int first = tile0 + (run * runTiles);
                    int runEnd = j + runTaps;
                    for (; j < runEnd; j += Arena.TileLength, first++)
                    {
                        long low = BitConverter.ToInt64(w, j) ^ Conv2DProducts.Flip;
                        long high = runEnd - j > 8 ? BitConverter.ToInt64(w, j + 8) ^ Conv2DProducts.Flip : 0;
                        if ((low | high) == 0) continue;

                        long w0 = low << 56 >> 56, w1 = low << 48 >> 56, w2 = low << 40 >> 56, w3 = low << 32 >> 56;
                        long w4 = low << 24 >> 56, w5 = low << 16 >> 56, w6 = low << 8 >> 56, w7 = low >> 56;
                        long w8 = high << 56 >> 56, w9 = high << 48 >> 56, w10 = high << 40 >> 56, w11 = high << 32 >> 56;
                        long w12 = high << 24 >> 56, w13 = high << 16 >> 56, w14 = high << 8 >> 56, w15 = high >> 56;
                        for (l = lane0, tile = first; l < laneEnd; l++, tile += step)
                        {
                            p = tiles[tile];
                            lanes[l] += (p[0] * w0) + (p[1] * w1) + (p[2] * w2) + (p[3] * w3) + (p[4] * w4) + (p[5] * w5) + (p[6] * w6) + (p[7] * w7)
                                + (p[8] * w8) + (p[9] * w9) + (p[10] * w10) + (p[11] * w11) + (p[12] * w12) + (p[13] * w13) + (p[14] * w14) + (p[15] * w15);
                        }
                    }

                    j = runEnd;
                }

                Conv2DSums.StoreLanes(model, arena, record, filter, 0, triples, output, second, third);
            }
        }
    }
}
