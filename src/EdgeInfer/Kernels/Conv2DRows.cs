using System;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// <see cref="Conv2D"/> where a row of a window has eight taps, the next window's begins two further, and neither windows nor their
    /// strip fit into the scratch. A lane is five positions of an output row, which share a tile of sixteen columns for each of two filter
    /// rows; their sums, for all filters, wait in tiles while the filter's rows go by.
    /// </summary>
    /// <remarks>The tiles: two of the image, then one for each two filters, whose sums are numbers 0 to 4 and 5 to 9.</remarks>
    public static class Conv2DRows
    {
        /// <summary>Taps of a window's row.</summary>
        public const int Taps = 8;

        /// <summary>Taps from a window to the next.</summary>
        public const int Step = 2;

        /// <summary>Positions of a lane, which share a tile.</summary>
        public const int Positions = 5;

        /// <summary>Tiles that hold the image.</summary>
        public const int ImageTiles = 2;

        /// <summary>Demands what this form relies on.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <returns>Tiles of scratch.</returns>
        internal static int Verify(Verifier verifier)
        {
            int channels = verifier.Word(Conv2D.InputChannels);
            verifier.Range(Conv2D.Groups, "groups", 1, 1);
            verifier.Range(Conv2D.DilationWidth, "dilation width", 1, 1);
            verifier.Range(Conv2D.Finish, "finish", Conv2D.Direct, Conv2D.Direct);
            if (verifier.Word(Conv2D.FilterWidth) * channels != Taps) verifier.Fail("packing", Conv2D.Packing, "a row of the filter does not have eight taps");
            if (verifier.Word(Conv2D.StrideWidth) * channels != Step) verifier.Fail("packing", Conv2D.Packing, "windows are not two taps apart");
            if (verifier.Word(Conv2D.OutputWidth) % Positions != 0) verifier.Fail("packing", Conv2D.Packing, "an output row is no multiple of five positions");
            verifier.Range(Conv2D.Triples, "triples", Positions, Positions);
            return ImageTiles + ((verifier.Word(Conv2D.OutputChannels) + 1) / 2);
        }

        /// <summary>Computes the outputs of one unit, all filters.</summary>
        /// <param name="model">Holds the record and the constants.</param>
        /// <param name="arena">Holds the tensors.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="unit">The unit.</param>
        internal static void Run(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int tile = words[words[record + Conv2D.Tiles] + BlobFormat.TensorOffset];
            int filterHeight = words[record + Conv2D.FilterHeight];
            int height = words[record + Conv2D.InputHeight];
            int channels = words[record + Conv2D.InputChannels];
            int rowTaps = words[record + Conv2D.InputWidth] * channels;
            int outputHeight = words[record + Conv2D.OutputHeight];
            int outputWidth = words[record + Conv2D.OutputWidth];
            int filters = words[record + Conv2D.OutputChannels];
            int stride = words[record + Conv2D.StrideHeight];
            int dilation = words[record + Conv2D.DilationHeight];
            int zeroPoint = words[record + Conv2D.InputZeroPoint];
            int input = words[words[record + Conv2D.Input] + BlobFormat.TensorOffset];
            int end = input + (words[record + Conv2D.Batches] * height * rowTaps) - Arena.TileLength;
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int sumEnd = tile + ImageTiles + ((filters + 1) / 2);
            for (int t = tile + ImageTiles; t < sumEnd; t++) Clear(arena.Tiles[t]);

            // A lane that has no positions left repeats the last ones.
            int last = (words[record + Conv2D.Batches] * outputHeight * outputWidth) - Positions;
            int position0 = 3 * Positions * unit;
            int position1 = position0 + Positions > last ? last : position0 + Positions;
            int position2 = position1 + Positions > last ? last : position1 + Positions;
            int row0 = position0 / outputWidth;
            int row1 = position1 / outputWidth;
            int row2 = position2 / outputWidth;
            int image0 = row0 / outputHeight;
            int image1 = row1 / outputHeight;
            int image2 = row2 / outputHeight;
            int y0 = ((row0 - (image0 * outputHeight)) * stride) - words[record + Conv2D.PadTop];
            int y1 = ((row1 - (image1 * outputHeight)) * stride) - words[record + Conv2D.PadTop];
            int y2 = ((row2 - (image2 * outputHeight)) * stride) - words[record + Conv2D.PadTop];
            int left = words[record + Conv2D.PadLeft] * channels;
            int x0 = ((position0 - (row0 * outputWidth)) * Step) - left;
            int x1 = ((position1 - (row1 * outputWidth)) * Step) - left;
            int x2 = ((position2 - (row2 * outputWidth)) * Step) - left;
            int a = input + (((image0 * height) + y0) * rowTaps) + x0;
            int b = input + (((image1 * height) + y1) * rowTaps) + x1;
            int c = input + (((image2 * height) + y2) * rowTaps) + x2;
            int from0 = First(x0);
            int from1 = First(x1);
            int from2 = First(x2);
            int to0 = End(x0, rowTaps);
            int to1 = End(x1, rowTaps);
            int to2 = End(x2, rowTaps);
            for (int ky = 0; ky < filterHeight; ky++)
            {
                int target = tile + (ky & 1);
                bool inside0 = (uint)y0 < (uint)height;
                bool inside1 = (uint)y1 < (uint)height;
                bool inside2 = (uint)y2 < (uint)height;
                if (inside0 && inside1 && inside2 && a >= input && b >= input && c >= input && a <= end && b <= end && c <= end)
                {
                    // What lies beside its row is taken out of each lane afterwards.
                    long[] p = arena.Tiles[target];
                    Conv2DPacking.Whole(p, arena.Int8, a, b, c);
                    if (from0 > 0 || to0 < Arena.TileLength) Frame(p, arena.Int8, a, from0, to0, zeroPoint, 1);
                    if (from1 > 0 || to1 < Arena.TileLength) Frame(p, arena.Int8, b, from1, to1, zeroPoint, 1L << Lanes.Width);
                    if (from2 > 0 || to2 < Arena.TileLength) Frame(p, arena.Int8, c, from2, to2, zeroPoint, 1L << (2 * Lanes.Width));
                }
                else
                {
                    Conv2DPacking.Border(arena, target, 0, Arena.TileLength, zeroPoint, a, b, c, from0, inside0 ? to0 : 0, from1, inside1 ? to1 : 0, from2, inside2 ? to2 : 0);
                }

                if ((ky & 1) != 0) Multiply(model, arena, record, tile, ky - 1);
                y0 += dilation;
                y1 += dilation;
                y2 += dilation;
                a += dilation * rowTaps;
                b += dilation * rowTaps;
                c += dilation * rowTaps;
            }

            if ((filterHeight & 1) != 0)
            {
                Array.Clear(arena.Tiles[tile + 1], 0, Arena.TileLength);
                Multiply(model, arena, record, tile, filterHeight - 1);
            }

            Store(model, arena, record, tile + ImageTiles, output + (position0 * filters), (position1 - position0) * filters, (position2 - position0) * filters);
        }

        /// <summary>First of sixteen taps that lies in the row, when the first of all lies at x.</summary>
        private static int First(int x)
        {
            return x >= 0 ? 0 : x > -Arena.TileLength ? -x : Arena.TileLength;
        }

        /// <summary>Behind the last of sixteen taps that lies in the row.</summary>
        private static int End(int x, int rowTaps)
        {
            return x >= rowTaps ? 0 : rowTaps - x < Arena.TileLength ? rowTaps - x : Arena.TileLength;
        }

        private static void Clear(long[] sums)
        {
            sums[0] = Lanes.Offsets;
            sums[1] = Lanes.Offsets;
            sums[2] = Lanes.Offsets;
            sums[3] = Lanes.Offsets;
            sums[4] = Lanes.Offsets;
            sums[5] = Lanes.Offsets;
            sums[6] = Lanes.Offsets;
            sums[7] = Lanes.Offsets;
            sums[8] = Lanes.Offsets;
            sums[9] = Lanes.Offsets;
        }

        /// <summary>Puts padding into a lane before its first tap inside and from the end of those inside on.</summary>
        private static void Frame(long[] p, sbyte[] x, int i, int from, int to, int zeroPoint, long lane)
        {
            for (int k = 0; k < from; k++) p[k] += (zeroPoint - x[i + k]) * lane;
            for (int k = to; k < Arena.TileLength; k++) p[k] += (zeroPoint - x[i + k]) * lane;
        }

        /// <summary>Adds the products of two filter rows, all filters.</summary>
        private static void Multiply(Model model, Arena arena, int record, int tile, int ky)
        {
            // Declared first: the first four locals are read at less cost than others.
            long[] p, r;
            byte[] w;
            int i;
            long eight;
            int[] words = model.Words;
            long[][] tiles = arena.Tiles;
            int filterTaps = words[record + Conv2D.FilterHeight] * Taps;
            int filters = words[record + Conv2D.OutputChannels];
            p = tiles[tile];
            r = tiles[tile + 1];
            w = model.Bytes;
            i = model.BytesStart + words[record + Conv2D.Weights] + (ky * Taps);
            tile += ImageTiles;
            for (int filter = 0; filter < filters; filter += 2, i += filterTaps, tile++)
            {
                long[] sums = tiles[tile];
                eight = BitConverter.ToInt64(w, i) ^ Conv2DProducts.Flip;
                long a0 = eight << 56 >> 56; long a1 = eight << 48 >> 56; long a2 = eight << 40 >> 56; long a3 = eight << 32 >> 56;
                long a4 = eight << 24 >> 56; long a5 = eight << 16 >> 56; long a6 = eight << 8 >> 56; long a7 = eight >> 56;
                eight = BitConverter.ToInt64(w, i + 8) ^ Conv2DProducts.Flip;
                long a8 = eight << 56 >> 56; long a9 = eight << 48 >> 56; long a10 = eight << 40 >> 56; long a11 = eight << 32 >> 56;
                long a12 = eight << 24 >> 56; long a13 = eight << 16 >> 56; long a14 = eight << 8 >> 56; long a15 = eight >> 56;
                if (filter + 1 < filters) i += filterTaps;
                eight = BitConverter.ToInt64(w, i) ^ Conv2DProducts.Flip;
                long b0 = eight << 56 >> 56; long b1 = eight << 48 >> 56; long b2 = eight << 40 >> 56; long b3 = eight << 32 >> 56;
                long b4 = eight << 24 >> 56; long b5 = eight << 16 >> 56; long b6 = eight << 8 >> 56; long b7 = eight >> 56;
                eight = BitConverter.ToInt64(w, i + 8) ^ Conv2DProducts.Flip;
                long b8 = eight << 56 >> 56; long b9 = eight << 48 >> 56; long b10 = eight << 40 >> 56; long b11 = eight << 32 >> 56;
                long b12 = eight << 24 >> 56; long b13 = eight << 16 >> 56; long b14 = eight << 8 >> 56; long b15 = eight >> 56;
                sums[0] += (p[0] * a0) + (p[1] * a1) + (p[2] * a2) + (p[3] * a3) + (p[4] * a4) + (p[5] * a5) + (p[6] * a6) + (p[7] * a7)
                    + (r[0] * a8) + (r[1] * a9) + (r[2] * a10) + (r[3] * a11) + (r[4] * a12) + (r[5] * a13) + (r[6] * a14) + (r[7] * a15);
                sums[1] += (p[2] * a0) + (p[3] * a1) + (p[4] * a2) + (p[5] * a3) + (p[6] * a4) + (p[7] * a5) + (p[8] * a6) + (p[9] * a7)
                    + (r[2] * a8) + (r[3] * a9) + (r[4] * a10) + (r[5] * a11) + (r[6] * a12) + (r[7] * a13) + (r[8] * a14) + (r[9] * a15);
                sums[2] += (p[4] * a0) + (p[5] * a1) + (p[6] * a2) + (p[7] * a3) + (p[8] * a4) + (p[9] * a5) + (p[10] * a6) + (p[11] * a7)
                    + (r[4] * a8) + (r[5] * a9) + (r[6] * a10) + (r[7] * a11) + (r[8] * a12) + (r[9] * a13) + (r[10] * a14) + (r[11] * a15);
                sums[3] += (p[6] * a0) + (p[7] * a1) + (p[8] * a2) + (p[9] * a3) + (p[10] * a4) + (p[11] * a5) + (p[12] * a6) + (p[13] * a7)
                    + (r[6] * a8) + (r[7] * a9) + (r[8] * a10) + (r[9] * a11) + (r[10] * a12) + (r[11] * a13) + (r[12] * a14) + (r[13] * a15);
                sums[4] += (p[8] * a0) + (p[9] * a1) + (p[10] * a2) + (p[11] * a3) + (p[12] * a4) + (p[13] * a5) + (p[14] * a6) + (p[15] * a7)
                    + (r[8] * a8) + (r[9] * a9) + (r[10] * a10) + (r[11] * a11) + (r[12] * a12) + (r[13] * a13) + (r[14] * a14) + (r[15] * a15);
                sums[5] += (p[0] * b0) + (p[1] * b1) + (p[2] * b2) + (p[3] * b3) + (p[4] * b4) + (p[5] * b5) + (p[6] * b6) + (p[7] * b7)
                    + (r[0] * b8) + (r[1] * b9) + (r[2] * b10) + (r[3] * b11) + (r[4] * b12) + (r[5] * b13) + (r[6] * b14) + (r[7] * b15);
                sums[6] += (p[2] * b0) + (p[3] * b1) + (p[4] * b2) + (p[5] * b3) + (p[6] * b4) + (p[7] * b5) + (p[8] * b6) + (p[9] * b7)
                    + (r[2] * b8) + (r[3] * b9) + (r[4] * b10) + (r[5] * b11) + (r[6] * b12) + (r[7] * b13) + (r[8] * b14) + (r[9] * b15);
                sums[7] += (p[4] * b0) + (p[5] * b1) + (p[6] * b2) + (p[7] * b3) + (p[8] * b4) + (p[9] * b5) + (p[10] * b6) + (p[11] * b7)
                    + (r[4] * b8) + (r[5] * b9) + (r[6] * b10) + (r[7] * b11) + (r[8] * b12) + (r[9] * b13) + (r[10] * b14) + (r[11] * b15);
                sums[8] += (p[6] * b0) + (p[7] * b1) + (p[8] * b2) + (p[9] * b3) + (p[10] * b4) + (p[11] * b5) + (p[12] * b6) + (p[13] * b7)
                    + (r[6] * b8) + (r[7] * b9) + (r[8] * b10) + (r[9] * b11) + (r[10] * b12) + (r[11] * b13) + (r[12] * b14) + (r[13] * b15);
                sums[9] += (p[8] * b0) + (p[9] * b1) + (p[10] * b2) + (p[11] * b3) + (p[12] * b4) + (p[13] * b5) + (p[14] * b6) + (p[15] * b7)
                    + (r[8] * b8) + (r[9] * b9) + (r[10] * b10) + (r[11] * b11) + (r[12] * b12) + (r[13] * b13) + (r[14] * b14) + (r[15] * b15);
            }
        }

        /// <summary>Scales the sums of all filters, as <see cref="Conv2DProducts"/> does, and stores the outputs.</summary>
        private static void Store(Model model, Arena arena, int record, int tile, int output, int second, int third)
        {
            long acc, scaled, multiplier, constant;
            int[] words = model.Words;
            sbyte[] y = arena.Int8;
            long[][] tiles = arena.Tiles;
            int channels = words[record + Conv2D.OutputChannels];
            int biases = words[record + Conv2D.Channels + Channel.Biases];
            int scales = words[record + Conv2D.Channels + Channel.Scales];
            int scaleStep = words[record + Conv2D.Channels + Channel.ScaleStep];
            long mask = Lanes.Mask;
            long min = words[record + Conv2D.ActivationMin];
            ulong range = (ulong)((words[record + Conv2D.ActivationMax] - min + 1) << Conv2D.DirectShift) - 1;
            long rounding = (1L << (Conv2D.DirectShift - 1)) + ((words[record + Conv2D.OutputZeroPoint] - min) << Conv2D.DirectShift);
            for (int filter = 0; filter < channels; filter++)
            {
                int left = Conv2D.DirectShift - words[scales + (filter * scaleStep) + Channel.Shift];
                multiplier = (long)words[scales + (filter * scaleStep) + Channel.Multiplier] << left;
                constant = ((words[biases + filter] - (long)Lanes.Offset) * multiplier) + rounding + (left < Conv2D.DirectShift - 31 ? Channel.HalfUnit << left : 0);
                long[] sums = tiles[tile + (filter / 2)];
                int s = filter % 2 * Positions;
                int o = output + filter;
                for (int end = s + Positions; s < end; s++, o += channels)
                {
                    acc = sums[s];
                    if ((ulong)(scaled = ((acc & mask) * multiplier) + constant) > range) scaled = ~(scaled >> 63) & (long)range;
                    y[o] = (sbyte)((scaled >> Conv2D.DirectShift) + min);
                    if ((ulong)(scaled = ((long)((ulong)(acc << Lanes.AboveSecond) >> Lanes.AboveFirst) * multiplier) + constant) > range) scaled = ~(scaled >> 63) & (long)range;
                    y[o + second] = (sbyte)((scaled >> Conv2D.DirectShift) + min);
                    if ((ulong)(scaled = ((acc >> (2 * Lanes.Width)) * multiplier) + constant) > range) scaled = ~(scaled >> 63) & (long)range;
                    y[o + third] = (sbyte)((scaled >> Conv2D.DirectShift) + min);
                }
            }
        }
    }
}
