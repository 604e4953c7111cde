namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Two-dimensional convolution as <see cref="Conv2D"/>, with weights of 4 bits, -8 to 7.
    /// </summary>
    /// <remarks>
    /// Input and output NHWC, weights OHWI, I being the channels of one group, a filter a row as <see cref="Nibbles"/> has them. A unit is a block of output positions:
    /// <see cref="Conv2DInt4Packing"/> brings the taps of each position together in tiles, four in each number; <see cref="Conv2DInt4Products"/> lets them pass
    /// by the weights of one filter after the other, which wait in locals, four in each.
    /// </remarks>
    public sealed class Conv2DInt4 : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Conv2D.Input;

        /// <summary>Field: scratch of tiles, one for every 64 taps of every position of a block.</summary>
        public const int Tiles = Conv2D.Tiles;

        /// <summary>Field: 8-bit scratch: the taps of a position up to a multiple of sixteen, and a row of taps behind them.</summary>
        public const int Window = Record.Fields + 2;

        /// <summary>Field: 32-bit scratch, one number a position of a block.</summary>
        public const int Sums = Conv2D.Sums;

        /// <summary>Field: first byte of the weights in the bytes section.</summary>
        public const int Weights = Conv2D.Weights;

        /// <summary>Field: first of the three fields of <see cref="Channel"/>, biases and scales.</summary>
        public const int Channels = Conv2D.Channels;

        /// <summary>Field: number of images.</summary>
        public const int Batches = Conv2D.Batches;

        /// <summary>Field: input rows.</summary>
        public const int InputHeight = Conv2D.InputHeight;

        /// <summary>Field: input columns.</summary>
        public const int InputWidth = Conv2D.InputWidth;

        /// <summary>Field: input channels of all groups.</summary>
        public const int InputChannels = Conv2D.InputChannels;

        /// <summary>Field: output rows.</summary>
        public const int OutputHeight = Conv2D.OutputHeight;

        /// <summary>Field: output columns.</summary>
        public const int OutputWidth = Conv2D.OutputWidth;

        /// <summary>Field: output channels of all groups.</summary>
        public const int OutputChannels = Conv2D.OutputChannels;

        /// <summary>Field: rows of the filter.</summary>
        public const int FilterHeight = Conv2D.FilterHeight;

        /// <summary>Field: columns of the filter.</summary>
        public const int FilterWidth = Conv2D.FilterWidth;

        /// <summary>Field: rows from one output to the next.</summary>
        public const int StrideHeight = Conv2D.StrideHeight;

        /// <summary>Field: columns from one output to the next.</summary>
        public const int StrideWidth = Conv2D.StrideWidth;

        /// <summary>Field: rows from one tap to the next.</summary>
        public const int DilationHeight = Conv2D.DilationHeight;

        /// <summary>Field: columns from one tap to the next.</summary>
        public const int DilationWidth = Conv2D.DilationWidth;

        /// <summary>Field: rows of padding above.</summary>
        public const int PadTop = Conv2D.PadTop;

        /// <summary>Field: columns of padding on the left.</summary>
        public const int PadLeft = Conv2D.PadLeft;

        /// <summary>Field: number of groups.</summary>
        public const int Groups = Conv2D.Groups;

        /// <summary>Field: input zero point, which is what padding reads as.</summary>
        public const int InputZeroPoint = Conv2D.InputZeroPoint;

        /// <summary>Field: output zero point.</summary>
        public const int OutputZeroPoint = Conv2D.OutputZeroPoint;

        /// <summary>Field: smallest output.</summary>
        public const int ActivationMin = Conv2D.ActivationMin;

        /// <summary>Field: largest output.</summary>
        public const int ActivationMax = Conv2D.ActivationMax;

        /// <summary>Field: output positions of a block.</summary>
        public const int Block = Record.Fields + 28;

        /// <summary>Field: <see cref="Conv2D.FromSums"/> or <see cref="Conv2D.Direct"/>; docs/numerics.md says when the latter is exact.</summary>
        public const int Finish = Record.Fields + 29;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 30;

        /// <summary>Taps of a tile.</summary>
        public const int TileTaps = 4 * Arena.TileLength;

        /// <summary>Most positions of a block: keeps a unit short enough to wait for.</summary>
        public const int MaximumBlock = 1 << 8;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Conv2DInt4"; }
        }

        /// <summary>Tiles of a position.</summary>
        /// <param name="taps">Weights of a filter.</param>
        public static int TilesOf(int taps)
        {
            return (taps + TileTaps - 1) / TileTaps;
        }

        /// <summary>Elements in which the taps of a position are brought together, up to a multiple of <see cref="Nibbles.WordTaps"/>, and a row of zero points behind them.</summary>
        /// <param name="taps">Weights of a filter.</param>
        /// <param name="rowTaps">Those of one of its rows.</param>
        public static int WindowLength(int taps, int rowTaps)
        {
            return PaddedTaps(taps) + rowTaps;
        }

        /// <summary>Taps up to a multiple of <see cref="Nibbles.WordTaps"/>.</summary>
        internal static int PaddedTaps(int taps)
        {
            return (taps + Nibbles.WordTaps - 1) / Nibbles.WordTaps * Nibbles.WordTaps;
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int inputs = Conv2D.VerifyGeometry(verifier, out int positions, out int rowTaps);
            int taps = verifier.Product(verifier.Word(FilterHeight), rowTaps);
            int channels = verifier.Word(OutputChannels);
            int block = verifier.Range(Block, "block", 1, MaximumBlock);
            int finish = verifier.Range(Finish, "finish", Conv2D.FromSums, Conv2D.Direct);
            if (finish == Conv2D.FromLanes) verifier.Fail("finish", Finish, "these lanes hold no sums of their own");
            Channel.VerifyShifts(verifier, Channels, channels, finish == Conv2D.Direct ? Conv2D.DirectShift : Channel.MaximumShift);
            verifier.Bytes(Weights, "weights", verifier.Product(Nibbles.RowBytes(taps), channels));
            verifier.Read(Input, "input", TensorType.Int8, inputs);
            verifier.Scratch(Tiles, "tiles", TensorType.Tile, verifier.Product(block, TilesOf(taps)));
            verifier.Scratch(Window, "window", TensorType.Int8, WindowLength(taps, rowTaps));
            verifier.Scratch(Sums, "sums", TensorType.Int32, block);
            int outputs = verifier.Product(positions, channels);
            if (Conv2D.ReadsBeforeItWrites(verifier)) verifier.WriteInPlace(TensorType.Int8, outputs, Input);
            else verifier.Write(TensorType.Int8, outputs);
            verifier.Units((positions + block - 1) / block, (long)outputs * taps);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int positions = words[record + Batches] * words[record + OutputHeight] * words[record + OutputWidth];
            int first = unit * words[record + Block];
            int count = positions - first;
            if (count > words[record + Block]) count = words[record + Block];
            for (int group = 0, groups = words[record + Groups]; group < groups; group++)
            {
                Conv2DInt4Packing.Run(model, arena, record, group, first, count);
                Conv2DInt4Products.Run(model, arena, record, group, first, count);
            }
        }
    }
}
