using System;

namespace EdgeInfer.Kernels
{
    /// <summary><see cref="DepthwiseStrideOne"/> for activations that leave negative outputs, none at all for instance: <see cref="DepthwiseConv2D.Signed"/>.</summary>
    /// <remarks>The same products; lanes begin so that bit 19 says which of two constants an output takes, as in <see cref="DepthwisePlane"/>.</remarks>
    internal static class DepthwiseStrideOneSigned
    {
        /// <summary>Runs channels one after the other.</summary>
        public static void Run(Model model, Arena arena, int record, int unit, int count)
        {
            // The interpreter reads the first four locals at 81 instructions, the others at 94.
            long acc;
            sbyte[] x = arena.Int8;
            int i;
            int p;
            long v0, v1, v2, q0, q1, q2;
            int[] words = model.Words;
            byte[] w = model.Bytes;
            long[] lanes = arena.Int64;
            int channels = words[record + DepthwiseConv2D.InputChannels];
            int height = words[record + DepthwiseConv2D.InputHeight];
            int width = words[record + DepthwiseConv2D.InputWidth];
            int outputHeight = words[record + DepthwiseConv2D.OutputHeight];
            int outputWidth = words[record + DepthwiseConv2D.OutputWidth];
            int padTop = words[record + DepthwiseConv2D.PadTop];
            int padLeft = words[record + DepthwiseConv2D.PadLeft];
            int padBottom = outputHeight + 2 - height - padTop;
            int start = words[words[record + DepthwiseConv2D.Scratch] + BlobFormat.TensorOffset];
            int end = start + outputWidth;
            int padColumn = outputWidth + 2 - width - padLeft == 1 ? end - 1 : -1;
            int row1 = width * channels;
            int row2 = 2 * row1;
            int outputRow = outputWidth * channels;
            int zeroPoint = words[record + DepthwiseConv2D.InputZeroPoint];
            int zeroPointAbove = zeroPoint << Lanes.Width;
            long border2 = zeroPoint + zeroPointAbove;
            long border = zeroPoint + (border2 << Lanes.Width);
            int outputZeroPoint = words[record + DepthwiseConv2D.OutputZeroPoint];
            int lowest = words[record + DepthwiseConv2D.ActivationMin] - outputZeroPoint;
            int beyond = words[record + DepthwiseConv2D.ActivationMax] - outputZeroPoint + 1;
            int channel = unit % channels;
            int image = unit / channels;
            int input = words[words[record + DepthwiseConv2D.Input] + BlobFormat.TensorOffset] + (image * height * row1) + channel;
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (image * outputHeight * outputRow) + channel;
            int biases = words[record + DepthwiseConv2D.Channels + Channel.Biases];
            int scales = words[record + DepthwiseConv2D.Channels + Channel.Scales];
            int scaleStep = words[record + DepthwiseConv2D.Channels + Channel.ScaleStep];
            int weights = model.BytesStart + words[record + DepthwiseConv2D.Weights];
            int nextImage = (height * row1) - channels;
            int nextOutputImage = (outputHeight * outputRow) - channels;
            int lastRow = (outputHeight - 1) * outputRow;
            for (int last = unit + count; unit < last; unit++)
            {
                int j = weights + (channel * 9);
                long b0 = w[j + 3] + (w[j] << Lanes.Width) - Cut.WeightOffsets;
                long b1 = w[j + 4] + (w[j + 1] << Lanes.Width) - Cut.WeightOffsets;
                long b2 = w[j + 5] + (w[j + 2] << Lanes.Width) - Cut.WeightOffsets;
                long a0 = w[j + 6] - 128 + (b0 << Lanes.Width);
                long a1 = w[j + 7] - 128 + (b1 << Lanes.Width);
                long a2 = w[j + 8] - 128 + (b2 << Lanes.Width);

                int scale = scales + (channel * scaleStep);
                long first = Cut.PrepareSigned(words, scale, words[biases + channel], lowest, beyond, out long multiplier, out long constant, out long excess, out long deficit);
                constant += (long)outputZeroPoint << 56;
                long below = constant - (Channel.Unit << (56 - words[scale + Channel.Shift]));
                long top = first << (2 * Lanes.Width);
                long offsets = Lanes.Offset + (first << Lanes.Width) + top;
                long flush = top + (border * (a0 + a1 + a2));

                // Above the first row there is padding.
                Array.Clear(lanes, start, outputWidth);
                long carried = top + ((offsets + (border2 * (b0 + b1 + b2))) >> Lanes.Width);
                int rowIndex = input;
                int d0 = output - input + ((padTop - 2) * outputRow) + ((padLeft - 2) * channels);
                for (int row = 0; row < height; row += 3)
                {
                    bool whole = row + 3 <= height;
                    bool two = row + 2 <= height;
                    bool second = row + 2 <= height + padBottom;
                    bool third = row + 3 <= height + padBottom;
                    int d1 = d0 + outputRow;
                    int d2 = d1 + outputRow;
                    int e0 = d0;
                    int e1 = d1;
                    if (row == 0)
                    {
                        // Windows that end above the first output row: what is written in its place is overwritten at once.
                        if (padTop == 0) e1 = d2;
                        e0 = e1;
                    }

                    i = rowIndex;
                    if (padLeft == 1)
                    {
                        q0 = border2;
                        v0 = border;
                    }
                    else
                    {
                        if (whole) q0 = x[i + row1] + (x[i + row2] << Lanes.Width);
                        else q0 = (two ? x[i + row1] : zeroPoint) + zeroPointAbove;
                        v0 = x[i] + (q0 << Lanes.Width);
                        i += channels;
                    }

                    if (whole) q1 = x[i + row1] + (x[i + row2] << Lanes.Width);
                    else q1 = (two ? x[i + row1] : zeroPoint) + zeroPointAbove;
                    v1 = x[i] + (q1 << Lanes.Width);
                    i += channels;
                    for (p = start; p < end; p++, i += channels)
                    {
                        if (p == padColumn)
                        {
                            q2 = border2;
                            v2 = border;
                        }
                        else
                        {
                            if (whole) q2 = x[i + row1] + (x[i + row2] << Lanes.Width);
                            else q2 = (two ? x[i + row1] : zeroPoint) + zeroPointAbove;
                            v2 = x[i] + (q2 << Lanes.Width);
                        }

                        acc = (lanes[p] >> Lanes.Width) + carried + (v0 * a0) + (v1 * a1) + (v2 * a2);
                        lanes[p] = (q0 * b0) + (q1 * b1) + (q2 * b2) + offsets;
                        if ((((acc + excess) | ~(acc + deficit)) & Cut.Over) != 0) acc = Cut.SaturateBoth(acc, excess, deficit);
                        x[i + e0] = (sbyte)((((acc & Cut.LowLane) * multiplier) + ((acc & Cut.Uncut0) == 0 ? below : constant)) >> 56);
                        if (second) x[i + e1] = (sbyte)((((acc >> Lanes.Width & Cut.LowLane) * multiplier) + ((acc & Cut.Uncut1) == 0 ? below : constant)) >> 56);
                        if (third) x[i + d2] = (sbyte)(((((acc & long.MaxValue) >> (2 * Lanes.Width)) * multiplier) + ((acc & Cut.Uncut2) == 0 ? below : constant)) >> 56);
                        v0 = v1;
                        v1 = v2;
                        q0 = q1;
                        q1 = q2;
                    }

                    carried = top;
                    rowIndex += 3 * row1;
                    d0 += 3 * (outputRow - row1);
                }

                if (padBottom == 1 && height % 3 == 0)
                {
                    // One more row of windows, which takes of the rows below the image only padding.
                    i = output + lastRow;
                    for (p = start; p < end; p++, i += channels)
                    {
                        acc = (lanes[p] >> Lanes.Width) + flush;
                        if ((((acc + excess) | ~(acc + deficit)) & Cut.Over) != 0) acc = Cut.SaturateBoth(acc, excess, deficit);
                        x[i] = (sbyte)((((acc & Cut.LowLane) * multiplier) + ((acc & Cut.Uncut0) == 0 ? below : constant)) >> 56);
                    }
                }

                channel++;
                input++;
                output++;
                if (channel == channels)
                {
                    channel = 0;
                    input += nextImage;
                    output += nextOutputImage;
                }
            }
        }
    }
}
