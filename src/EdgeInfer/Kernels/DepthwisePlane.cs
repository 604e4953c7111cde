using System;

namespace EdgeInfer.Kernels
{
    /// <summary>Depthwise convolution of any shape: <see cref="DepthwiseConv2D.General"/> and <see cref="DepthwiseConv2D.Columns"/>.</summary>
    /// <remarks>
    /// A channel's plane is copied first, padding included, so that the border costs nothing afterwards and the output
    /// may take the place of the input. Three bands of the output, of rows or of columns, share one number, 21 bits each, so that
    /// one multiplication makes three products. The last band ends where the output ends: where three bands are more than
    /// the output, some outputs are made twice, which costs less than asking.
    /// <para>
    /// Up to nine weights wait in locals while the plane passes by. Filters with more taps take several passes, whose sums wait behind the plane.
    /// </para>
    /// </remarks>
    internal static class DepthwisePlane
    {
        /// <summary>What a pass adds up: sums that wait, or so many taps.</summary>
        private const int Waiting = 0, Three = 1, Five = 2, Nine = 3;

        /// <summary>What becomes of the sums of a pass, instead of outputs: they wait.</summary>
        private const int Wait = 3;

        /// <summary>Proves the shape that <see cref="Run"/> is for, and its scratch.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <returns>Elements of the packed plane.</returns>
        public static int Verify(Verifier verifier)
        {
            bool columns = verifier.Word(DepthwiseConv2D.Variant) == DepthwiseConv2D.Columns;
            int filterHeight = verifier.Word(DepthwiseConv2D.FilterHeight);
            int filterWidth = verifier.Range(DepthwiseConv2D.FilterWidth, "filter width", 1, Lanes.Capacity / filterHeight);
            int bandHeight = DepthwiseConv2D.Band(verifier.Word(DepthwiseConv2D.OutputHeight), !columns);
            int bandWidth = DepthwiseConv2D.Band(verifier.Word(DepthwiseConv2D.OutputWidth), columns);
            int plane = verifier.Product(
                DepthwiseConv2D.Reach(bandHeight, verifier.Word(DepthwiseConv2D.StrideHeight), filterHeight, verifier.Word(DepthwiseConv2D.DilationHeight)),
                DepthwiseConv2D.Reach(bandWidth, verifier.Word(DepthwiseConv2D.StrideWidth), filterWidth, verifier.Word(DepthwiseConv2D.DilationWidth)));
            int sums = filterHeight * filterWidth > DepthwiseConv2D.PassTaps ? verifier.Product(bandHeight, bandWidth) : 0;
            verifier.Scratch(DepthwiseConv2D.Scratch, "scratch", TensorType.Int64, plane + sums);
            int finish = verifier.Range(DepthwiseConv2D.Finish, "finish", DepthwiseConv2D.Rounded, DepthwiseConv2D.Signed);
            if (finish == DepthwiseConv2D.CutBelow) Cut.VerifyActivation(verifier);
            if (finish != DepthwiseConv2D.Rounded) Cut.VerifyScales(verifier);
            return plane;
        }

