using System;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// The multiplications of <see cref="Conv2DInt4"/>: a filter by all packed positions of a block. A pass takes 64 taps of the filter into
    /// locals and lets a tile of every position go by; the last one takes as many as are left, and scales what has been summed up where
    /// <see cref="Conv2DInt4.Finish"/> allows it.
    /// </summary>
    internal static class Conv2DInt4Products
    {
        /// <summary>Computes the outputs of one block, all filters of a group.</summary>
        /// <param name="model">Holds the record and the constants.</param>
        /// <param name="arena">Holds the tiles and takes the outputs.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="group">The group.</param>
        /// <param name="first">The first position.</param>
        /// <param name="count">Number of positions.</param>
        public static void Run(Model model, Arena arena, int record, int group, int first, int count)
        {
            int[] words = model.Words;
            int channels = words[record + Conv2DInt4.OutputChannels];
            int filters = channels / words[record + Conv2DInt4.Groups];
            int taps = words[record + Conv2DInt4.FilterHeight] * words[record + Conv2DInt4.FilterWidth] * (words[record + Conv2DInt4.InputChannels] / words[record + Conv2DInt4.Groups]);
            int filter = group * filters;
            int row = model.BytesStart + words[record + Conv2DInt4.Weights] + (filter * Nibbles.RowBytes(taps));
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (first * channels);
            if (words[record + Conv2DInt4.Finish] == Conv2D.Direct)
            {
                Direct(model, arena, record, filter, filters, row, taps, count, output);
                return;
            }

            int sum = words[words[record + Conv2DInt4.Sums] + BlobFormat.TensorOffset];
            for (int end = filter + filters; filter < end; filter++, row += Nibbles.RowBytes(taps))
            {
                Add(model, arena, record, row, taps, Conv2DInt4.TilesOf(taps), sum, count);
                Store(words, arena, record, filter, sum, count, output + filter);
            }
        }

        /// <summary>Sums up the first tiles of all positions. The last one may be filled with zeros behind the taps.</summary>
        private static void Add(Model model, Arena arena, int record, int row, int taps, int passes, int sum, int count)
        {
            // Declared first: the first four locals are read at less cost than others.
            long[] p;
            int s;
            int[] sums = arena.Int32;
            int tile;
            long v;
            long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15;
            a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = a8 = a9 = a10 = a11 = a12 = a13 = a14 = a15 = 0;
            byte[] w = model.Bytes;
            long[][] tiles = arena.Tiles;
            int step = Conv2DInt4.TilesOf(taps);
            int start = model.Words[model.Words[record + Conv2DInt4.Tiles] + BlobFormat.TensorOffset];
            int sumEnd = sum + count;
            Array.Clear(sums, sum, count);
            for (int j = row; passes > 0; passes--, j += Conv2DInt4.TileTaps / 2, taps -= Conv2DInt4.TileTaps, start++)
            {
                // Weights are read up to seven bytes beyond the filter's last.
                v = BitConverter.ToInt64(w, j);
                a0 = (v & Nibbles.Mask) - Nibbles.Offsets; a1 = ((v >> 4) & Nibbles.Mask) - Nibbles.Offsets; a2 = ((v >> 8) & Nibbles.Mask) - Nibbles.Offsets; a3 = ((v >> 12) & Nibbles.Mask) - Nibbles.Offsets;
                if (taps > 16)
                {
                    v = BitConverter.ToInt64(w, j + 8);
                    a4 = (v & Nibbles.Mask) - Nibbles.Offsets; a5 = ((v >> 4) & Nibbles.Mask) - Nibbles.Offsets; a6 = ((v >> 8) & Nibbles.Mask) - Nibbles.Offsets; a7 = ((v >> 12) & Nibbles.Mask) - Nibbles.Offsets;
                }

                if (taps > 32)
                {
                    v = BitConverter.ToInt64(w, j + 16);
                    a8 = (v & Nibbles.Mask) - Nibbles.Offsets; a9 = ((v >> 4) & Nibbles.Mask) - Nibbles.Offsets; a10 = ((v >> 8) & Nibbles.Mask) - Nibbles.Offsets; a11 = ((v >> 12) & Nibbles.Mask) - Nibbles.Offsets;
                }

                if (taps > 48)
                {
                    v = BitConverter.ToInt64(w, j + 24);
                    a12 = (v & Nibbles.Mask) - Nibbles.Offsets; a13 = ((v >> 4) & Nibbles.Mask) - Nibbles.Offsets; a14 = ((v >> 8) & Nibbles.Mask) - Nibbles.Offsets; a15 = ((v >> 12) & Nibbles.Mask) - Nibbles.Offsets;
                }

                for (s = sum, tile = start; s < sumEnd; s++, tile += step)
                {
                    p = tiles[tile];
                    sums[s] += (int)(((Nibbles.Origin + (p[0] * a0) + (p[1] * a1) + (p[2] * a2) + (p[3] * a3)
                                + (p[4] * a4) + (p[5] * a5) + (p[6] * a6) + (p[7] * a7)) >> Nibbles.Upper)
                            + ((Nibbles.Origin + (p[8] * a8) + (p[9] * a9) + (p[10] * a10) + (p[11] * a11)
                                + (p[12] * a12) + (p[13] * a13) + (p[14] * a14) + (p[15] * a15)) >> Nibbles.Upper)) + 2;
                }
            }
        }

        /// <summary>All filters of a group where the last pass scales what has been summed up and stores the outputs.</summary>
        private static void Direct(Model model, Arena arena, int record, int filter, int filters, int row, int taps, int count, int output)
        {
            long[] p;
            long value;
            int s;
            int o;
            int tile;
            long v;
            long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15;
            a4 = a5 = a6 = a7 = a8 = a9 = a10 = a11 = a12 = a13 = a14 = a15 = 0;
            int[] sums = arena.Int32;
            sbyte[] y = arena.Int8;
            int[] words = model.Words;
            byte[] w = model.Bytes;
            long[][] tiles = arena.Tiles;
            int step = Conv2DInt4.TilesOf(taps);
            int last = step - 1;
            int left = taps - (last * Conv2DInt4.TileTaps);
            int rowBytes = Nibbles.RowBytes(taps);
            int channels = words[record + Conv2DInt4.OutputChannels];
            int tile0 = words[words[record + Conv2DInt4.Tiles] + BlobFormat.TensorOffset] + last;
            int sum = words[words[record + Conv2DInt4.Sums] + BlobFormat.TensorOffset];
            int sumEnd = sum + count;
            int biases = words[record + Conv2DInt4.Channels + Channel.Biases];
            int scales = words[record + Conv2DInt4.Channels + Channel.Scales];
            int scaleStep = words[record + Conv2DInt4.Channels + Channel.ScaleStep];
            int zeroPoint = words[record + Conv2DInt4.OutputZeroPoint];
            long min = words[record + Conv2DInt4.ActivationMin];
            ulong range = (ulong)((words[record + Conv2DInt4.ActivationMax] - min + 1) << Conv2D.DirectShift) - 1;
            long middle = (1L << (Conv2D.DirectShift - 1)) + ((zeroPoint - min) << Conv2D.DirectShift);

            // An upper lane is its sum less one; there is one lane for every 32 taps.
            long lanes = left > 32 ? 2 : 1;
            Array.Clear(sums, sum, count);
            for (int end = filter + filters; filter < end; filter++, row += rowBytes)
            {
                if (last > 0) Add(model, arena, record, row, taps, last, sum, count);
                int scale = scales + (filter * scaleStep);
                int raise = Conv2D.DirectShift - words[scale + Channel.Shift];
                long multiplier = (long)words[scale + Channel.Multiplier] << raise;
                long constant = ((words[biases + filter] + lanes) * multiplier) + middle;
                long threshold = long.MinValue;
                long negativeStep = 0;
                if (raise < Conv2D.DirectShift - 31)
                {
                    constant += Channel.HalfUnit << raise;
                    negativeStep = Channel.Unit << raise;

                    // What is negative is clamped to a limit at or above the zero point, whichever way it was rounded.
                    if (min < zeroPoint) threshold = middle;
                }

                o = output + filter;
                tile = tile0;
                int j = row + (last * Conv2DInt4.TileTaps / 2);
                v = BitConverter.ToInt64(w, j);
                a0 = (v & Nibbles.Mask) - Nibbles.Offsets; a1 = ((v >> 4) & Nibbles.Mask) - Nibbles.Offsets; a2 = ((v >> 8) & Nibbles.Mask) - Nibbles.Offsets; a3 = ((v >> 12) & Nibbles.Mask) - Nibbles.Offsets;
                if (left > 16)
                {
                    v = BitConverter.ToInt64(w, j + 8);
                    a4 = (v & Nibbles.Mask) - Nibbles.Offsets; a5 = ((v >> 4) & Nibbles.Mask) - Nibbles.Offsets; a6 = ((v >> 8) & Nibbles.Mask) - Nibbles.Offsets; a7 = ((v >> 12) & Nibbles.Mask) - Nibbles.Offsets;
                }

                if (left > 32)
                {
                    v = BitConverter.ToInt64(w, j + 16);
                    a8 = (v & Nibbles.Mask) - Nibbles.Offsets; a9 = ((v >> 4) & Nibbles.Mask) - Nibbles.Offsets; a10 = ((v >> 8) & Nibbles.Mask) - Nibbles.Offsets; a11 = ((v >> 12) & Nibbles.Mask) - Nibbles.Offsets;
                }

                if (left > 48)
                {
                    v = BitConverter.ToInt64(w, j + 24);
                    a12 = (v & Nibbles.Mask) - Nibbles.Offsets; a13 = ((v >> 4) & Nibbles.Mask) - Nibbles.Offsets; a14 = ((v >> 8) & Nibbles.Mask) - Nibbles.Offsets; a15 = ((v >> 12) & Nibbles.Mask) - Nibbles.Offsets;
                    if (last > 0)
                    {
                        for (s = sum; s < sumEnd; s++, tile += step, o += channels)
                        {
                            p = tiles[tile];
                            value = ((sums[s] + ((Nibbles.Origin + (p[0] * a0) + (p[1] * a1) + (p[2] * a2) + (p[3] * a3)
                                        + (p[4] * a4) + (p[5] * a5) + (p[6] * a6) + (p[7] * a7)) >> Nibbles.Upper)
                                    + ((Nibbles.Origin + (p[8] * a8) + (p[9] * a9) + (p[10] * a10) + (p[11] * a11)
                                        + (p[12] * a12) + (p[13] * a13) + (p[14] * a14) + (p[15] * a15)) >> Nibbles.Upper)) * multiplier) + constant;
                            if (value < threshold) value -= negativeStep;
                            if ((ulong)value > range) value = value < 0 ? 0 : (long)range;
                            y[o] = (sbyte)((value >> Conv2D.DirectShift) + min);
                        }
                    }
                    else
                    {
                        for (s = sum; s < sumEnd; s++, tile += step, o += channels)
                        {
                            p = tiles[tile];
                            value = ((((Nibbles.Origin + (p[0] * a0) + (p[1] * a1) + (p[2] * a2) + (p[3] * a3)
                                        + (p[4] * a4) + (p[5] * a5) + (p[6] * a6) + (p[7] * a7)) >> Nibbles.Upper)
                                    + ((Nibbles.Origin + (p[8] * a8) + (p[9] * a9) + (p[10] * a10) + (p[11] * a11)
                                        + (p[12] * a12) + (p[13] * a13) + (p[14] * a14) + (p[15] * a15)) >> Nibbles.Upper)) * multiplier) + constant;
                            if (value < threshold) value -= negativeStep;
                            if ((ulong)value > range) value = value < 0 ? 0 : (long)range;
                            y[o] = (sbyte)((value >> Conv2D.DirectShift) + min);
                        }
                    }
                }
                else if (left > 32)
                {
                    for (s = sum; s < sumEnd; s++, tile += step, o += channels)
                    {
                        p = tiles[tile];
                        value = ((sums[s] + ((Nibbles.Origin + (p[0] * a0) + (p[1] * a1) + (p[2] * a2) + (p[3] * a3)
                                    + (p[4] * a4) + (p[5] * a5) + (p[6] * a6) + (p[7] * a7)) >> Nibbles.Upper)
                                + ((Nibbles.Origin + (p[8] * a8) + (p[9] * a9) + (p[10] * a10) + (p[11] * a11)) >> Nibbles.Upper)) * multiplier) + constant;
                        if (value < threshold) value -= negativeStep;
                        if ((ulong)value > range) value = value < 0 ? 0 : (long)range;
                        y[o] = (sbyte)((value >> Conv2D.DirectShift) + min);
                    }
                }
                else if (left > 16)
                {
                    for (s = sum; s < sumEnd; s++, tile += step, o += channels)
                    {
                        p = tiles[tile];
                        value = ((sums[s] + ((Nibbles.Origin + (p[0] * a0) + (p[1] * a1) + (p[2] * a2) + (p[3] * a3)
                                    + (p[4] * a4) + (p[5] * a5) + (p[6] * a6) + (p[7] * a7)) >> Nibbles.Upper)) * multiplier) + constant;
                        if (value < threshold) value -= negativeStep;
                        if ((ulong)value > range) value = value < 0 ? 0 : (long)range;
                        y[o] = (sbyte)((value >> Conv2D.DirectShift) + min);
                    }
                }
                else
                {
                    for (s = sum; s < sumEnd; s++, tile += step, o += channels)
                    {
                        p = tiles[tile];
                        value = ((sums[s] + ((Nibbles.Origin + (p[0] * a0) + (p[1] * a1) + (p[2] * a2) + (p[3] * a3)) >> Nibbles.Upper)) * multiplier) + constant;
                        if (value < threshold) value -= negativeStep;
                        if ((ulong)value > range) value = value < 0 ? 0 : (long)range;
                        y[o] = (sbyte)((value >> Conv2D.DirectShift) + min);
                    }
                }
            }
        }

        /// <summary>Scales the sums of one filter, whose numbers do not fit <see cref="Direct"/>, and stores the outputs.</summary>
        private static void Store(int[] words, Arena arena, int record, int filter, int sum, int count, int output)
        {
            int[] sums = arena.Int32;
            long value;
            sbyte[] y = arena.Int8;
            int channels = words[record + Conv2DInt4.OutputChannels];
            int bias = words[words[record + Conv2DInt4.Channels + Channel.Biases] + filter];
            int scale = words[record + Conv2DInt4.Channels + Channel.Scales] + (filter * words[record + Conv2DInt4.Channels + Channel.ScaleStep]);
            long multiplier = words[scale + Channel.Multiplier];
            int shift = words[scale + Channel.Shift];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            long zeroPoint = words[record + Conv2DInt4.OutputZeroPoint];
            long min = words[record + Conv2DInt4.ActivationMin];
            long max = words[record + Conv2DInt4.ActivationMax];
            ulong range = (ulong)(max - min);
            for (int end = sum + count; sum < end; sum++, output += channels)
            {
                value = ((sums[sum] + bias) * multiplier) + rounding;
                if (value < threshold) value -= negativeStep;
                value = (value >> shift) + zeroPoint;
                if ((ulong)(value - min) > range) value = value < min ? min : max;
                y[output] = (sbyte)value;
            }
        }
    }
}
