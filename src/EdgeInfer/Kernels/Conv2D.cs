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
    /// weight makes three products; <see cref="Lanes"/> has their arithmetic. A lane takes a third of the block's positions, one after
    /// the other. <see cref="Conv2DPacking"/> fills tiles of sixteen numbers, an array each, because constant indexes are what the
    /// interpreter reads fastest; <see cref="Conv2DProducts"/> lets them pass by the weights of two filters in locals.
    /// </para>
    /// <para>
    /// The tiles hold a window for each position, or (<see cref="Strip"/>) the part of the image that the windows share: then a
    /// position's taps are one run of tiles a filter row, and the next position's begin one stride further. Where filters are
    /// few and memory is short, <see cref="Conv2DRows"/> goes through the image two rows at a time.
    /// </para>
    /// </remarks>
    public sealed class Conv2D : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: scratch of tiles.</summary>
        public const int Tiles = Record.Fields + 1;

        /// <summary>Field: 64-bit scratch, two numbers a triple; <see cref="Record.None"/> with <see cref="Rows"/>.</summary>
        public const int Accumulators = Record.Fields + 2;

        /// <summary>Field: 32-bit scratch, six numbers a triple, or <see cref="Record.None"/> where there is no need of them.</summary>
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

        /// <summary>Field: <see cref="Windows"/>, <see cref="Strip"/> or <see cref="Rows"/>.</summary>
        public const int Packing = Record.Fields + 29;

        /// <summary>
        /// Field: tiles after which the lanes must be emptied. Any so many consecutive tiles of a filter have weights whose magnitudes
        /// add up to no more than <see cref="Lanes.Magnitude"/>; at least three.
        /// </summary>
        public const int LaneTiles = Record.Fields + 30;

        /// <summary>Field: <see cref="FromSums"/>, <see cref="FromLanes"/>, <see cref="Direct"/> or <see cref="Skipping"/>; docs/numerics.md says when each is exact.</summary>
        public const int Finish = Record.Fields + 31;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 32;

        /// <summary>Packing: the tiles hold the window of each position by itself.</summary>
        public const int Windows = 0;

        /// <summary>Packing: the tiles hold the part of the image that the windows of a lane share.</summary>
        public const int Strip = 1;

        /// <summary>Packing: two rows of the image at a time, where a window's row has eight taps and the next window's begins two further: <see cref="Conv2DRows"/>.</summary>
        public const int Rows = 2;

        /// <summary>Finish: lanes are added up in 32-bit sums, and these are scaled.</summary>
        public const int FromSums = 0;

        /// <summary>Finish: what the lanes hold after the last pass is scaled.</summary>
        public const int FromLanes = 1;

        /// <summary>Finish: the last pass scales, with all multipliers raised to <see cref="DirectShift"/> and without the second rounding's step below zero.</summary>
        public const int Direct = 2;

        /// <summary>Finish: as <see cref="FromLanes"/>, one filter at a time and without tiles whose weights are all zero; not for <see cref="Rows"/>.</summary>
        public const int Skipping = 3;

        /// <summary>The shift to which all multipliers are raised where outputs are scaled straight from the lanes.</summary>
        public const int DirectShift = 48;

        /// <summary>Tiles whose products always fit into the lanes.</summary>
        public const int LeastLaneTiles = Lanes.Capacity / Arena.TileLength;

        /// <summary>Largest number of tiles that the field takes.</summary>
        public const int MostLaneTiles = 1 << 16;

        /// <summary>Most positions of a lane: keeps a unit short enough to wait for.</summary>
        public const int MaximumTriples = 1 << 8;

        private const int Limit = 1 << 16;

        /// <summary>Keeps the rows and columns of taps within 32 bits.</summary>
        private const int StepLimit = 1 << 12;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Conv2D"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int inputs = VerifyGeometry(verifier, out int positions, out int rowTaps);
            int taps = verifier.Product(verifier.Word(FilterHeight), rowTaps);
            int outputChannels = verifier.Word(OutputChannels);
            int finish = verifier.Range(Finish, "finish", FromSums, Skipping);
            Channel.VerifyShifts(verifier, Channels, outputChannels, finish == Direct ? DirectShift : Channel.MaximumShift);
            verifier.Bytes(Weights, "weights", verifier.Product(taps, outputChannels));
            int triples = verifier.Range(Triples, "triples", 1, MaximumTriples);
            verifier.Range(LaneTiles, "lane tiles", LeastLaneTiles, MostLaneTiles);

            verifier.Read(Input, "input", TensorType.Int8, inputs);
            verifier.Scratch(Tiles, "tiles", TensorType.Tile, VerifyTiles(verifier, triples, taps));
            if (verifier.Word(Packing) == Rows) verifier.Range(Accumulators, "accumulators", Record.None, Record.None);
            else verifier.Scratch(Accumulators, "accumulators", TensorType.Int64, 2 * triples);
            if (finish == FromSums) verifier.Scratch(Sums, "sums", TensorType.Int32, 6 * triples);
            else verifier.Range(Sums, "sums", Record.None, Record.None);
            int outputs = verifier.Product(positions, outputChannels);
            if (ReadsBeforeItWrites(verifier)) verifier.WriteInPlace(TensorType.Int8, outputs, Input);
            else verifier.Write(TensorType.Int8, outputs);
            verifier.Units((positions + (3 * triples) - 1) / (3 * triples), (long)positions * outputChannels * taps);
        }

        /// <summary>
        /// Demands what follows from no variant: shapes, steps, padding, zero points and clamp. Convolutions of other weights have these fields where
        /// this one has them.
        /// </summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="positions">Output positions of all images.</param>
        /// <param name="rowTaps">Taps of one row of a filter.</param>
        /// <returns>Elements of the input.</returns>
        internal static int VerifyGeometry(Verifier verifier, out int positions, out int rowTaps)
        {
            int batches = verifier.Range(Batches, "batches", 1, Limit);
            int inputChannels = verifier.Range(InputChannels, "input channels", 1, Limit);
            int outputChannels = verifier.Range(OutputChannels, "output channels", 1, Limit);
            int groups = verifier.Range(Groups, "groups", 1, inputChannels);
            if (inputChannels % groups != 0 || outputChannels % groups != 0) verifier.Fail("groups", Groups, "the channels cannot be divided into that many groups");
            int rows = verifier.Range(InputHeight, "input height", 1, Limit);
            int columns = verifier.Range(InputWidth, "input width", 1, Limit);
            int inputs = verifier.Product(verifier.Product(verifier.Product(batches, rows), columns), inputChannels);
            positions = verifier.Product(
                verifier.Product(batches, verifier.Range(OutputHeight, "output height", 1, Limit)),
                verifier.Range(OutputWidth, "output width", 1, Limit));
            verifier.Range(FilterHeight, "filter height", 1, StepLimit);
            rowTaps = verifier.Product(verifier.Range(FilterWidth, "filter width", 1, StepLimit), inputChannels / groups);
            verifier.Range(StrideHeight, "stride height", 1, StepLimit);
            verifier.Range(StrideWidth, "stride width", 1, StepLimit);
            verifier.Range(DilationHeight, "dilation height", 1, StepLimit);
            verifier.Range(DilationWidth, "dilation width", 1, StepLimit);
            verifier.Range(PadTop, "pad top", 0, Limit);
            verifier.Range(PadLeft, "pad left", 0, Limit);
            verifier.Range(InputZeroPoint, "input zero point", sbyte.MinValue, sbyte.MaxValue);
            Channel.VerifyClamp(verifier, OutputZeroPoint, ActivationMin, ActivationMax);
            return inputs;
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int positions = words[record + Batches] * words[record + OutputHeight] * words[record + OutputWidth];
            int triples = words[record + Triples];
            int packing = words[record + Packing];
            if (packing == Rows)
            {
                Conv2DRows.Run(model, arena, record, unit);
                return;
            }

            bool strip = packing == Strip;
            int first = unit * triples * 3;
            int second, third;
            if (strip)
            {
                // A lane that has no positions left repeats the last run.
                int last = positions - triples;
                second = first + triples > last ? last : first + triples;
                third = second + triples > last ? last : second + triples;
            }
            else
            {
                // The lanes of the last block overlap where its positions do not fill them.
                int count = positions - first;
                if (count > triples * 3) count = triples * 3;
                triples = (count + 2) / 3;
                third = first + count - triples;
                second = first + triples > third ? third : first + triples;
            }

            int channels = words[record + OutputChannels];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (first * channels);
            int groups = words[record + Groups];
            for (int group = 0; group < groups; group++)
            {
                if (strip) Conv2DPacking.Strip(model, arena, record, group, first, second, third);
                else Conv2DPacking.Windows(model, arena, record, group, triples, first, second, third);
                if (words[record + Finish] == Skipping) Conv2DSparse.Run(model, arena, record, group, triples, output, (second - first) * channels, (third - first) * channels);
                else Conv2DProducts.Run(model, arena, record, group, triples, output, (second - first) * channels, (third - first) * channels);
            }
        }

        /// <summary>Runs of tiles that a window consists of: one, or in a strip one a filter row.</summary>
        internal static int Runs(int[] words, int record)
        {
            return words[record + Packing] == Windows ? 1 : words[record + FilterHeight];
        }

        /// <summary>Taps of a run.</summary>
        internal static int RunTaps(int[] words, int record)
        {
            int rows = words[record + Packing] == Windows ? words[record + FilterHeight] : 1;
            return rows * words[record + FilterWidth] * (words[record + InputChannels] / words[record + Groups]);
        }

        /// <summary>Tiles from one run of a window to the next.</summary>
        internal static int RunTiles(int[] words, int record)
        {
            return StripColumns(words, record) * (words[record + InputChannels] / words[record + Groups] / Arena.TileLength);
        }

        /// <summary>Tiles from one position's taps to those of the next one in its lane.</summary>
        internal static int TileStep(int[] words, int record)
        {
            int depth = words[record + InputChannels] / words[record + Groups];
            return words[record + Packing] == Windows
                ? ((words[record + FilterHeight] * words[record + FilterWidth] * depth) + Arena.TileLength - 1) / Arena.TileLength
                : words[record + StrideWidth] * (depth / Arena.TileLength);
        }

        /// <summary>Columns of the image that the windows of a lane cover together.</summary>
        internal static int StripColumns(int[] words, int record)
        {
            return ((words[record + Triples] - 1) * words[record + StrideWidth]) + words[record + FilterWidth];
        }

        private static int VerifyTiles(Verifier verifier, int triples, int taps)
        {
            int packing = verifier.Range(Packing, "packing", Windows, Rows);
            if (packing == Windows) return verifier.Product(triples, (taps + Arena.TileLength - 1) / Arena.TileLength);

            if (packing == Rows) return Conv2DRows.Verify(verifier);
            int depth = verifier.Word(InputChannels) / verifier.Word(Groups);
            if (depth % Arena.TileLength != 0) verifier.Fail("packing", Packing, "the channels of a group do not fill whole tiles");
            if (verifier.Word(DilationWidth) != 1) verifier.Fail("packing", Packing, "the columns of a dilated window do not follow each other");
            if (verifier.Word(OutputWidth) % triples != 0) verifier.Fail("packing", Packing, "an output row is no multiple of " + triples.ToString() + " positions");
            int columns = ((triples - 1) * verifier.Word(StrideWidth)) + verifier.Word(FilterWidth);
            return verifier.Product(verifier.Product(columns, verifier.Word(FilterHeight)), depth / Arena.TileLength);
        }

        /// <summary>
        /// A convolution of single taps packs a whole block before it writes it, and writes no further than it has read
        /// where it has no more outputs than inputs.
        /// </summary>
        internal static bool ReadsBeforeItWrites(Verifier verifier)
        {
            return verifier.Word(FilterHeight) == 1 && verifier.Word(FilterWidth) == 1 && verifier.Word(Groups) == 1
                && verifier.Word(StrideHeight) == 1 && verifier.Word(StrideWidth) == 1 && verifier.Word(PadTop) == 0 && verifier.Word(PadLeft) == 0
                && verifier.Word(InputHeight) == verifier.Word(OutputHeight) && verifier.Word(InputWidth) == verifier.Word(OutputWidth)
                && verifier.Word(OutputChannels) <= verifier.Word(InputChannels);
        }
    }
}