        /// <summary>Runs channels one after the other.</summary>
        public static void Run(Model model, Arena arena, int record, int unit, int count)
        {
            // The interpreter reads the first four locals at 81 instructions, the others at 94.
            long[] plane = arena.Int64;
            int p;
            long acc;
            int o;
            sbyte[] x = arena.Int8;
            long multiplier, constant, below = 0, excess = 0, deficit = 0, start;
            long w0 = 0, w1, w2, w3 = 0, w4 = 0, w5 = 0, w6 = 0, w7 = 0, w8 = 0;
            int o1 = 0, o2 = 0, o3 = 0, o4 = 0, o5 = 0, o6 = 0, o7 = 0, o8 = 0;
            int[] words = model.Words;
            byte[] w = model.Bytes;
            int height = words[record + DepthwiseConv2D.InputHeight];
            int width = words[record + DepthwiseConv2D.InputWidth];
            int channels = words[record + DepthwiseConv2D.InputChannels];
            int depthMultiplier = words[record + DepthwiseConv2D.DepthMultiplier];
            int outputHeight = words[record + DepthwiseConv2D.OutputHeight];
            int outputWidth = words[record + DepthwiseConv2D.OutputWidth];
            int filterWidth = words[record + DepthwiseConv2D.FilterWidth];
            int filterHeight = words[record + DepthwiseConv2D.FilterHeight];
            int strideHeight = words[record + DepthwiseConv2D.StrideHeight];
            int strideWidth = words[record + DepthwiseConv2D.StrideWidth];
            int dilationHeight = words[record + DepthwiseConv2D.DilationHeight];
            int dilationWidth = words[record + DepthwiseConv2D.DilationWidth];
            int padTop = words[record + DepthwiseConv2D.PadTop];
            int padLeft = words[record + DepthwiseConv2D.PadLeft];
            int inputZeroPoint = words[record + DepthwiseConv2D.InputZeroPoint];
            int zeroPoint = words[record + DepthwiseConv2D.OutputZeroPoint];
            sbyte min = (sbyte)words[record + DepthwiseConv2D.ActivationMin];
            sbyte max = (sbyte)words[record + DepthwiseConv2D.ActivationMax];
            int finish = words[record + DepthwiseConv2D.Finish];
            bool columns = words[record + DepthwiseConv2D.Variant] == DepthwiseConv2D.Columns;

            // The second band begins where the first one ends, or where only a band is left; the third one ends the output.
            int bandHeight = DepthwiseConv2D.Band(outputHeight, !columns);
            int bandWidth = DepthwiseConv2D.Band(outputWidth, columns);
            int third = columns ? outputWidth - bandWidth : outputHeight - bandHeight;
            int second = columns ? bandWidth : bandHeight;
            if (second > third) second = third;
            int planeHeight = DepthwiseConv2D.Reach(bandHeight, strideHeight, filterHeight, dilationHeight);
            int planeWidth = DepthwiseConv2D.Reach(bandWidth, strideWidth, filterWidth, dilationWidth);
            int tapRow = dilationHeight * planeWidth;
            int rowStep = strideHeight * planeWidth;
            int taps = filterHeight * filterWidth;
            int single = taps > DepthwiseConv2D.PassTaps ? 0 : taps;
            int filters = channels * depthMultiplier;
            int rowBytes = outputWidth * filters;
            int bandBytes = bandWidth * filters;
            int bandStep = columns ? filters : rowBytes;
            int output1 = second * bandStep;
            int output2 = third * bandStep;
            int target = words[words[record + DepthwiseConv2D.Scratch] + BlobFormat.TensorOffset];
            int weights = model.BytesStart + words[record + DepthwiseConv2D.Weights];
            int biases = words[record + DepthwiseConv2D.Channels + Channel.Biases];
            int scales = words[record + DepthwiseConv2D.Channels + Channel.Scales];
            int scaleStep = words[record + DepthwiseConv2D.Channels + Channel.ScaleStep];
            int input = words[words[record + DepthwiseConv2D.Input] + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int filtersEnd = (unit + count) * depthMultiplier;
            bool placed = false;
            for (int item = unit * depthMultiplier; item < filtersEnd; item++)
            {
                int image = item / filters;
                int filter = item - (image * filters);
                if (filter % depthMultiplier == 0)
                {
                    Pack(
                        plane, target, x, input + (image * height * width * channels) + (filter / depthMultiplier), inputZeroPoint,
                        height, width, channels, planeHeight, planeWidth, padTop, padLeft,
                        columns ? 0 : second * strideHeight, columns ? 0 : third * strideHeight,
                        columns ? second * strideWidth : 0, columns ? third * strideWidth : 0);
                }

                int scale = scales + (filter * scaleStep);
                int bias = words[biases + filter];
                int shift = words[scale + Channel.Shift];
                if (finish == DepthwiseConv2D.CutBelow)
                {
                    start = Cut.Prepare(words, scale, bias, min - zeroPoint + 1, max - zeroPoint + 1, out multiplier, out constant, out excess);
                    constant += (long)zeroPoint << 56;
                }
                else if (finish == DepthwiseConv2D.Signed)
                {
                    start = Cut.PrepareSigned(words, scale, bias, min - zeroPoint, max - zeroPoint + 1, out multiplier, out constant, out excess, out deficit);
                    constant += (long)zeroPoint << 56;
                    below = constant - (Channel.Unit << (56 - shift));
                }
                else
                {
                    start = Lanes.Offset;
                    multiplier = words[scale + Channel.Multiplier];
                    constant = Channel.Rounding(shift);
                    excess = Channel.Threshold(shift);
                    deficit = Channel.NegativeStep(shift);
                    bias -= Lanes.Offset;
                }

                start += (start << Lanes.Width) + (start << (2 * Lanes.Width));
                int j = weights + (filter * taps);
                int sums = target + (planeHeight * planeWidth);
                if (single == 0) Array.Clear(plane, sums, bandHeight * bandWidth);
                for (int tap = 0; tap < taps || (single == 0 && tap < taps + DepthwiseConv2D.PassTaps); tap += DepthwiseConv2D.PassTaps, j += DepthwiseConv2D.PassTaps)
                {
                    int left = taps - tap;
                    int kind = left > 5 ? Nine : left > 3 ? Five : left > 0 ? Three : Waiting;
                    int ending = left > 0 && single == 0 ? Wait : finish;
                    int first = (tap / filterWidth * tapRow) + (tap % filterWidth * dilationWidth);
                    if (kind != Waiting && !placed)
                    {
                        o1 = left > 1 ? ((tap + 1) / filterWidth * tapRow) + ((tap + 1) % filterWidth * dilationWidth) - first : 0;
                        o2 = left > 2 ? ((tap + 2) / filterWidth * tapRow) + ((tap + 2) % filterWidth * dilationWidth) - first : 0;
                        o3 = left > 3 ? ((tap + 3) / filterWidth * tapRow) + ((tap + 3) % filterWidth * dilationWidth) - first : 0;
                        o4 = left > 4 ? ((tap + 4) / filterWidth * tapRow) + ((tap + 4) % filterWidth * dilationWidth) - first : 0;
                        o5 = left > 5 ? ((tap + 5) / filterWidth * tapRow) + ((tap + 5) % filterWidth * dilationWidth) - first : 0;
                        o6 = left > 6 ? ((tap + 6) / filterWidth * tapRow) + ((tap + 6) % filterWidth * dilationWidth) - first : 0;
                        o7 = left > 7 ? ((tap + 7) / filterWidth * tapRow) + ((tap + 7) % filterWidth * dilationWidth) - first : 0;
                        o8 = left > 8 ? ((tap + 8) / filterWidth * tapRow) + ((tap + 8) % filterWidth * dilationWidth) - first : 0;
                        placed = single > 0;
                    }

                    if (kind != Waiting) w0 = w[j] - 128;
                    w1 = left > 1 ? w[j + 1] - 128 : 0;
                    w2 = left > 2 ? w[j + 2] - 128 : 0;
                    if (kind > Three)
                    {
                        w3 = w[j + 3] - 128;
                        w4 = left > 4 ? w[j + 4] - 128 : 0;
                        if (kind == Nine)
                        {
                            w5 = w[j + 5] - 128;
                            w6 = left > 6 ? w[j + 6] - 128 : 0;
                            w7 = left > 7 ? w[j + 7] - 128 : 0;
                            w8 = left > 8 ? w[j + 8] - 128 : 0;
                        }
                    }

                    int q = sums;
                    o = output + (image * outputHeight * rowBytes) + filter;
                    int pRow = target + first;
                    for (int oEnd = o + (bandHeight * rowBytes), oRow = o; oRow < oEnd; oRow += rowBytes, pRow += rowStep)
                    {
                        p = pRow;
                        o = oRow;
                        for (int end = o + bandBytes; o < end; o += filters, p += strideWidth)
                        {
                            switch (kind)
                            {
                                case Waiting:
                                    acc = plane[q] + start;
                                    q++;
                                    break;
                                case Three:
                                    acc = (plane[p] * w0) + (plane[p + o1] * w1) + (plane[p + o2] * w2) + start;
                                    break;
                                case Five:
                                    acc = (plane[p] * w0) + (plane[p + o1] * w1) + (plane[p + o2] * w2) + (plane[p + o3] * w3) + (plane[p + o4] * w4) + start;
                                    break;
                                default:
                                    acc = (plane[p] * w0) + (plane[p + o1] * w1) + (plane[p + o2] * w2) + (plane[p + o3] * w3) + (plane[p + o4] * w4)
                                        + (plane[p + o5] * w5) + (plane[p + o6] * w6) + (plane[p + o7] * w7) + (plane[p + o8] * w8) + start;
                                    break;
                            }

                            switch (ending)
                            {
                                case DepthwiseConv2D.CutBelow:
                                    if (((acc + excess) & Cut.Over) != 0) acc = Cut.Saturate(acc, excess);
                                    x[o] = (acc & Cut.Uncut0) == 0 ? min : (sbyte)((((acc & Cut.LowLane) * multiplier) + constant) >> 56);
                                    x[o + output1] = (acc & Cut.Uncut1) == 0 ? min : (sbyte)((((acc >> Lanes.Width & Cut.LowLane) * multiplier) + constant) >> 56);
                                    x[o + output2] = (acc & Cut.Uncut2) == 0 ? min : (sbyte)((((acc >> (2 * Lanes.Width)) * multiplier) + constant) >> 56);
                                    break;
                                case DepthwiseConv2D.Signed:
                                    if ((((acc + excess) | ~(acc + deficit)) & Cut.Over) != 0) acc = Cut.SaturateBoth(acc, excess, deficit);
                                    x[o] = (sbyte)((((acc & Cut.LowLane) * multiplier) + ((acc & Cut.Uncut0) == 0 ? below : constant)) >> 56);
                                    x[o + output1] = (sbyte)((((acc >> Lanes.Width & Cut.LowLane) * multiplier) + ((acc & Cut.Uncut1) == 0 ? below : constant)) >> 56);
                                    x[o + output2] = (sbyte)((((acc >> (2 * Lanes.Width)) * multiplier) + ((acc & Cut.Uncut2) == 0 ? below : constant)) >> 56);
                                    break;
                                case Wait:
                                    plane[q] += acc - start;
                                    q++;
                                    break;
                                default:
                                    for (int band = 0; band < 3; band++, acc >>= Lanes.Width)
                                    {
                                        long scaled = ((bias + ((int)acc & Lanes.Mask)) * multiplier) + constant;
                                        if (scaled < excess) scaled -= deficit;
                                        scaled = (scaled >> shift) + zeroPoint;
                                        if (scaled < min) scaled = min;
                                        if (scaled > max) scaled = max;
                                        x[band == 0 ? o : band == 1 ? o + output1 : o + output2] = (sbyte)scaled;
                                    }

                                    break;
                            }
                        }
                    }
                }
            }
        }

        /// <summary>Packs the plane of a channel.</summary>
        /// <param name="plane">Receives it.</param>
        /// <param name="p">Where it begins.</param>
        /// <param name="x">Holds the image.</param>
        /// <param name="input">The channel's first element.</param>
        /// <param name="zeroPoint">What padding reads as.</param>
        /// <param name="height">Rows of the image.</param>
        /// <param name="width">Columns of the image.</param>
        /// <param name="channels">Elements from one column to the next.</param>
        /// <param name="planeHeight">Rows of the plane.</param>
        /// <param name="planeWidth">Columns of the plane.</param>
        /// <param name="padTop">Rows of padding above.</param>
        /// <param name="padLeft">Columns of padding on the left.</param>
        /// <param name="row1">Rows from the first lane to the second one.</param>
        /// <param name="row2">Rows from the first lane to the third one.</param>
        /// <param name="column1">Columns from the first lane to the second one.</param>
        /// <param name="column2">Columns from the first lane to the third one.</param>
        private static void Pack(
            long[] plane, int p, sbyte[] x, int input, int zeroPoint, int height, int width, int channels, int planeHeight, int planeWidth,
            int padTop, int padLeft, int row1, int row2, int column1, int column2)
        {
            int i, column;
            int step1 = ((row1 * width) + column1) * channels;
            int step2 = ((row2 * width) + column2) * channels;
            int wholeEnd = width - column2;
            if (wholeEnd > planeWidth - padLeft) wholeEnd = planeWidth - padLeft;
            int rowEnd = planeWidth - padLeft;
            long border = zeroPoint * (1L | (1L << Lanes.Width) | (1L << (2 * Lanes.Width)));
            for (int row = -padTop, end = planeHeight - padTop; row < end; row++)
            {
                bool inside0 = (uint)row < (uint)height;
                bool inside1 = (uint)(row + row1) < (uint)height;
                bool inside2 = (uint)(row + row2) < (uint)height;
                bool whole = inside0 && inside2;
                i = input + (((row * width) - padLeft) * channels);
                for (column = -padLeft; column < rowEnd;)
                {
                    if (whole && column >= 0 && column < wholeEnd)
                    {
                        for (int wholePart = p + wholeEnd - column; p < wholePart; i += channels, p++)
                        {
                            plane[p] = x[i] + (x[i + step1] << Lanes.Width) + ((long)x[i + step2] << (2 * Lanes.Width));
                        }

                        column = wholeEnd;
                        continue;
                    }

                    if (column2 == 0 && (uint)column >= (uint)width)
                    {
                        plane[p] = border;
                    }
                    else
                    {
                        plane[p] = (inside0 && (uint)column < (uint)width ? x[i] : zeroPoint)
                            + ((inside1 && (uint)(column + column1) < (uint)width ? x[i + step1] : zeroPoint) << Lanes.Width)
                            + ((long)(inside2 && (uint)(column + column2) < (uint)width ? x[i + step2] : zeroPoint) << (2 * Lanes.Width));
                    }

                    column++;
                    i += channels;
                    p++;
                }
            }
        }
    }
}
