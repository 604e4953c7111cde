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
    /// Shapes that are common have variants of their own; the converter chooses.
    /// </remarks>
    public sealed class DepthwiseConv2D : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: 64-bit scratch, as the variant takes it, or <see cref="Record.None"/>.</summary>
        public const int Scratch = Record.Fields + 1;

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

        /// <summary>Field: how it is computed: <see cref="General"/> or one of the variants below.</summary>
        public const int Variant = Record.Fields + 25;

        /// <summary>Field: how outputs are made of their sums: <see cref="Rounded"/>, <see cref="CutBelow"/> or <see cref="Signed"/>.</summary>
        public const int Finish = Record.Fields + 26;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 27;

        /// <summary>
        /// All shapes of up to 63 taps; the scratch is a plane of three packed bands of rows and, for more than <see cref="PassTaps"/> taps,
        /// a number for every output of a band.
        /// </summary>
        public const int General = 0;

        /// <summary>3 by 3 taps, stride one, outputs that are made in the lanes; its scratch is one number a column of the output.</summary>
        public const int StrideOne = 1;

        /// <summary>As <see cref="StrideOne"/>, for an activation that cuts negative outputs, with a border of one on all sides and images three columns wide, whose rows are a multiple of three, or one more; no scratch.</summary>
        public const int ThreeColumns = 2;

        /// <summary>As <see cref="ThreeColumns"/>, for images five columns wide.</summary>
        public const int FiveColumns = 3;

        /// <summary>One output position and no padding; no scratch.</summary>
        public const int OnePosition = 4;

        /// <summary>3 by 3 taps, stride two, an activation that cuts negative outputs, three output rows or more; no scratch.</summary>
        public const int StrideTwo = 5;

        /// <summary>As <see cref="General"/>, with three bands of columns, for outputs of few rows.</summary>
        public const int Columns = 6;

        /// <summary>Finish: any scale and activation.</summary>
        public const int Rounded = 0;

        /// <summary>Finish: in the lanes, for an activation that cuts negative outputs.</summary>
        public const int CutBelow = 1;

        /// <summary>Finish: in the lanes, negative outputs included.</summary>
        public const int Signed = 2;

        /// <summary>Taps of a filter for which the plane passes by once.</summary>
        public const int PassTaps = 9;

        /// <summary>Smallest shift of outputs that are made in the lanes: below it there is one rounding only.</summary>
        public const int MinimumCutShift = 32;

        /// <summary>Largest shift of outputs that are made in the lanes: 256 shifted by it stays within 63 bits.</summary>
        public const int MaximumCutShift = 54;

        /// <summary>Bound of the magnitude of a sum of products, and of a bias where outputs are negative, too, for outputs that are made in the lanes.</summary>
        public const int SumLimit = 1 << 18;

        private const int Limit = 1 << 16;

        /// <summary>Keeps the size of a plane within 32 bits.</summary>
        private const int StepLimit = 1 << 12;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "DepthwiseConv2D"; }
        }

        /// <summary>Rows or columns of a band of the output.</summary>
        /// <param name="outputs">Rows or columns of the output.</param>
        /// <param name="cut">Whether the bands are those of this dimension; else a band has all of it.</param>
        /// <returns>A third, rounded up, or all.</returns>
        public static int Band(int outputs, bool cut)
        {
            return cut ? (outputs + 2) / 3 : outputs;
        }

        /// <summary>Rows or columns of the input that a number of outputs reads.</summary>
        /// <param name="outputs">Rows or columns of the output.</param>
        /// <param name="stride">From one output to the next.</param>
        /// <param name="filter">Rows or columns of the filter.</param>
        /// <param name="dilation">From one tap to the next.</param>
        /// <returns>Rows or columns.</returns>
        public static int Reach(int outputs, int stride, int filter, int dilation)
        {
            return ((outputs - 1) * stride) + ((filter - 1) * dilation) + 1;
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
            verifier.Range(StrideHeight, "stride height", 1, StepLimit);
            verifier.Range(StrideWidth, "stride width", 1, StepLimit);
            verifier.Range(DilationHeight, "dilation height", 1, StepLimit);
            verifier.Range(DilationWidth, "dilation width", 1, StepLimit);
            verifier.Range(PadTop, "pad top", 0, Limit);
            verifier.Range(PadLeft, "pad left", 0, Limit);
            verifier.Range(InputZeroPoint, "input zero point", sbyte.MinValue, sbyte.MaxValue);
            Channel.VerifyClamp(verifier, OutputZeroPoint, ActivationMin, ActivationMax);
            int filters = verifier.Product(channels, multiplier);
            Channel.Verify(verifier, Channels, filters);

            verifier.Read(Input, "input", TensorType.Int8, verifier.Product(verifier.Product(batches, inputs), channels));
            bool inPlace = multiplier == 1 && outputs <= inputs;
            int plane = 0;
            int variant = verifier.Range(Variant, "variant", General, Columns);
            if (variant > StrideOne && variant != Columns) verifier.Range(Scratch, "scratch", Record.None, Record.None);
            switch (variant)
            {
                case StrideOne:
                    inPlace = DepthwiseStrideOne.Verify(verifier);
                    verifier.Scratch(Scratch, "scratch", TensorType.Int64, outputWidth);
                    break;
                case ThreeColumns:
                case FiveColumns:
                    VerifyColumns(verifier, ColumnsOf(variant));
                    break;
                case OnePosition:
                    // Element c of the first position belongs to channel c alone, and what further images write has been read.
                    DepthwiseOnePosition.Verify(verifier);
                    break;
                case StrideTwo:
                    inPlace = false;
                    DepthwiseStrideTwo.Verify(verifier);
                    break;
                default:
                    // Element c of every position belongs to channel c alone, and that channel's plane has been copied.
                    plane = DepthwisePlane.Verify(verifier);
                    break;
            }

            if (variant == OnePosition) verifier.Range(Finish, "finish", Rounded, Rounded);
            else if (variant != General && variant != Columns) verifier.Range(Finish, "finish", CutBelow, variant == StrideOne ? Signed : CutBelow);
            verifier.Bytes(Weights, "weights", verifier.Product(verifier.Product(filterHeight, filterWidth), filters));
            int written = verifier.Product(verifier.Product(batches, outputs), filters);
            if (inPlace) verifier.WriteInPlace(TensorType.Int8, written, Input);
            else verifier.Write(TensorType.Int8, written);
            int units = verifier.Product(batches, channels);
            verifier.Units(units, Work((long)written * filterHeight * filterWidth, units, plane));
        }

        /// <summary>Work of the record: multiply-accumulates, or elements that are packed where these are more.</summary>
        /// <param name="macs">Multiply-accumulates.</param>
        /// <param name="units">Planes, one a channel of an image.</param>
        /// <param name="plane">Elements of the packed plane; 0 where there is none.</param>
        /// <returns>What a budget is counted in.</returns>
        public static long Work(long macs, int units, int plane)
        {
            long packed = (long)units * plane;
            return macs > packed ? macs : packed;
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            Run(model, arena, record, unit, 1);
        }

        /// <inheritdoc/>
        public override void Run(Model model, Arena arena, int record, int unit, int count)
        {
            switch (model.Words[record + Variant])
            {
                case StrideOne:
                    if (model.Words[record + Finish] == Signed) DepthwiseStrideOneSigned.Run(model, arena, record, unit, count);
                    else DepthwiseStrideOne.Run(model, arena, record, unit, count);
                    break;
                case ThreeColumns:
                    DepthwiseThreeColumns.Run(model, arena, record, unit, count);
                    break;
                case FiveColumns:
                    DepthwiseFiveColumns.Run(model, arena, record, unit, count);
                    break;
                case OnePosition:
                    DepthwiseOnePosition.Run(model, arena, record, unit, count);
                    break;
                case StrideTwo:
                    DepthwiseStrideTwo.Run(model, arena, record, unit, count);
                    break;
                default:
                    DepthwisePlane.Run(model, arena, record, unit, count);
                    break;
            }
        }

        private static int ColumnsOf(int variant)
        {
            return variant == ThreeColumns ? 3 : 5;
        }

        /// <summary>All rows of an image are read before those that are written in their place.</summary>
        private static void VerifyColumns(Verifier verifier, int columns)
        {
            Cut.Verify(verifier);
            verifier.Range(StrideHeight, "stride height", 1, 1);
            verifier.Range(StrideWidth, "stride width", 1, 1);
            verifier.Range(PadTop, "pad top", 1, 1);
            verifier.Range(PadLeft, "pad left", 1, 1);
            verifier.Range(InputWidth, "input width", columns, columns);
            verifier.Range(OutputWidth, "output width", columns, columns);
            int height = verifier.Range(InputHeight, "input height", 1, Limit);
            if (height % 3 == 2) verifier.Fail("input height", InputHeight, "the variant is not for " + height.ToString() + " rows");
            verifier.Range(OutputHeight, "output height", height, height);
        }
    }
}
