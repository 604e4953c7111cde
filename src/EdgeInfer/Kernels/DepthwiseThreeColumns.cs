namespace EdgeInfer.Kernels
{
    /// <summary>
    /// <see cref="DepthwiseStrideOne"/> for images three columns wide with a border of one on all sides: three rows at a time from
    /// top to bottom, all columns in locals: <see cref="DepthwiseConv2D.ThreeColumns"/>.
    /// </summary>
    /// <remarks>
    /// What the windows below take of three rows stays in s0 to s2. Where the rows are a multiple of three the first windows written
    /// end above the image; where one is left over it is taken first, with the border, and they do not.
    /// </remarks>
    internal static class DepthwiseThreeColumns
    {
        /// <summary>Runs channels one after the other.</summary>
        public static void Run(Model model, Arena arena, int record, int unit, int count)
        {
            // The interpreter reads the first four locals at 81 instructions, the others at 94.
            long acc;
            sbyte[] x = arena.Int8;
            int i, o;
            long v0, v1, v2;
            long q0, q1, q2;
            long s0, s1, s2;
            int[] words = model.Words;
            byte[] w = model.Bytes;
            int channels = words[record + DepthwiseConv2D.InputChannels];
            int height = words[record + DepthwiseConv2D.InputHeight];
            int row1 = 3 * channels;
            int row2 = 2 * row1;
            int row3 = 3 * row1;
            int imageRows = height * row1;
            int zeroPoint = words[record + DepthwiseConv2D.InputZeroPoint];
            long border2 = zeroPoint + (zeroPoint << Lanes.Width);
            long border = zeroPoint + (border2 << Lanes.Width);
            int outputZeroPoint = words[record + DepthwiseConv2D.OutputZeroPoint];
            sbyte min = (sbyte)words[record + DepthwiseConv2D.ActivationMin];
            long lowest = min - outputZeroPoint + 1;
            long beyond = words[record + DepthwiseConv2D.ActivationMax] - outputZeroPoint + 1;
            int channel = unit % channels;
            int image = unit / channels;
            int input = words[words[record + DepthwiseConv2D.Input] + BlobFormat.TensorOffset] + (image * imageRows) + channel;
            int toOutput = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (image * imageRows) + channel - input;
            int biases = words[record + DepthwiseConv2D.Channels + Channel.Biases];
            int scales = words[record + DepthwiseConv2D.Channels + Channel.Scales];
            int scaleStep = words[record + DepthwiseConv2D.Channels + Channel.ScaleStep];
            int weights = model.BytesStart + words[record + DepthwiseConv2D.Weights];
            int c1 = channels; int c2 = 2 * channels;
            for (int last = unit + count; unit < last; unit++)
            {
                int j = weights + (channel * 9);
                long b0 = w[j + 3] + (w[j] << Lanes.Width) - Cut.WeightOffsets;
                long b1 = w[j + 4] + (w[j + 1] << Lanes.Width) - Cut.WeightOffsets;
                long b2 = w[j + 5] + (w[j + 2] << Lanes.Width) - Cut.WeightOffsets;
                long a0 = w[j + 6] - 128 + (b0 << Lanes.Width);
                long a1 = w[j + 7] - 128 + (b1 << Lanes.Width);
                long a2 = w[j + 8] - 128 + (b2 << Lanes.Width);
                long fromLow = Cut.Prepare(words, scales + (channel * scaleStep), words[biases + channel], lowest, beyond, out long multiplier, out long constant, out long excess);
                constant += (long)outputZeroPoint << 56;
                long top = fromLow << (2 * Lanes.Width);
                long topLeft = top + (border * a0);
                long topRight = top + (border * a2);
                long offsets = Lanes.Offset + (fromLow << Lanes.Width) + top;
                long offsetsLeft = offsets + (border2 * b0);
                long offsetsRight = offsets + (border2 * b2);
                i = input;
                int end = input + imageRows;
                o = input + toOutput;
                int o1 = o;
                if (height % 3 == 0)
                {
                    // What the windows that end above the image write is overwritten at once.
                    s0 = offsets + (border2 * (b0 + b1 + b2));
                    s1 = s0;
                    s2 = s0;
                }
                else
                {
                    q0 = zeroPoint + (x[i] << Lanes.Width);
                    q1 = zeroPoint + (x[i + c1] << Lanes.Width);
                    q2 = zeroPoint + (x[i + c2] << Lanes.Width);
                    s0 = (q0 * b1) + (q1 * b2) + offsetsLeft;
                    s1 = (q0 * b0) + (q1 * b1) + (q2 * b2) + offsets;
                    s2 = (q1 * b0) + (q2 * b1) + offsetsRight;
                    i += row1;
                    o1 += row1;
                }

                for (; i < end; i += row3)
                {
                    int second = i + row1;
                    int third = i + row2;
                    int o2 = o1 + row1;
                    q0 = x[second] + (x[third] << Lanes.Width);
                    v0 = x[i] + (q0 << Lanes.Width);
                    q1 = x[second + c1] + (x[third + c1] << Lanes.Width);
                    v1 = x[i + c1] + (q1 << Lanes.Width);
                    q2 = x[second + c2] + (x[third + c2] << Lanes.Width);
                    v2 = x[i + c2] + (q2 << Lanes.Width);

                    acc = (s0 >> Lanes.Width) + topLeft + (v0 * a1) + (v1 * a2);
                    s0 = (q0 * b1) + (q1 * b2) + offsetsLeft;
                    if (((acc + excess) & Cut.Over) != 0) acc = Cut.Saturate(acc, excess);
                    x[o] = (acc & Cut.Uncut0) == 0 ? min : (sbyte)((((acc & Cut.LowLane) * multiplier) + constant) >> 56);
                    x[o1] = (acc & Cut.Uncut1) == 0 ? min : (sbyte)((((acc >> Lanes.Width & Cut.LowLane) * multiplier) + constant) >> 56);
                    x[o2] = (acc & Cut.Uncut2) == 0 ? min : (sbyte)(((((acc & long.MaxValue) >> (2 * Lanes.Width)) * multiplier) + constant) >> 56);

                    acc = (s1 >> Lanes.Width) + top + (v0 * a0) + (v1 * a1) + (v2 * a2);
                    s1 = (q0 * b0) + (q1 * b1) + (q2 * b2) + offsets;
                    if (((acc + excess) & Cut.Over) != 0) acc = Cut.Saturate(acc, excess);
                    x[o + c1] = (acc & Cut.Uncut0) == 0 ? min : (sbyte)((((acc & Cut.LowLane) * multiplier) + constant) >> 56);
                    x[o1 + c1] = (acc & Cut.Uncut1) == 0 ? min : (sbyte)((((acc >> Lanes.Width & Cut.LowLane) * multiplier) + constant) >> 56);
                    x[o2 + c1] = (acc & Cut.Uncut2) == 0 ? min : (sbyte)(((((acc & long.MaxValue) >> (2 * Lanes.Width)) * multiplier) + constant) >> 56);

                    acc = (s2 >> Lanes.Width) + topRight + (v1 * a0) + (v2 * a1);
                    s2 = (q1 * b0) + (q2 * b1) + offsetsRight;
                    if (((acc + excess) & Cut.Over) != 0) acc = Cut.Saturate(acc, excess);
                    x[o + c2] = (acc & Cut.Uncut0) == 0 ? min : (sbyte)((((acc & Cut.LowLane) * multiplier) + constant) >> 56);
                    x[o1 + c2] = (acc & Cut.Uncut1) == 0 ? min : (sbyte)((((acc >> Lanes.Width & Cut.LowLane) * multiplier) + constant) >> 56);
                    x[o2 + c2] = (acc & Cut.Uncut2) == 0 ? min : (sbyte)(((((acc & long.MaxValue) >> (2 * Lanes.Width)) * multiplier) + constant) >> 56);
                    o = o2 + row1;
                    o1 = o + row1;
                }

                long flush = top + (border * (a0 + a1 + a2));
                acc = (s0 >> Lanes.Width) + flush;
                if (((acc + excess) & Cut.Over) != 0) acc = Cut.Saturate(acc, excess);
                x[o] = (acc & Cut.Uncut0) == 0 ? min : (sbyte)((((acc & Cut.LowLane) * multiplier) + constant) >> 56);

                acc = (s1 >> Lanes.Width) + flush;
                if (((acc + excess) & Cut.Over) != 0) acc = Cut.Saturate(acc, excess);
                x[o + c1] = (acc & Cut.Uncut0) == 0 ? min : (sbyte)((((acc & Cut.LowLane) * multiplier) + constant) >> 56);

                acc = (s2 >> Lanes.Width) + flush;
                if (((acc + excess) & Cut.Over) != 0) acc = Cut.Saturate(acc, excess);
                x[o + c2] = (acc & Cut.Uncut0) == 0 ? min : (sbyte)((((acc & Cut.LowLane) * multiplier) + constant) >> 56);
                channel++;
                input++;
                if (channel == channels)
                {
                    channel = 0;
                    input += imageRows - channels;
                }
            }
        }
    }
}
