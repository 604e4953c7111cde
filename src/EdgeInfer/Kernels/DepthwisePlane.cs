namespace EdgeInfer.Kernels
{
    /// <summary>Depthwise convolution of any shape: <see cref="DepthwiseConv2D.General"/>.</summary>
    /// <remarks>
    /// A channel's plane is copied first, padding included, so that the border costs nothing afterwards and the output
    /// may take the place of the input. The output rows are cut into three bands of equal height; the plane holds what
    /// the three bands need packed into one number, 21 bits each, so that one multiplication makes three products.
    /// </remarks>
    internal static class DepthwisePlane
    {
        /// <summary>Runs a channel of an image.</summary>
        public static void Run(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int channels = words[record + DepthwiseConv2D.InputChannels];
            int image = unit / channels;
            int channel = unit - (image * channels);
            Pack(model, arena, record, image, channel);
            int multiplier = words[record + DepthwiseConv2D.DepthMultiplier];
            bool nine = words[record + DepthwiseConv2D.FilterHeight] == 3 && words[record + DepthwiseConv2D.FilterWidth] == 3;
            for (int m = 0; m < multiplier; m++)
            {
                if (nine) MultiplyNine(model, arena, record, image, (channel * multiplier) + m);
                else Multiply(model, arena, record, image, (channel * multiplier) + m);
            }
        }

        private static void Pack(Model model, Arena arena, int record, int image, int channel)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            long[] plane = arena.Int64;
            int height = words[record + DepthwiseConv2D.InputHeight];
            int width = words[record + DepthwiseConv2D.InputWidth];
            int channels = words[record + DepthwiseConv2D.InputChannels];
            int bandHeight = (words[record + DepthwiseConv2D.OutputHeight] + 2) / 3 * words[record + DepthwiseConv2D.StrideHeight];
            int planeHeight = DepthwiseConv2D.PlaneHeight(words[record + DepthwiseConv2D.OutputHeight], words[record + DepthwiseConv2D.StrideHeight], words[record + DepthwiseConv2D.FilterHeight], words[record + DepthwiseConv2D.DilationHeight]);
            int planeWidth = DepthwiseConv2D.PlaneWidth(words[record + DepthwiseConv2D.OutputWidth], words[record + DepthwiseConv2D.StrideWidth], words[record + DepthwiseConv2D.FilterWidth], words[record + DepthwiseConv2D.DilationWidth]);
            int padLeft = words[record + DepthwiseConv2D.PadLeft];
            int zeroPoint = words[record + DepthwiseConv2D.InputZeroPoint];
            int input = words[words[record + DepthwiseConv2D.Input] + BlobFormat.TensorOffset] + (image * height * width * channels) + channel;
            int target = words[words[record + DepthwiseConv2D.Scratch] + BlobFormat.TensorOffset];
            int insideEnd = width + padLeft < planeWidth ? width + padLeft : planeWidth;
            int insideStart = padLeft < planeWidth ? padLeft : planeWidth;
            int rowBytes = width * channels;
            int bandBytes = bandHeight * rowBytes;
            long border = zeroPoint * (1L | (1L << Lanes.Width) | (1L << (2 * Lanes.Width)));
            int top = -words[record + DepthwiseConv2D.PadTop];
            for (int row = 0, p = target; row < planeHeight; row++, top++)
            {
                int rowEnd = p + planeWidth;
                int insideFrom = p + insideStart;
                int insideTo = p + insideEnd;
                bool whole = top >= 0 && top + (2 * bandHeight) < height;
                for (; p < insideFrom; p++) plane[p] = border;
                if (whole)
                {
                    int i = input + (top * rowBytes);
                    int i1 = i + bandBytes;
                    for (int i2 = i1 + bandBytes; p < insideTo; p++, i += channels, i1 += channels, i2 += channels)
                    {
                        plane[p] = x[i] + (x[i1] << Lanes.Width) + ((long)x[i2] << (2 * Lanes.Width));
                    }
                }
                else
                {
                    for (int i = input; p < insideTo; p++, i += channels)
                    {
                        long packed = 0;
                        for (int band = 2, y = top + (2 * bandHeight); band >= 0; band--, y -= bandHeight)
                        {
                            packed = (packed << Lanes.Width) + (y >= 0 && y < height ? x[i + (y * rowBytes)] : zeroPoint);
                        }

                        plane[p] = packed;
                    }
                }

                for (; p < rowEnd; p++) plane[p] = border;
            }
        }

        private static void MultiplyNine(Model model, Arena arena, int record, int image, int filter)
        {
            int[] words = model.Words;
            byte[] w = model.Bytes;
            long[] plane = arena.Int64;
            int j = model.BytesStart + words[record + DepthwiseConv2D.Weights] + (filter * 9);
            long w0 = w[j] - 128, w1 = w[j + 1] - 128, w2 = w[j + 2] - 128;
            long w3 = w[j + 3] - 128, w4 = w[j + 4] - 128, w5 = w[j + 5] - 128;
            long w6 = w[j + 6] - 128, w7 = w[j + 7] - 128, w8 = w[j + 8] - 128;
            int outputHeight = words[record + DepthwiseConv2D.OutputHeight];
            int outputWidth = words[record + DepthwiseConv2D.OutputWidth];
            int strideWidth = words[record + DepthwiseConv2D.StrideWidth];
            int planeWidth = DepthwiseConv2D.PlaneWidth(outputWidth, strideWidth, 3, words[record + DepthwiseConv2D.DilationWidth]);
            int x1 = words[record + DepthwiseConv2D.DilationWidth];
            int x2 = 2 * x1;
            int y1 = words[record + DepthwiseConv2D.DilationHeight] * planeWidth;
            int y2 = 2 * y1;
            int rowStep = words[record + DepthwiseConv2D.StrideHeight] * planeWidth;
            int target = words[words[record + DepthwiseConv2D.Scratch] + BlobFormat.TensorOffset];
            int band = (outputHeight + 2) / 3;

            int scale = words[record + DepthwiseConv2D.Channels + Channel.Scales] + (filter * words[record + DepthwiseConv2D.Channels + Channel.ScaleStep]);
            long bias = words[words[record + DepthwiseConv2D.Channels + Channel.Biases] + filter] - Lanes.Offset;
            long multiplier = words[scale + Channel.Multiplier];
            int shift = words[scale + Channel.Shift];
            long constant = (bias * multiplier) + Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            long zeroPoint = words[record + DepthwiseConv2D.OutputZeroPoint];
            long min = words[record + DepthwiseConv2D.ActivationMin];
            long max = words[record + DepthwiseConv2D.ActivationMax];
            ulong range = (ulong)(max - min);
            sbyte[] output = arena.Int8;
            int channels = words[record + DepthwiseConv2D.InputChannels] * words[record + DepthwiseConv2D.DepthMultiplier];
            int outputStart = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (image * outputHeight * outputWidth * channels) + filter;
            int bandStep = band * outputWidth * channels;
            int bandStep2 = 2 * bandStep;
            int rowBytes = outputWidth * channels;

            for (int row = 0; row < band; row++)
            {
                int a = target + (row * rowStep);
                int o = outputStart + (row * rowBytes);
                bool two = row + band < outputHeight;
                bool three = row + (2 * band) < outputHeight;
                for (int end = o + rowBytes; o < end; o += channels, a += strideWidth)
                {
                    int b = a + y1;
                    int c = a + y2;
                    long acc = Lanes.Offsets + (plane[a] * w0) + (plane[a + x1] * w1) + (plane[a + x2] * w2)
                        + (plane[b] * w3) + (plane[b + x1] * w4) + (plane[b + x2] * w5)
                        + (plane[c] * w6) + (plane[c + x1] * w7) + (plane[c + x2] * w8);

                    long scaled = ((acc & Lanes.Mask) * multiplier) + constant;
                    if (scaled < threshold) scaled -= negativeStep;
                    long value = (scaled >> shift) + zeroPoint;
                    if ((ulong)(value - min) > range) value = value < min ? min : max;
                    output[o] = (sbyte)value;
                    if (two)
                    {
                        scaled = ((acc >> Lanes.Width & Lanes.Mask) * multiplier) + constant;
                        if (scaled < threshold) scaled -= negativeStep;
                        value = (scaled >> shift) + zeroPoint;
                        if ((ulong)(value - min) > range) value = value < min ? min : max;
                        output[o + bandStep] = (sbyte)value;
                    }

                    if (three)
                    {
                        scaled = ((acc >> (2 * Lanes.Width)) * multiplier) + constant;
                        if (scaled < threshold) scaled -= negativeStep;
                        value = (scaled >> shift) + zeroPoint;
                        if ((ulong)(value - min) > range) value = value < min ? min : max;
                        output[o + bandStep2] = (sbyte)value;
                    }
                }
            }
        }

        private static void Multiply(Model model, Arena arena, int record, int image, int filter)
        {
            int[] words = model.Words;
            byte[] w = model.Bytes;
            long[] plane = arena.Int64;
            int filterHeight = words[record + DepthwiseConv2D.FilterHeight];
            int filterWidth = words[record + DepthwiseConv2D.FilterWidth];
            int weights = model.BytesStart + words[record + DepthwiseConv2D.Weights] + (filter * filterHeight * filterWidth);
            int outputHeight = words[record + DepthwiseConv2D.OutputHeight];
            int outputWidth = words[record + DepthwiseConv2D.OutputWidth];
            int strideWidth = words[record + DepthwiseConv2D.StrideWidth];
            int dilationWidth = words[record + DepthwiseConv2D.DilationWidth];
            int planeWidth = DepthwiseConv2D.PlaneWidth(outputWidth, strideWidth, filterWidth, dilationWidth);
            int tapStep = (words[record + DepthwiseConv2D.DilationHeight] * planeWidth) - (filterWidth * dilationWidth);
            int rowStep = words[record + DepthwiseConv2D.StrideHeight] * planeWidth;
            int target = words[words[record + DepthwiseConv2D.Scratch] + BlobFormat.TensorOffset];
            int band = (outputHeight + 2) / 3;

            int scale = words[record + DepthwiseConv2D.Channels + Channel.Scales] + (filter * words[record + DepthwiseConv2D.Channels + Channel.ScaleStep]);
            int bias = words[words[record + DepthwiseConv2D.Channels + Channel.Biases] + filter] - Lanes.Offset;
            long multiplier = words[scale + Channel.Multiplier];
            int shift = words[scale + Channel.Shift];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            int zeroPoint = words[record + DepthwiseConv2D.OutputZeroPoint];
            long min = words[record + DepthwiseConv2D.ActivationMin];
            long max = words[record + DepthwiseConv2D.ActivationMax];
            sbyte[] output = arena.Int8;
            int channels = words[record + DepthwiseConv2D.InputChannels] * words[record + DepthwiseConv2D.DepthMultiplier];
            int outputStart = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (image * outputHeight * outputWidth * channels) + filter;
            int rowBytes = outputWidth * channels;

            for (int row = 0; row < band; row++)
            {
                int a = target + (row * rowStep);
                int o = outputStart + (row * rowBytes);
                for (int end = o + rowBytes; o < end; o += channels, a += strideWidth)
                {
                    int sum0 = bias, sum1 = bias, sum2 = bias;
                    long acc = Lanes.Offsets;
                    int left = Lanes.Capacity;
                    int j = weights;
                    int p = a;
                    for (int ky = 0; ky < filterHeight; ky++, p += tapStep)
                    {
                        // A row is taken in runs for which the lanes have room.
                        for (int rowEnd = j + filterWidth; j < rowEnd;)
                        {
                            int runEnd = rowEnd - j < left ? rowEnd : j + left;
                            left -= runEnd - j;
                            for (; j < runEnd; j++, p += dilationWidth) acc += plane[p] * (w[j] - 128);
                            if (left == 0)
                            {
                                sum0 += ((int)acc & Lanes.Mask) - Lanes.Offset;
                                sum1 += ((int)(acc >> Lanes.Width) & Lanes.Mask) - Lanes.Offset;
                                sum2 += (int)(acc >> (2 * Lanes.Width)) - Lanes.Offset;
                                acc = Lanes.Offsets;
                                left = Lanes.Capacity;
                            }
                        }
                    }

                    int q = o;
                    for (int y = row; y < outputHeight; y += band, q += band * rowBytes)
                    {
                        long scaled = ((sum0 + ((int)acc & Lanes.Mask)) * multiplier) + rounding;
                        acc >>= Lanes.Width;
                        if (scaled < threshold) scaled -= negativeStep;
                        long value = (scaled >> shift) + zeroPoint;
                        if (value < min) value = min;
                        if (value > max) value = max;
                        output[q] = (sbyte)value;
                        sum0 = sum1;
                        sum1 = sum2;
                    }
                }
            }
        }
    }
}
