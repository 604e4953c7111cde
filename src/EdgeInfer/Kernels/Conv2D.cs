namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Two-dimensional convolution, int8, with stride, dilation, padding and groups:
    /// output[b, y, x, o] = clamp(requantize(bias[o] + sum over ky, kx, i of
    /// input[b, y * stride + ky * dilation - pad, ..., i] * weight[o, ky, kx, i]) + output zero point).
    /// Padding reads as the input zero point, so that the bias may hold -zero point * sum of the weights.
    /// </summary>
    /// <remarks>
    /// Input and output NHWC, weights OHWI, I being the channels of one group. A unit is a block of output positions.
    /// <para>
    /// The taps of three positions are packed into one 64-bit number, 21 bits each, so that one multiplication by a
    /// weight makes three products; <see cref="Lanes"/> has their arithmetic. Sixteen weights wait in locals
    /// while all packed positions of the block pass by: each is a tile of sixteen numbers, an array of its own, because
    /// constant indexes are what the interpreter reads fastest.
    /// </para>
    /// </remarks>
    public sealed class Conv2D : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: scratch of tiles, <see cref="Triples"/> times the tiles of one position.</summary>
        public const int Tiles = Record.Fields + 1;

        /// <summary>Field: 64-bit scratch, one number a triple.</summary>
        public const int Accumulators = Record.Fields + 2;

        /// <summary>Field: 32-bit scratch, three numbers a triple.</summary>
        public const int Sums = Record.Fields + 3;

        /// <summary>Field: first weight in the bytes section.</summary>
        public const int Weights = Record.Fields + 4;

        /// <summary>Field: first of the three fields of <see cref="Channel"/>, biases and scales.</summary>
        public const int Channels = Record.Fields + 5;

        /// <summary>Field: number of images.</summary>
        public const int Batches = Record.Fields + 8;

        /// <summary>Field: input rows.</summary>
        public const int InputHeight = Record.Fields + 9;

        /// <summary>Field: input columns.</summary>
        public const int InputWidth = Record.Fields + 10;

        /// <summary>Field: input channels of all groups.</summary>
        public const int InputChannels = Record.Fields + 11;

        /// <summary>Field: output rows.</summary>
        public const int OutputHeight = Record.Fields + 12;

        /// <summary>Field: output columns.</summary>
        public const int OutputWidth = Record.Fields + 13;

        /// <summary>Field: output channels of all groups.</summary>
        public const int OutputChannels = Record.Fields + 14;

        /// <summary>Field: rows of the filter.</summary>
        public const int FilterHeight = Record.Fields + 15;

        /// <summary>Field: columns of the filter.</summary>
        public const int FilterWidth = Record.Fields + 16;

        /// <summary>Field: rows from one output to the next.</summary>
        public const int StrideHeight = Record.Fields + 17;

        /// <summary>Field: columns from one output to the next.</summary>
        public const int StrideWidth = Record.Fields + 18;

        /// <summary>Field: rows from one tap to the next.</summary>
        public const int DilationHeight = Record.Fields + 19;

        /// <summary>Field: columns from one tap to the next.</summary>
        public const int DilationWidth = Record.Fields + 20;

        /// <summary>Field: rows of padding above.</summary>
        public const int PadTop = Record.Fields + 21;

        /// <summary>Field: columns of padding on the left.</summary>
        public const int PadLeft = Record.Fields + 22;

        /// <summary>Field: number of groups.</summary>
        public const int Groups = Record.Fields + 23;

        /// <summary>Field: input zero point, which is what padding reads as.</summary>
        public const int InputZeroPoint = Record.Fields + 24;

        /// <summary>Field: output zero point.</summary>
        public const int OutputZeroPoint = Record.Fields + 25;

        /// <summary>Field: smallest output.</summary>
        public const int ActivationMin = Record.Fields + 26;

        /// <summary>Field: largest output.</summary>
        public const int ActivationMax = Record.Fields + 27;

        /// <summary>Field: triples of output positions in a block.</summary>
        public const int Triples = Record.Fields + 28;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 29;

        /// <summary>Tiles after which the lanes are emptied.</summary>
        private const int FullLane = Lanes.Capacity / Arena.TileLength;

        private const int Limit = 1 << 16;

        /// <summary>Keeps the rows and columns of taps within 32 bits.</summary>
        private const int StepLimit = 1 << 12;

        /// <summary>Keeps a unit short enough to wait for.</summary>
        private const int MaximumTriples = 1 << 8;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Conv2D"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int batches = verifier.Range(Batches, "batches", 1, Limit);
            int inputChannels = verifier.Range(InputChannels, "input channels", 1, Limit);
            int outputChannels = verifier.Range(OutputChannels, "output channels", 1, Limit);
            int groups = verifier.Range(Groups, "groups", 1, inputChannels);
            if (inputChannels % groups != 0 || outputChannels % groups != 0) verifier.Fail("groups", Groups, "the channels cannot be divided into that many groups");
            int rows = verifier.Range(InputHeight, "input height", 1, Limit);
            int columns = verifier.Range(InputWidth, "input width", 1, Limit);
            int inputs = verifier.Product(verifier.Product(verifier.Product(batches, rows), columns), inputChannels);
            int positions = verifier.Product(
                verifier.Product(batches, verifier.Range(OutputHeight, "output height", 1, Limit)),
                verifier.Range(OutputWidth, "output width", 1, Limit));
            int taps = verifier.Product(
                verifier.Product(verifier.Range(FilterHeight, "filter height", 1, StepLimit), verifier.Range(FilterWidth, "filter width", 1, StepLimit)),
                inputChannels / groups);
            verifier.Range(StrideHeight, "stride height", 1, StepLimit);
            verifier.Range(StrideWidth, "stride width", 1, StepLimit);
            verifier.Range(DilationHeight, "dilation height", 1, StepLimit);
            verifier.Range(DilationWidth, "dilation width", 1, StepLimit);
            verifier.Range(PadTop, "pad top", 0, Limit);
            verifier.Range(PadLeft, "pad left", 0, Limit);
            verifier.Range(InputZeroPoint, "input zero point", sbyte.MinValue, sbyte.MaxValue);
            Channel.VerifyClamp(verifier, OutputZeroPoint, ActivationMin, ActivationMax);
            Channel.Verify(verifier, Channels, outputChannels);
            verifier.Bytes(Weights, "weights", verifier.Product(taps, outputChannels));
            int triples = verifier.Range(Triples, "triples", 1, MaximumTriples);

            verifier.Read(Input, "input", TensorType.Int8, inputs);
            verifier.Scratch(Tiles, "tiles", TensorType.Tile, verifier.Product(triples, (taps + Arena.TileLength - 1) / Arena.TileLength));
            verifier.Scratch(Accumulators, "accumulators", TensorType.Int64, triples);
            verifier.Scratch(Sums, "sums", TensorType.Int32, 3 * triples);
            int outputs = verifier.Product(positions, outputChannels);
            if (ReadsBeforeItWrites(verifier)) verifier.WriteInPlace(TensorType.Int8, outputs, Input);
            else verifier.Write(TensorType.Int8, outputs);
            verifier.Units((positions + (3 * triples) - 1) / (3 * triples), (long)positions * outputChannels * taps);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int positions = words[record + Batches] * words[record + OutputHeight] * words[record + OutputWidth];
            int triples = words[record + Triples];
            int first = unit * triples * 3;
            int count = positions - first;
            if (count > triples * 3) count = triples * 3;
            int groups = words[record + Groups];
            for (int group = 0; group < groups; group++)
            {
                Pack(model, arena, record, group, first, count);
                Multiply(model, arena, record, group, first, count);
            }
        }

        /// <summary>
        /// A convolution of single taps packs a whole block before it writes it, and writes no further than it has read
        /// where it has no more outputs than inputs.
        /// </summary>
        private static bool ReadsBeforeItWrites(Verifier verifier)
        {
            return verifier.Word(FilterHeight) == 1 && verifier.Word(FilterWidth) == 1 && verifier.Word(Groups) == 1
                && verifier.Word(StrideHeight) == 1 && verifier.Word(StrideWidth) == 1 && verifier.Word(PadTop) == 0 && verifier.Word(PadLeft) == 0
                && verifier.Word(InputHeight) == verifier.Word(OutputHeight) && verifier.Word(InputWidth) == verifier.Word(OutputWidth)
                && verifier.Word(OutputChannels) <= verifier.Word(InputChannels);
        }

        private static void Pack(Model model, Arena arena, int record, int group, int first, int count)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            long[][] tiles = arena.Tiles;
            int tile0 = words[words[record + Tiles] + BlobFormat.TensorOffset];
            int height = words[record + InputHeight];
            int width = words[record + InputWidth];
            int channels = words[record + InputChannels];
            int outputHeight = words[record + OutputHeight];
            int outputWidth = words[record + OutputWidth];
            int filterHeight = words[record + FilterHeight];
            int filterWidth = words[record + FilterWidth];
            int dilationHeight = words[record + DilationHeight];
            int dilationWidth = words[record + DilationWidth];
            int zeroPoint = words[record + InputZeroPoint];
            int depth = channels / words[record + Groups];
            int tilesEach = ((filterHeight * filterWidth * depth) + Arena.TileLength - 1) / Arena.TileLength;
            int input = words[words[record + Input] + BlobFormat.TensorOffset] + (group * depth);
            int row = first / outputWidth;
            int column = first - (row * outputWidth);
            int image = row / outputHeight;
            row -= image * outputHeight;

            for (int p = 0; p < count; p++)
            {
                int lane = p % 3;
                int tile = tile0 + (p / 3 * tilesEach);
                if (lane == 0)
                {
                    for (int t = 0; t < tilesEach; t++) System.Array.Clear(tiles[tile + t], 0, Arena.TileLength);
                }

                long weight = 1L << (Lanes.Width * lane);
                long[] target = tiles[tile];
                int k = 0;
                int y = (row * words[record + StrideHeight]) - words[record + PadTop];
                for (int ky = 0; ky < filterHeight; ky++, y += dilationHeight)
                {
                    int xPosition = (column * words[record + StrideWidth]) - words[record + PadLeft];
                    for (int kx = 0; kx < filterWidth; kx++, xPosition += dilationWidth)
                    {
                        bool inside = y >= 0 && y < height && xPosition >= 0 && xPosition < width;
                        int i = inside ? input + ((((image * height) + y) * width + xPosition) * channels) : 0;
                        for (int end = i + depth; i < end; i++)
                        {
                            if (k == Arena.TileLength)
                            {
                                k = 0;
                                tile++;
                                target = tiles[tile];
                            }

                            target[k] += (inside ? x[i] : zeroPoint) * weight;
                            k++;
                        }
                    }
                }

                column++;
                if (column == outputWidth)
                {
                    column = 0;
                    row++;
                    if (row == outputHeight)
                    {
                        row = 0;
                        image++;
                    }
                }
            }
        }

        private static void Multiply(Model model, Arena arena, int record, int group, int first, int count)
        {
            int[] words = model.Words;
            byte[] w = model.Bytes;
            long[][] tiles = arena.Tiles;
            long[] lanes = arena.Int64;
            int[] sums = arena.Int32;
            int tile0 = words[words[record + Tiles] + BlobFormat.TensorOffset];
            int lane0 = words[words[record + Accumulators] + BlobFormat.TensorOffset];
            int sum0 = words[words[record + Sums] + BlobFormat.TensorOffset];
            int groups = words[record + Groups];
            int taps = words[record + FilterHeight] * words[record + FilterWidth] * (words[record + InputChannels] / groups);
            int tilesEach = (taps + Arena.TileLength - 1) / Arena.TileLength;
            int triples = (count + 2) / 3;
            int filters = words[record + OutputChannels] / groups;
            int filter = group * filters;
            int laneEnd = lane0 + triples;
            int sumEnd = sum0 + (3 * triples);
            int offsets = (tilesEach + FullLane - 1) / FullLane * Lanes.Offset;
            for (int end = filter + filters; filter < end; filter++)
            {
                int j = model.BytesStart + words[record + Weights] + (filter * taps);
                int bias = words[words[record + Channels + Channel.Biases] + filter] - offsets;
                for (int s = sum0; s < sumEnd; s++) sums[s] = bias;
                for (int t = 0; t < tilesEach; t++, j += Arena.TileLength)
                {
                    // Behind a row's end lie other weights or the tail; their tiles hold zeros.
                    long w0 = w[j] - 128, w1 = w[j + 1] - 128, w2 = w[j + 2] - 128, w3 = w[j + 3] - 128;
                    long w4 = w[j + 4] - 128, w5 = w[j + 5] - 128, w6 = w[j + 6] - 128, w7 = w[j + 7] - 128;
                    long w8 = w[j + 8] - 128, w9 = w[j + 9] - 128, w10 = w[j + 10] - 128, w11 = w[j + 11] - 128;
                    long w12 = w[j + 12] - 128, w13 = w[j + 13] - 128, w14 = w[j + 14] - 128, w15 = w[j + 15] - 128;
                    bool fresh = t % FullLane == 0;
                    for (int l = lane0, tile = tile0 + t; l < laneEnd; l++, tile += tilesEach)
                    {
                        long[] p = tiles[tile];
                        long acc = (p[0] * w0) + (p[1] * w1) + (p[2] * w2) + (p[3] * w3)
                            + (p[4] * w4) + (p[5] * w5) + (p[6] * w6) + (p[7] * w7)
                            + (p[8] * w8) + (p[9] * w9) + (p[10] * w10) + (p[11] * w11)
                            + (p[12] * w12) + (p[13] * w13) + (p[14] * w14) + (p[15] * w15);
                        lanes[l] = acc + (fresh ? Lanes.Offsets : lanes[l]);
                    }

                    if (t % FullLane == FullLane - 1 || t == tilesEach - 1)
                    {
                        for (int l = lane0, s = sum0; l < laneEnd; l++, s += 3)
                        {
                            long acc = lanes[l];
                            sums[s] += (int)acc & Lanes.Mask;
                            sums[s + 1] += (int)(acc >> Lanes.Width) & Lanes.Mask;
                            sums[s + 2] += (int)(acc >> (2 * Lanes.Width));
                        }
                    }
                }

                Store(model, arena, record, filter, first, count);
            }
        }

        private static void Store(Model model, Arena arena, int record, int filter, int first, int count)
        {
            int[] words = model.Words;
            sbyte[] y = arena.Int8;
            int[] sums = arena.Int32;
            int channels = words[record + OutputChannels];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (first * channels) + filter;
            int scale = words[record + Channels + Channel.Scales] + (filter * words[record + Channels + Channel.ScaleStep]);
            int sum = words[words[record + Sums] + BlobFormat.TensorOffset];
            int zeroPoint = words[record + OutputZeroPoint];
            long min = words[record + ActivationMin];
            long max = words[record + ActivationMax];
            long multiplier = words[scale + Channel.Multiplier];
            int shift = words[scale + Channel.Shift];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            ulong range = (ulong)(max - min);
            for (int end = sum + count; sum < end; sum++, output += channels)
            {
                long scaled = (sums[sum] * multiplier) + rounding;
                if (scaled < threshold) scaled -= negativeStep;
                long value = (scaled >> shift) + zeroPoint;
                if ((ulong)(value - min) > range) value = value < min ? min : max;
                y[output] = (sbyte)value;
            }
        }
    }
}
