namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Two-dimensional depthwise convolution, int8, with any depth multiplier, stride, dilation and padding:
    /// output[b, y, x, c * multiplier + m] = clamp(requantize(bias + sum over ky, kx of
    /// input[b, y * stride + ky * dilation - pad, ..., c] * weight[c * multiplier + m, ky, kx]) + output zero point).
    /// Padding reads as the input zero point, so that the bias may hold -zero point * sum of the weights.
    /// </summary>
    /// <remarks>
    /// Input and output NHWC; weights with the output channel slowest, [channels, filter height, filter width]. A unit is one input channel of one image.
    /// <para>
    /// The channel's plane is copied first, padding included, so that the border costs nothing afterwards and the output
    /// may take the place of the input. The output rows are cut into three bands of equal height; the plane holds what
    /// the three bands need packed into one number, 21 bits each, so that one multiplication makes three products.
    /// </para>
    /// </remarks>
    public sealed class DepthwiseConv2D : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: 64-bit scratch for one plane.</summary>
        public const int Plane = Record.Fields + 1;

        /// <summary>Field: first weight in the bytes section.</summary>
        public const int Weights = Record.Fields + 2;

        /// <summary>Field: first of the three fields of <see cref="Channel"/>, biases and scales.</summary>
        public const int Channels = Record.Fields + 3;

        /// <summary>Field: number of images.</summary>
        public const int Batches = Record.Fields + 6;

        /// <summary>Field: input rows.</summary>
        public const int InputHeight = Record.Fields + 7;

        /// <summary>Field: input columns.</summary>
        public const int InputWidth = Record.Fields + 8;

        /// <summary>Field: input channels.</summary>
        public const int InputChannels = Record.Fields + 9;

        /// <summary>Field: output channels an input channel.</summary>
        public const int DepthMultiplier = Record.Fields + 10;

        /// <summary>Field: output rows.</summary>
        public const int OutputHeight = Record.Fields + 11;

        /// <summary>Field: output columns.</summary>
        public const int OutputWidth = Record.Fields + 12;

        /// <summary>Field: rows of the filter.</summary>
        public const int FilterHeight = Record.Fields + 13;

        /// <summary>Field: columns of the filter.</summary>
        public const int FilterWidth = Record.Fields + 14;

        /// <summary>Field: rows from one output to the next.</summary>
        public const int StrideHeight = Record.Fields + 15;

        /// <summary>Field: columns from one output to the next.</summary>
        public const int StrideWidth = Record.Fields + 16;

        /// <summary>Field: rows from one tap to the next.</summary>
        public const int DilationHeight = Record.Fields + 17;

        /// <summary>Field: columns from one tap to the next.</summary>
        public const int DilationWidth = Record.Fields + 18;

        /// <summary>Field: rows of padding above.</summary>
        public const int PadTop = Record.Fields + 19;

        /// <summary>Field: columns of padding on the left.</summary>
        public const int PadLeft = Record.Fields + 20;

        /// <summary>Field: input zero point, which is what padding reads as.</summary>
        public const int InputZeroPoint = Record.Fields + 21;

        /// <summary>Field: output zero point.</summary>
        public const int OutputZeroPoint = Record.Fields + 22;

        /// <summary>Field: smallest output.</summary>
        public const int ActivationMin = Record.Fields + 23;

        /// <summary>Field: largest output.</summary>
        public const int ActivationMax = Record.Fields + 24;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 25;

        private const int Limit = 1 << 16;

        /// <summary>Keeps the size of a plane within 32 bits.</summary>
        private const int StepLimit = 1 << 12;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "DepthwiseConv2D"; }
        }

        /// <summary>Rows of the packed plane.</summary>
        /// <param name="outputHeight">Output rows.</param>
        /// <param name="stride">Rows from one output to the next.</param>
        /// <param name="filterHeight">Rows of the filter.</param>
        /// <param name="dilation">Rows from one tap to the next.</param>
        /// <returns>Rows that a third of the output needs.</returns>
        public static int PlaneHeight(int outputHeight, int stride, int filterHeight, int dilation)
        {
            return ((((outputHeight + 2) / 3) - 1) * stride) + ((filterHeight - 1) * dilation) + 1;
        }

        /// <summary>Columns of the packed plane.</summary>
        /// <param name="outputWidth">Output columns.</param>
        /// <param name="stride">Columns from one output to the next.</param>
        /// <param name="filterWidth">Columns of the filter.</param>
        /// <param name="dilation">Columns from one tap to the next.</param>
        /// <returns>Columns that the output needs.</returns>
        public static int PlaneWidth(int outputWidth, int stride, int filterWidth, int dilation)
        {
            return ((outputWidth - 1) * stride) + ((filterWidth - 1) * dilation) + 1;
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int batches = verifier.Range(Batches, "batches", 1, Limit);
            int channels = verifier.Range(InputChannels, "input channels", 1, Limit);
            int multiplier = verifier.Range(DepthMultiplier, "depth multiplier", 1, Limit);
            int inputs = verifier.Product(verifier.Range(InputHeight, "input height", 1, Limit), verifier.Range(InputWidth, "input width", 1, Limit));
            int outputHeight = verifier.Range(OutputHeight, "output height", 1, Limit);
            int outputWidth = verifier.Range(OutputWidth, "output width", 1, Limit);
            int outputs = verifier.Product(outputHeight, outputWidth);
            int filterHeight = verifier.Range(FilterHeight, "filter height", 1, StepLimit);
            int filterWidth = verifier.Range(FilterWidth, "filter width", 1, StepLimit);
            int planeHeight = PlaneHeight(
                outputHeight, verifier.Range(StrideHeight, "stride height", 1, StepLimit), filterHeight, verifier.Range(DilationHeight, "dilation height", 1, StepLimit));
            int planeWidth = PlaneWidth(
                outputWidth, verifier.Range(StrideWidth, "stride width", 1, StepLimit), filterWidth, verifier.Range(DilationWidth, "dilation width", 1, StepLimit));
            verifier.Range(PadTop, "pad top", 0, Limit);
            verifier.Range(PadLeft, "pad left", 0, Limit);
            verifier.Range(InputZeroPoint, "input zero point", sbyte.MinValue, sbyte.MaxValue);
            Channel.VerifyClamp(verifier, OutputZeroPoint, ActivationMin, ActivationMax);
            int filters = verifier.Product(channels, multiplier);
            Channel.Verify(verifier, Channels, filters);
            verifier.Bytes(Weights, "weights", verifier.Product(verifier.Product(filterHeight, filterWidth), filters));

            verifier.Read(Input, "input", TensorType.Int8, verifier.Product(verifier.Product(batches, inputs), channels));
            verifier.Scratch(Plane, "plane", TensorType.Int64, verifier.Product(planeHeight, planeWidth));
            int written = verifier.Product(verifier.Product(batches, outputs), filters);

            // Element c of every position belongs to channel c alone, and that channel's plane has been copied.
            if (multiplier == 1 && outputs <= inputs) verifier.WriteInPlace(TensorType.Int8, written, Input);
            else verifier.Write(TensorType.Int8, written);
            verifier.Units(verifier.Product(batches, channels), (long)written * filterHeight * filterWidth);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int channels = words[record + InputChannels];
            int image = unit / channels;
            int channel = unit - (image * channels);
            Pack(model, arena, record, image, channel);
            int multiplier = words[record + DepthMultiplier];
            bool nine = words[record + FilterHeight] == 3 && words[record + FilterWidth] == 3;
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
            int height = words[record + InputHeight];
            int width = words[record + InputWidth];
            int channels = words[record + InputChannels];
            int bandHeight = (words[record + OutputHeight] + 2) / 3 * words[record + StrideHeight];
            int planeHeight = PlaneHeight(words[record + OutputHeight], words[record + StrideHeight], words[record + FilterHeight], words[record + DilationHeight]);
            int planeWidth = PlaneWidth(words[record + OutputWidth], words[record + StrideWidth], words[record + FilterWidth], words[record + DilationWidth]);
            int padLeft = words[record + PadLeft];
            int zeroPoint = words[record + InputZeroPoint];
            int input = words[words[record + Input] + BlobFormat.TensorOffset] + (image * height * width * channels) + channel;
            int target = words[words[record + Plane] + BlobFormat.TensorOffset];
            int insideEnd = width + padLeft < planeWidth ? width + padLeft : planeWidth;
            int insideStart = padLeft < planeWidth ? padLeft : planeWidth;
            int rowBytes = width * channels;
            int bandBytes = bandHeight * rowBytes;
            long border = zeroPoint * (1L | (1L << Lanes.Width) | (1L << (2 * Lanes.Width)));
            int top = -words[record + PadTop];
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
            int j = model.BytesStart + words[record + Weights] + (filter * 9);
            long w0 = w[j] - 128, w1 = w[j + 1] - 128, w2 = w[j + 2] - 128;
            long w3 = w[j + 3] - 128, w4 = w[j + 4] - 128, w5 = w[j + 5] - 128;
            long w6 = w[j + 6] - 128, w7 = w[j + 7] - 128, w8 = w[j + 8] - 128;
            int outputHeight = words[record + OutputHeight];
            int outputWidth = words[record + OutputWidth];
            int strideWidth = words[record + StrideWidth];
            int planeWidth = PlaneWidth(outputWidth, strideWidth, 3, words[record + DilationWidth]);
            int x1 = words[record + DilationWidth];
            int x2 = 2 * x1;
            int y1 = words[record + DilationHeight] * planeWidth;
            int y2 = 2 * y1;
            int rowStep = words[record + StrideHeight] * planeWidth;
            int target = words[words[record + Plane] + BlobFormat.TensorOffset];
            int band = (outputHeight + 2) / 3;

            int scale = words[record + Channels + Channel.Scales] + (filter * words[record + Channels + Channel.ScaleStep]);
            long bias = words[words[record + Channels + Channel.Biases] + filter] - Lanes.Offset;
            long multiplier = words[scale + Channel.Multiplier];
            int shift = words[scale + Channel.Shift];
            long constant = (bias * multiplier) + Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            long zeroPoint = words[record + OutputZeroPoint];
            long min = words[record + ActivationMin];
            long max = words[record + ActivationMax];
            ulong range = (ulong)(max - min);
            sbyte[] output = arena.Int8;
            int channels = words[record + InputChannels] * words[record + DepthMultiplier];
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
            int filterHeight = words[record + FilterHeight];
            int filterWidth = words[record + FilterWidth];
            int weights = model.BytesStart + words[record + Weights] + (filter * filterHeight * filterWidth);
            int outputHeight = words[record + OutputHeight];
            int outputWidth = words[record + OutputWidth];
            int strideWidth = words[record + StrideWidth];
            int dilationWidth = words[record + DilationWidth];
            int planeWidth = PlaneWidth(outputWidth, strideWidth, filterWidth, dilationWidth);
            int tapStep = (words[record + DilationHeight] * planeWidth) - (filterWidth * dilationWidth);
            int rowStep = words[record + StrideHeight] * planeWidth;
            int target = words[words[record + Plane] + BlobFormat.TensorOffset];
            int band = (outputHeight + 2) / 3;

            int scale = words[record + Channels + Channel.Scales] + (filter * words[record + Channels + Channel.ScaleStep]);
            int bias = words[words[record + Channels + Channel.Biases] + filter] - Lanes.Offset;
            long multiplier = words[scale + Channel.Multiplier];
            int shift = words[scale + Channel.Shift];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            int zeroPoint = words[record + OutputZeroPoint];
            long min = words[record + ActivationMin];
            long max = words[record + ActivationMax];
            sbyte[] output = arena.Int8;
            int channels = words[record + InputChannels] * words[record + DepthMultiplier];
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
                        for (int rowEnd = j + filterWidth; j < rowEnd; j++, p += dilationWidth)
                        {
                            acc += plane[p] * (w[j] - 128);
                            left--;
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
