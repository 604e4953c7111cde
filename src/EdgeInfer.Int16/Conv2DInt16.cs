namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Convolution of 16-bit activations with 8-bit weights, all zero points being 0. Depthwise convolutions have a group a channel, matrix
    /// products one position.
    /// </summary>
    /// <remarks>
    /// A unit is an output row. Where there is one group, the inputs of an output are laid out side by side, so that all filters are the rows of a matrix that
    /// they are multiplied with, two weights a multiplication (MatrixVectorInt16). Where every channel is a group, a unit is an output channel, and
    /// a multiplication makes the products of a weight with the inputs of two outputs (DepthwiseInt16). <see cref="Wide"/> sums take 64 bits and are scaled once, (a * multiplier + 2^(shift - 1)) >> shift with a
    /// multiplier of 15 bits; <see cref="Narrow"/> ones take 32 bits and are requantized as those of int8.
    /// </remarks>
    public sealed class Conv2DInt16 : Kernel
    {
        /// <summary>Field: the input tensor, NHWC.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: first weight in the bytes section, OHWI, I being the channels of one group; each its value plus 128.</summary>
        public const int Weights = Record.Fields + 1;

        /// <summary>Field: table of biases, two words an output channel, the low one first.</summary>
        public const int Biases = Record.Fields + 2;

        /// <summary>Field: table of scales, two words an output channel: multiplier and shift.</summary>
        public const int Scales = Record.Fields + 3;

        /// <summary>Field: images.</summary>
        public const int Batches = Record.Fields + 4;

        /// <summary>Field: input rows.</summary>
        public const int InputHeight = Record.Fields + 5;

        /// <summary>Field: input columns.</summary>
        public const int InputWidth = Record.Fields + 6;

        /// <summary>Field: input channels.</summary>
        public const int InputChannels = Record.Fields + 7;

        /// <summary>Field: output rows.</summary>
        public const int OutputHeight = Record.Fields + 8;

        /// <summary>Field: output columns.</summary>
        public const int OutputWidth = Record.Fields + 9;

        /// <summary>Field: output channels.</summary>
        public const int OutputChannels = Record.Fields + 10;

        /// <summary>Field: filter rows.</summary>
        public const int FilterHeight = Record.Fields + 11;

        /// <summary>Field: filter columns.</summary>
        public const int FilterWidth = Record.Fields + 12;

        /// <summary>Field: rows from one output to the next.</summary>
        public const int StrideHeight = Record.Fields + 13;

        /// <summary>Field: columns from one output to the next.</summary>
        public const int StrideWidth = Record.Fields + 14;

        /// <summary>Field: rows from one tap to the next.</summary>
        public const int DilationHeight = Record.Fields + 15;

        /// <summary>Field: columns from one tap to the next.</summary>
        public const int DilationWidth = Record.Fields + 16;

        /// <summary>Field: rows of padding above.</summary>
        public const int PadTop = Record.Fields + 17;

        /// <summary>Field: columns of padding on the left.</summary>
        public const int PadLeft = Record.Fields + 18;

        /// <summary>Field: groups into which the channels are divided.</summary>
        public const int Groups = Record.Fields + 19;

        /// <summary>Field: <see cref="Wide"/> or <see cref="Narrow"/>.</summary>
        public const int Accumulator = Record.Fields + 20;

        /// <summary>Field: smallest output.</summary>
        public const int ActivationMin = Record.Fields + 21;

        /// <summary>Field: largest output.</summary>
        public const int ActivationMax = Record.Fields + 22;

        /// <summary>
        /// Field: 64-bit scratch: where there is one group, of one sum an output channel; where every channel is a group, of pairs of inputs and sums of
        /// outputs. Else <see cref="Record.None"/>.
        /// </summary>
        public const int Sums = Record.Fields + 23;

        /// <summary>Field: 16-bit scratch for the inputs of an output; <see cref="Record.None"/> where they lie side by side, a filter having one tap, or where there are several groups.</summary>
        public const int Window = Record.Fields + 24;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 25;

        /// <summary>Sums of 32 bits.</summary>
        public const int Narrow = 0;

        /// <summary>Sums of 64 bits.</summary>
        public const int Wide = 1;

        /// <summary>Most taps of a filter whose inputs are laid out in pairs.</summary>
        public const int LargestPairedFilter = DepthwiseInt16.LargestFilter;

        private const int Limit = 1 << 14;
        private const int WideMultiplier = short.MaxValue;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Conv2DInt16"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int batches = verifier.Range(Batches, "batches", 1, 1 << 24);
            int inputChannels = verifier.Range(InputChannels, "input channels", 1, 1 << 24);
            int outputChannels = verifier.Range(OutputChannels, "output channels", 1, 1 << 24);
            int groups = verifier.Range(Groups, "groups", 1, inputChannels);
            if (inputChannels % groups != 0 || outputChannels % groups != 0) verifier.Fail("groups", Groups, "the channels cannot be divided into that many groups");
            int columns = verifier.Product(verifier.Range(InputHeight, "input height", 1, Limit), verifier.Range(InputWidth, "input width", 1, Limit));
            int inputs = verifier.Product(verifier.Product(batches, columns), inputChannels);
            int units = verifier.Product(batches, verifier.Range(OutputHeight, "output height", 1, Limit));
            int outputs = verifier.Product(verifier.Product(units, verifier.Range(OutputWidth, "output width", 1, Limit)), outputChannels);
            int filter = verifier.Product(verifier.Range(FilterHeight, "filter height", 1, Limit), verifier.Range(FilterWidth, "filter width", 1, Limit));
            int taps = verifier.Product(filter, inputChannels / groups);
            for (int field = StrideHeight; field <= DilationWidth; field++) verifier.Range(field, "stride or dilation", 1, Limit);
            verifier.Range(PadTop, "pad top", 0, Limit);
            verifier.Range(PadLeft, "pad left", 0, Limit);
            bool wide = verifier.Range(Accumulator, "accumulator", Narrow, Wide) == Wide;
            int low = verifier.Range(ActivationMin, "activation min", short.MinValue, short.MaxValue);
            verifier.Range(ActivationMax, "activation max", low, short.MaxValue);
            verifier.Table(Biases, "biases", verifier.Product(2, outputChannels));
            int scales = verifier.Table(Scales, "scales", verifier.Product(2, outputChannels));
            verifier.TableRange("multiplier", scales + Channel.Multiplier, Channel.ScaleWords, outputChannels, 0, wide ? WideMultiplier : int.MaxValue);
            verifier.TableRange("shift", scales + Channel.Shift, Channel.ScaleWords, outputChannels, Channel.MinimumShift, Channel.MaximumShift);
            verifier.Bytes(Weights, "weights", verifier.Product(taps, outputChannels));
            verifier.Read(Input, "input", TensorType.Int16, inputs);
            bool byChannel = groups > 1 && verifier.Word(Sums) != Record.None;
            if (groups > 1 || verifier.Word(Sums) == Record.None) verifier.Range(Window, "window", Record.None, Record.None);
            if (byChannel) VerifyPairs(verifier, groups, filter);
            else if (verifier.Word(Sums) != Record.None) VerifyScratch(verifier, taps, outputChannels);
            verifier.Write(TensorType.Int16, outputs);
            verifier.Units(byChannel ? verifier.Product(batches, outputChannels) : units, (long)outputs * taps);
        }

        /// <summary>Numbers of the scratch for pairs of inputs: rows of pairs, what is read behind them, and the sums of an output row.</summary>
        /// <param name="outputWidth">Columns of the output.</param>
        /// <param name="filterHeight">Rows of the filter.</param>
        /// <param name="filterWidth">Columns of the filter.</param>
        /// <param name="strideWidth">Columns from one output to the next.</param>
        /// <param name="dilationHeight">Rows from one tap to the next.</param>
        /// <param name="dilationWidth">Columns from one tap to the next.</param>
        /// <returns>The numbers, more than an arena has where they are too many.</returns>
        public static int PairCount(int outputWidth, int filterHeight, int filterWidth, int strideWidth, int dilationHeight, int dilationWidth)
        {
            long rows = ((long)(filterHeight - 1) * dilationHeight) + 2;
            long count = (rows * DepthwiseInt16.PairsOfRow(outputWidth, filterWidth, strideWidth, dilationWidth)) + (2 * dilationWidth) + ((outputWidth + 1) / 2);
            return count > int.MaxValue ? int.MaxValue : (int)count;
        }

        private static void VerifyPairs(Verifier verifier, int groups, int filter)
        {
            if (groups != verifier.Word(InputChannels)) verifier.Fail("groups", Groups, "the filters of several groups have different inputs");
            if (filter > LargestPairedFilter) verifier.Fail("filter", FilterHeight, "it has more than " + LargestPairedFilter.ToString() + " taps");
            int count = PairCount(
                verifier.Word(OutputWidth), verifier.Word(FilterHeight), verifier.Word(FilterWidth), verifier.Word(StrideWidth), verifier.Word(DilationHeight), verifier.Word(DilationWidth));
            verifier.Scratch(Sums, "sums", TensorType.Int64, count);
        }

        private static void VerifyScratch(Verifier verifier, int taps, int outputChannels)
        {
            verifier.Scratch(Sums, "sums", TensorType.Int64, outputChannels);
            if (verifier.Word(Window) != Record.None)
            {
                verifier.Scratch(Window, "window", TensorType.Int16, taps);
                return;
            }

            bool side = verifier.Word(FilterHeight) == 1 && verifier.Word(FilterWidth) == 1 && verifier.Word(PadTop) == 0 && verifier.Word(PadLeft) == 0
                && (verifier.Word(OutputHeight) - 1) * verifier.Word(StrideHeight) < verifier.Word(InputHeight)
                && (verifier.Word(OutputWidth) - 1) * verifier.Word(StrideWidth) < verifier.Word(InputWidth);
            if (!side) verifier.Fail("window", Window, "the inputs of an output do not lie side by side");
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            if (model.Words[record + Sums] == Record.None) Direct(model, arena, record, unit);
            else if (model.Words[record + Groups] == 1) WindowsInt16.Multiply(model, arena, record, unit);
            else DepthwiseInt16.Compute(model, arena, record, unit);
        }

        /// <summary>Sums up every output by itself.</summary>
        private static void Direct(Model model, Arena arena, int record, int unit)
        {
            // The first four locals are the cheapest to read.
            int i;
            int w;
            long sum;
            short[] x = arena.Int16;
            byte[] weights = model.Bytes;
            int[] words = model.Words;
            int height = words[record + InputHeight];
            int width = words[record + InputWidth];
            int channels = words[record + InputChannels];
            int outputHeight = words[record + OutputHeight];
            int outputWidth = words[record + OutputWidth];
            int outputChannels = words[record + OutputChannels];
            int filterHeight = words[record + FilterHeight];
            int filterWidth = words[record + FilterWidth];
            int strideWidth = words[record + StrideWidth];
            int dilationHeight = words[record + DilationHeight];
            int dilationWidth = words[record + DilationWidth];
            int depth = channels / words[record + Groups];
            int filters = outputChannels / words[record + Groups];
            int image = unit / outputHeight;
            int top = ((unit - (image * outputHeight)) * words[record + StrideHeight]) - words[record + PadTop];
            int left = -words[record + PadLeft];
            int first = words[words[record + Input] + BlobFormat.TensorOffset] + (image * height * width * channels);
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * outputWidth * outputChannels);
            int firstWeight = model.BytesStart + words[record + Weights];
            int biases = words[record + Biases];
            int scales = words[record + Scales];
            bool wide = words[record + Accumulator] == Wide;
            int min = words[record + ActivationMin];
            int max = words[record + ActivationMax];

            // Rows and columns of the filter that lie in the image are the same for all filters.
            int ky = top < 0 ? (dilationHeight - 1 - top) / dilationHeight : 0;
            int rows = (height - top + dilationHeight - 1) / dilationHeight;
            if (rows > filterHeight) rows = filterHeight;
            rows -= ky;
            int step = dilationWidth * channels;
            int rowStep = dilationHeight * width * channels;
            int filterRow = filterWidth * depth;
            for (int column = 0; column < outputWidth; column++, left += strideWidth)
            {
                int kx = left < 0 ? (dilationWidth - 1 - left) / dilationWidth : 0;
                int columns = (width - left + dilationWidth - 1) / dilationWidth;
                if (columns > filterWidth) columns = filterWidth;
                columns -= kx;
                int position = first + ((((top + (ky * dilationHeight)) * width) + left + (kx * dilationWidth)) * channels);
                int taps = firstWeight + (((ky * filterWidth) + kx) * depth);
                for (int filter = 0; filter < outputChannels; filter++, o++, taps += filterHeight * filterRow)
                {
                    int bias = biases + (2 * filter);
                    sum = (uint)words[bias] | ((long)words[bias + 1] << 32);
                    int at = position + (filter / filters * depth);
                    int tap = taps;
                    for (int row = 0; row < rows; row++, at += rowStep, tap += filterRow)
                    {
                        i = at;
                        w = tap;
                        if (depth == 1)
                        {
                            for (int end = w + columns; w < end; i += step, w++) sum += x[i] * (weights[w] - 128);
                            continue;
                        }

                        for (int cell = 0; cell < columns; cell++, i += step - depth)
                        {
                            for (int end = w + depth; w < end; i++, w++) sum += x[i] * (weights[w] - 128);
                        }
                    }

                    long multiplier = words[scales + (2 * filter) + Channel.Multiplier];
                    int shift = words[scales + (2 * filter) + Channel.Shift];
                    if (wide)
                    {
                        sum = ((sum * multiplier) + (1L << (shift - 1))) >> shift;
                    }
                    else
                    {
                        sum = ((int)sum * multiplier) + Channel.Rounding(shift);
                        if (sum < Channel.Threshold(shift)) sum -= Channel.NegativeStep(shift);
                        sum >>= shift;
                    }

                    if (sum < min) sum = min;
                    if (sum > max) sum = max;
                    x[o] = (short)sum;
                }
            }
        }
    }
}
