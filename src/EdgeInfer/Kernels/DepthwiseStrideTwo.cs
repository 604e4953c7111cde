namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Depthwise convolution of 3 by 3 taps with stride two, whose activation cuts at the output zero point or above it
    /// (ReLU, ReLU6): <see cref="DepthwiseConv2D.StrideTwo"/>.
    /// </summary>
    /// <remarks>
    /// Three output rows at a time, which are the three lanes, from left to right. Of a column they need seven input rows: the
    /// first, third and fifth are one number for the upper taps, the second, fourth and sixth one for the middle taps, the
    /// third, fifth and seventh one for the lower taps. A column that two outputs share is packed once.
    /// <para>
    /// Where the rows are no multiple of three the last three overlap those before. The first three outputs of a column are
    /// written before the inputs to their right are read, so the output may not lie where the input lies.
    /// </para>
    /// </remarks>
    internal static class DepthwiseStrideTwo
    {
        /// <summary>Proves the shape that <see cref="Run"/> is for.</summary>
        /// <param name="verifier">Reads the record.</param>
        public static void Verify(Verifier verifier)
        {
            Cut.Verify(verifier);
            verifier.Range(DepthwiseConv2D.StrideHeight, "stride height", 2, 2);
            verifier.Range(DepthwiseConv2D.StrideWidth, "stride width", 2, 2);
            int padTop = verifier.Range(DepthwiseConv2D.PadTop, "pad top", 0, 1);
            int padLeft = verifier.Range(DepthwiseConv2D.PadLeft, "pad left", 0, 1);

            // The last window ends in the image or one beyond it.
            int bottom = (2 * verifier.Range(DepthwiseConv2D.OutputHeight, "output height", 3, int.MaxValue)) + 1 - padTop;
            int right = (2 * verifier.Word(DepthwiseConv2D.OutputWidth)) + 1 - padLeft;
            verifier.Range(DepthwiseConv2D.InputHeight, "input height", bottom - 1, int.MaxValue);
            verifier.Range(DepthwiseConv2D.InputWidth, "input width", right - 1, int.MaxValue);
        }

        /// <summary>Runs channels one after the other.</summary>
        /// <param name="model">Holds the record and the constants.</param>
        /// <param name="arena">Holds the tensors.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="unit">The first channel, counted through all images.</param>
        /// <param name="count">Number of channels.</param>
        public static void Run(Model model, Arena arena, int record, int unit, int count)
        {
            // The interpreter reads the first four locals at 81 instructions, the others at 94.
            long acc;
            sbyte[] x = arena.Int8;
            int i, o;
            long e1, u0, u1, u2, m0, m1, m2, n0, n1, n2;
            int[] words = model.Words;
            byte[] w = model.Bytes;
            int channels = words[record + DepthwiseConv2D.InputChannels];
            int height = words[record + DepthwiseConv2D.InputHeight];
            int width = words[record + DepthwiseConv2D.InputWidth];
            int outputHeight = words[record + DepthwiseConv2D.OutputHeight];
            int outputWidth = words[record + DepthwiseConv2D.OutputWidth];
            int padTop = words[record + DepthwiseConv2D.PadTop];
            int padLeft = words[record + DepthwiseConv2D.PadLeft];
            int row1 = width * channels;
            int row2 = 2 * row1;
            int row3 = 3 * row1;
            int row4 = 4 * row1;
            int row5 = 5 * row1;
            int row6 = 6 * row1;
            int imageSize = height * row1;
            int outputRow = outputWidth * channels;
            int outputRow2 = 2 * outputRow;
            int outputSize = outputHeight * outputRow;
            int inside = ((2 * outputWidth) + 1 - padLeft > width ? outputWidth - 1 : outputWidth) * channels;
            int zeroPoint = words[record + DepthwiseConv2D.InputZeroPoint];
            long border = zeroPoint * (1L | (1L << Lanes.Width) | (1L << (2 * Lanes.Width)));
            int outputZeroPoint = words[record + DepthwiseConv2D.OutputZeroPoint];
            sbyte min = (sbyte)words[record + DepthwiseConv2D.ActivationMin];
            long lowest = min - outputZeroPoint + 1;
            long beyond = words[record + DepthwiseConv2D.ActivationMax] - outputZeroPoint + 1;
            int channel = unit % channels;
            int image = unit / channels;
            int input = words[words[record + DepthwiseConv2D.Input] + BlobFormat.TensorOffset] + (image * imageSize) + channel;
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (image * outputSize) + channel;
            int biases = words[record + DepthwiseConv2D.Channels + Channel.Biases];
            int scales = words[record + DepthwiseConv2D.Channels + Channel.Scales];
            int scaleStep = words[record + DepthwiseConv2D.Channels + Channel.ScaleStep];
            int weights = model.BytesStart + words[record + DepthwiseConv2D.Weights];
            for (int last = unit + count; unit < last; unit++)
            {
                int j = weights + (channel * 9);
                long w0 = w[j] - 128, w1 = w[j + 1] - 128, w2 = w[j + 2] - 128;
                long w3 = w[j + 3] - 128, w4 = w[j + 4] - 128, w5 = w[j + 5] - 128;
                long w6 = w[j + 6] - 128, w7 = w[j + 7] - 128, w8 = w[j + 8] - 128;
                long fromLow = Cut.Prepare(words, scales + (channel * scaleStep), words[biases + channel], lowest, beyond, out long multiplier, out long constant, out long excess);
                constant += (long)outputZeroPoint << 56;
                long start = fromLow + (fromLow << Lanes.Width) + (fromLow << (2 * Lanes.Width));
                int row = 0;
                while (true)
                {
                    bool above = row == 0 && padTop == 1;
                    bool below = (2 * row) + 6 - padTop >= height;
                    i = input + (((2 * row) - padTop) * row1);
                    o = output + (row * outputRow);
                    if (padLeft == 1)
                    {
                        u0 = border;
                        u1 = border;
                        u2 = border;
                    }
                    else
                    {
                        e1 = x[i + row2] + (x[i + row4] << Lanes.Width);
                        u0 = (above ? zeroPoint : x[i]) + (e1 << Lanes.Width);
                        u1 = x[i + row1] + (x[i + row3] << Lanes.Width) + ((long)x[i + row5] << (2 * Lanes.Width));
                        u2 = e1 + ((long)(below ? zeroPoint : x[i + row6]) << (2 * Lanes.Width));
                        i += channels;
                    }

                    int rowEnd = o + outputRow;
                    for (int insideEnd = o + inside; o < rowEnd; o += channels)
                    {
                        e1 = x[i + row2] + (x[i + row4] << Lanes.Width);
                        m0 = (above ? zeroPoint : x[i]) + (e1 << Lanes.Width);
                        m1 = x[i + row1] + (x[i + row3] << Lanes.Width) + ((long)x[i + row5] << (2 * Lanes.Width));
                        m2 = e1 + ((long)(below ? zeroPoint : x[i + row6]) << (2 * Lanes.Width));
                        i += channels;
                        if (o < insideEnd)
                        {
                            e1 = x[i + row2] + (x[i + row4] << Lanes.Width);
                            n0 = (above ? zeroPoint : x[i]) + (e1 << Lanes.Width);
                            n1 = x[i + row1] + (x[i + row3] << Lanes.Width) + ((long)x[i + row5] << (2 * Lanes.Width));
                            n2 = e1 + ((long)(below ? zeroPoint : x[i + row6]) << (2 * Lanes.Width));
                            i += channels;
                        }
                        else
                        {
                            n0 = border;
                            n1 = border;
                            n2 = border;
                        }

                        acc = (u0 * w0) + (m0 * w1) + (n0 * w2) + (u1 * w3) + (m1 * w4) + (n1 * w5) + (u2 * w6) + (m2 * w7) + (n2 * w8) + start;
                        if (((acc + excess) & Cut.Over) != 0) acc = Cut.Saturate(acc, excess);
                        x[o] = (acc & Cut.Uncut0) == 0 ? min : (sbyte)((((acc & Cut.LowLane) * multiplier) + constant) >> 56);
                        x[o + outputRow] = (acc & Cut.Uncut1) == 0 ? min : (sbyte)((((acc >> Lanes.Width & Cut.LowLane) * multiplier) + constant) >> 56);
                        x[o + outputRow2] = (acc & Cut.Uncut2) == 0 ? min : (sbyte)((((acc >> (2 * Lanes.Width)) * multiplier) + constant) >> 56);
                        u0 = n0;
                        u1 = n1;
                        u2 = n2;
                    }

                    if (row + 3 >= outputHeight) break;
                    row = row + 6 <= outputHeight ? row + 3 : outputHeight - 3;
                }

                channel++;
                input++;
                output++;
                if (channel == channels)
                {
                    channel = 0;
                    input += imageSize - channels;
                    output += outputSize - channels;
                }
            }
        }
    }
}
