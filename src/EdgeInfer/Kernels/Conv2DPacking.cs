namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Packs the inputs of a block of <see cref="Conv2D"/> into tiles, three positions a number: windows one after the other,
    /// or the strip of the image that the windows share.
    /// </summary>
    internal static class Conv2DPacking
    {
        /// <summary>Marks a tap that lies in the padding.</summary>
        private const int Outside = -1;

        /// <summary>Packs the window of every position by itself. The first tap of each window begins a tile.</summary>
        /// <param name="model">Holds the record.</param>
        /// <param name="arena">Holds the input and takes the tiles.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="group">The group.</param>
        /// <param name="triples">Positions in a lane.</param>
        /// <param name="position0">First position of the first lane.</param>
        /// <param name="position1">First position of the second lane.</param>
        /// <param name="position2">First position of the third lane.</param>
        public static void Windows(Model model, Arena arena, int record, int group, int triples, int position0, int position1, int position2)
        {
            int[] words = model.Words;
            int tile = words[words[record + Conv2D.Tiles] + BlobFormat.TensorOffset];
            int filterHeight = words[record + Conv2D.FilterHeight];
            int filterWidth = words[record + Conv2D.FilterWidth];
            int dilationHeight = words[record + Conv2D.DilationHeight];
            int dilationWidth = words[record + Conv2D.DilationWidth];
            int height = words[record + Conv2D.InputHeight];
            int width = words[record + Conv2D.InputWidth];
            int channels = words[record + Conv2D.InputChannels];
            int outputHeight = words[record + Conv2D.OutputHeight];
            int outputWidth = words[record + Conv2D.OutputWidth];
            int strideHeight = words[record + Conv2D.StrideHeight];
            int strideWidth = words[record + Conv2D.StrideWidth];
            int padTop = words[record + Conv2D.PadTop];
            int padLeft = words[record + Conv2D.PadLeft];
            int zeroPoint = words[record + Conv2D.InputZeroPoint];
            int depth = channels / words[record + Conv2D.Groups];
            int input = words[words[record + Conv2D.Input] + BlobFormat.TensorOffset] + (group * depth);
            int step = Conv2D.TileStep(words, record);
            bool wholeTiles = depth % Arena.TileLength == 0;
            bool contiguous = dilationWidth == 1 && depth == channels && !wholeTiles;
            int rowTaps = filterWidth * depth;
            int reach = width - filterWidth;
            for (int end = position0 + triples; position0 < end; position0++, position1++, position2++, tile += step)
            {
                int row0 = position0 / outputWidth;
                int row1 = position1 / outputWidth;
                int row2 = position2 / outputWidth;
                int x0 = ((position0 - (row0 * outputWidth)) * strideWidth) - padLeft;
                int x1 = ((position1 - (row1 * outputWidth)) * strideWidth) - padLeft;
                int x2 = ((position2 - (row2 * outputWidth)) * strideWidth) - padLeft;
                int image0 = row0 / outputHeight;
                int image1 = row1 / outputHeight;
                int image2 = row2 / outputHeight;
                int y0 = ((row0 - (image0 * outputHeight)) * strideHeight) - padTop;
                int y1 = ((row1 - (image1 * outputHeight)) * strideHeight) - padTop;
                int y2 = ((row2 - (image2 * outputHeight)) * strideHeight) - padTop;
                int start0 = input + (((((image0 * height) + y0) * width) + x0) * channels);
                int start1 = input + (((((image1 * height) + y1) * width) + x1) * channels);
                int start2 = input + (((((image2 * height) + y2) * width) + x2) * channels);

                // A row of the window lies side by side in the image, from its first tap inside on to its last.
                int from0 = 0, from1 = 0, from2 = 0, to0 = rowTaps, to1 = rowTaps, to2 = rowTaps;
                bool whole = (x0 | x1 | x2) >= 0 && x0 <= reach && x1 <= reach && x2 <= reach;
                if (!whole)
                {
                    from0 = x0 >= 0 ? 0 : -x0 < filterWidth ? -x0 * channels : rowTaps;
                    from1 = x1 >= 0 ? 0 : -x1 < filterWidth ? -x1 * channels : rowTaps;
                    from2 = x2 >= 0 ? 0 : -x2 < filterWidth ? -x2 * channels : rowTaps;
                    to0 = x0 >= width ? 0 : width - x0 < filterWidth ? (width - x0) * channels : rowTaps;
                    to1 = x1 >= width ? 0 : width - x1 < filterWidth ? (width - x1) * channels : rowTaps;
                    to2 = x2 >= width ? 0 : width - x2 < filterWidth ? (width - x2) * channels : rowTaps;
                }

                int tap = 0;
                for (int ky = 0; ky < filterHeight; ky++)
                {
                    bool inside0 = (uint)y0 < (uint)height;
                    bool inside1 = (uint)y1 < (uint)height;
                    bool inside2 = (uint)y2 < (uint)height;
                    if (contiguous)
                    {
                        if (whole && inside0 && inside1 && inside2) Row(arena, tile, tap, rowTaps, start0, start1, start2);
                        else Border(arena, tile, tap, rowTaps, zeroPoint, start0, start1, start2, from0, inside0 ? to0 : 0, from1, inside1 ? to1 : 0, from2, inside2 ? to2 : 0);
                        tap += rowTaps;
                    }
                    else
                    {
                        int i0 = start0;
                        int i1 = start1;
                        int i2 = start2;
                        for (int kx = 0, column = 0; kx < filterWidth; kx++, column += dilationWidth)
                        {
                            int a = inside0 && (uint)(x0 + column) < (uint)width ? i0 : Outside;
                            int b = inside1 && (uint)(x1 + column) < (uint)width ? i1 : Outside;
                            int c = inside2 && (uint)(x2 + column) < (uint)width ? i2 : Outside;
                            if (wholeTiles)
                            {
                                Column(arena, tile + (tap / Arena.TileLength), depth, zeroPoint, a, b, c);
                                tap += depth;
                            }
                            else
                            {
                                Border(arena, tile, tap, depth, zeroPoint, a, b, c, 0, a < 0 ? 0 : depth, 0, b < 0 ? 0 : depth, 0, c < 0 ? 0 : depth);
                                tap += depth;
                            }

                            i0 += dilationWidth * channels;
                            i1 += dilationWidth * channels;
                            i2 += dilationWidth * channels;
                        }
                    }

                    y0 += dilationHeight;
                    y1 += dilationHeight;
                    y2 += dilationHeight;
                    start0 += dilationHeight * width * channels;
                    start1 += dilationHeight * width * channels;
                    start2 += dilationHeight * width * channels;
                }

                if (!wholeTiles) Fill(arena, tile, tap);
            }
        }

        /// <summary>
        /// Packs the rows of the image that the windows of the block need, once for all windows: lane by lane as many columns
        /// as the windows of consecutive positions in an output row cover together.
        /// </summary>
        /// <param name="model">Holds the record.</param>
        /// <param name="arena">Holds the input and takes the tiles.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="group">The group.</param>
        /// <param name="position0">First position of the first lane.</param>
        /// <param name="position1">First position of the second lane.</param>
        /// <param name="position2">First position of the third lane.</param>
        public static void Strip(Model model, Arena arena, int record, int group, int position0, int position1, int position2)
        {
            int[] words = model.Words;
            int tile = words[words[record + Conv2D.Tiles] + BlobFormat.TensorOffset];
            int height = words[record + Conv2D.InputHeight];
            int width = words[record + Conv2D.InputWidth];
            int channels = words[record + Conv2D.InputChannels];
            int outputHeight = words[record + Conv2D.OutputHeight];
            int outputWidth = words[record + Conv2D.OutputWidth];
            int strideHeight = words[record + Conv2D.StrideHeight];
            int strideWidth = words[record + Conv2D.StrideWidth];
            int dilationHeight = words[record + Conv2D.DilationHeight];
            int padTop = words[record + Conv2D.PadTop];
            int padLeft = words[record + Conv2D.PadLeft];
            int zeroPoint = words[record + Conv2D.InputZeroPoint];
            int depth = channels / words[record + Conv2D.Groups];
            int depthTiles = depth / Arena.TileLength;
            int input = words[words[record + Conv2D.Input] + BlobFormat.TensorOffset] + (group * depth);
            int columns = Conv2D.StripColumns(words, record);
            int row0 = position0 / outputWidth;
            int row1 = position1 / outputWidth;
            int row2 = position2 / outputWidth;
            int x0 = ((position0 - (row0 * outputWidth)) * strideWidth) - padLeft;
            int x1 = ((position1 - (row1 * outputWidth)) * strideWidth) - padLeft;
            int x2 = ((position2 - (row2 * outputWidth)) * strideWidth) - padLeft;
            int image0 = row0 / outputHeight;
            int image1 = row1 / outputHeight;
            int image2 = row2 / outputHeight;
            int y0 = ((row0 - (image0 * outputHeight)) * strideHeight) - padTop;
            int y1 = ((row1 - (image1 * outputHeight)) * strideHeight) - padTop;
            int y2 = ((row2 - (image2 * outputHeight)) * strideHeight) - padTop;
            int start0 = input + (((((image0 * height) + y0) * width) + x0) * channels);
            int start1 = input + (((((image1 * height) + y1) * width) + x1) * channels);
            int start2 = input + (((((image2 * height) + y2) * width) + x2) * channels);
            for (int ky = words[record + Conv2D.FilterHeight]; ky > 0; ky--)
            {
                bool inside0 = (uint)y0 < (uint)height;
                bool inside1 = (uint)y1 < (uint)height;
                bool inside2 = (uint)y2 < (uint)height;
                int i = 0;
                for (int column = 0; column < columns; column++, tile += depthTiles, i += channels)
                {
                    Column(
                        arena,
                        tile,
                        depth,
                        zeroPoint,
                        inside0 && (uint)(x0 + column) < (uint)width ? start0 + i : Outside,
                        inside1 && (uint)(x1 + column) < (uint)width ? start1 + i : Outside,
                        inside2 && (uint)(x2 + column) < (uint)width ? start2 + i : Outside);
                }

                y0 += dilationHeight;
                y1 += dilationHeight;
                y2 += dilationHeight;
                start0 += dilationHeight * width * channels;
                start1 += dilationHeight * width * channels;
                start2 += dilationHeight * width * channels;
            }
        }

        /// <summary>Packs the channels of one column into whole tiles.</summary>
        private static void Column(Arena arena, int tile, int depth, int zeroPoint, int a, int b, int c)
        {
            sbyte[] x = arena.Int8;
            long[][] tiles = arena.Tiles;
            if ((a | b | c) >= 0)
            {
                for (int end = a + depth; a < end; a += Arena.TileLength, b += Arena.TileLength, c += Arena.TileLength, tile++) Whole(tiles[tile], x, a, b, c);
                return;
            }

            for (int end = tile + (depth / Arena.TileLength); tile < end; tile++)
            {
                long[] p = tiles[tile];
                for (int k = 0; k < Arena.TileLength; k++)
                {
                    p[k] = (a >= 0 ? x[a + k] : zeroPoint) + ((b >= 0 ? x[b + k] : zeroPoint) << Lanes.Width)
                        + ((long)(c >= 0 ? x[c + k] : zeroPoint) << (2 * Lanes.Width));
                }

                if (a >= 0) a += Arena.TileLength;
                if (b >= 0) b += Arena.TileLength;
                if (c >= 0) c += Arena.TileLength;
            }
        }

        /// <summary>Packs a tile of taps that lie side by side in the image, in all three lanes.</summary>
        internal static void Whole(long[] p, sbyte[] x, int a, int b, int c)
        {
            p[0] = x[a] + (x[b] << Lanes.Width) + ((long)x[c] << (2 * Lanes.Width));
            p[1] = x[a + 1] + (x[b + 1] << Lanes.Width) + ((long)x[c + 1] << (2 * Lanes.Width));
            p[2] = x[a + 2] + (x[b + 2] << Lanes.Width) + ((long)x[c + 2] << (2 * Lanes.Width));
            p[3] = x[a + 3] + (x[b + 3] << Lanes.Width) + ((long)x[c + 3] << (2 * Lanes.Width));
            p[4] = x[a + 4] + (x[b + 4] << Lanes.Width) + ((long)x[c + 4] << (2 * Lanes.Width));
            p[5] = x[a + 5] + (x[b + 5] << Lanes.Width) + ((long)x[c + 5] << (2 * Lanes.Width));
            p[6] = x[a + 6] + (x[b + 6] << Lanes.Width) + ((long)x[c + 6] << (2 * Lanes.Width));
            p[7] = x[a + 7] + (x[b + 7] << Lanes.Width) + ((long)x[c + 7] << (2 * Lanes.Width));
            p[8] = x[a + 8] + (x[b + 8] << Lanes.Width) + ((long)x[c + 8] << (2 * Lanes.Width));
            p[9] = x[a + 9] + (x[b + 9] << Lanes.Width) + ((long)x[c + 9] << (2 * Lanes.Width));
            p[10] = x[a + 10] + (x[b + 10] << Lanes.Width) + ((long)x[c + 10] << (2 * Lanes.Width));
            p[11] = x[a + 11] + (x[b + 11] << Lanes.Width) + ((long)x[c + 11] << (2 * Lanes.Width));
            p[12] = x[a + 12] + (x[b + 12] << Lanes.Width) + ((long)x[c + 12] << (2 * Lanes.Width));
            p[13] = x[a + 13] + (x[b + 13] << Lanes.Width) + ((long)x[c + 13] << (2 * Lanes.Width));
            p[14] = x[a + 14] + (x[b + 14] << Lanes.Width) + ((long)x[c + 14] << (2 * Lanes.Width));
            p[15] = x[a + 15] + (x[b + 15] << Lanes.Width) + ((long)x[c + 15] << (2 * Lanes.Width));
        }

        /// <summary>Packs taps that lie side by side in the image, in all three lanes, at any place of the tiles.</summary>
        private static void Row(Arena arena, int tile, int tap, int taps, int a, int b, int c)
        {
            sbyte[] x = arena.Int8;
            long[][] tiles = arena.Tiles;
            tile += tap / Arena.TileLength;
            int k = tap % Arena.TileLength;
            long[] p = tiles[tile];
            int end = a + taps;
            if (((k | taps) & 3) == 0)
            {
                for (; a < end; a += 4, b += 4, c += 4, k += 4)
                {
                    if (k == Arena.TileLength)
                    {
                        k = 0;
                        tile++;
                        p = tiles[tile];
                    }

                    p[k] = x[a] + (x[b] << Lanes.Width) + ((long)x[c] << (2 * Lanes.Width));
                    p[k + 1] = x[a + 1] + (x[b + 1] << Lanes.Width) + ((long)x[c + 1] << (2 * Lanes.Width));
                    p[k + 2] = x[a + 2] + (x[b + 2] << Lanes.Width) + ((long)x[c + 2] << (2 * Lanes.Width));
                    p[k + 3] = x[a + 3] + (x[b + 3] << Lanes.Width) + ((long)x[c + 3] << (2 * Lanes.Width));
                }

                return;
            }

            for (; a < end; a++, b++, c++, k++)
            {
                if (k == Arena.TileLength)
                {
                    k = 0;
                    tile++;
                    p = tiles[tile];
                }

                p[k] = x[a] + (x[b] << Lanes.Width) + ((long)x[c] << (2 * Lanes.Width));
            }
        }

        /// <summary>Packs taps of which some lie in the padding: in each lane those before its first inside and from its end on.</summary>
        internal static void Border(
            Arena arena, int tile, int tap, int taps, int zeroPoint, int a, int b, int c, int from0, int to0, int from1, int to1, int from2, int to2)
        {
            sbyte[] x = arena.Int8;
            long[][] tiles = arena.Tiles;
            tile += tap / Arena.TileLength;
            int k = tap % Arena.TileLength;
            long[] p = tiles[tile];
            for (int i = 0; i < taps; i++, k++)
            {
                if (k == Arena.TileLength)
                {
                    k = 0;
                    tile++;
                    p = tiles[tile];
                }

                p[k] = (i >= from0 && i < to0 ? x[a + i] : zeroPoint) + ((i >= from1 && i < to1 ? x[b + i] : zeroPoint) << Lanes.Width)
                    + ((long)(i >= from2 && i < to2 ? x[c + i] : zeroPoint) << (2 * Lanes.Width));
            }
        }

        /// <summary>Sets what follows the last tap in its tile to zero.</summary>
        private static void Fill(Arena arena, int tile, int tap)
        {
            int rest = -tap & (Arena.TileLength - 1);
            if (rest > 0) System.Array.Clear(arena.Tiles[tile + (tap / Arena.TileLength)], tap % Arena.TileLength, rest);
        }
    }
}
