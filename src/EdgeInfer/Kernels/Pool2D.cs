namespace EdgeInfer.Kernels
{
    /// <summary>
    /// What average and maximum have in common: a window that slides over an image, int8 NHWC, each channel by itself.
    /// Cells of the window outside the image do not take part. Input and output have the same scale and zero point.
    /// </summary>
    /// <remarks>
    /// A unit is one output row. The window is cut to the image once a position; the derived class then goes over all channels.
    /// Every window covers at least one cell; the verifier demands it.
    /// </remarks>
    public abstract class Pool2D : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: number of images.</summary>
        public const int Batches = Record.Fields + 1;

        /// <summary>Field: input rows.</summary>
        public const int InputHeight = Record.Fields + 2;

        /// <summary>Field: input columns.</summary>
        public const int InputWidth = Record.Fields + 3;

        /// <summary>Field: channels.</summary>
        public const int Channels = Record.Fields + 4;

        /// <summary>Field: output rows.</summary>
        public const int OutputHeight = Record.Fields + 5;

        /// <summary>Field: output columns.</summary>
        public const int OutputWidth = Record.Fields + 6;

        /// <summary>Field: rows of the window.</summary>
        public const int FilterHeight = Record.Fields + 7;

        /// <summary>Field: columns of the window.</summary>
        public const int FilterWidth = Record.Fields + 8;

        /// <summary>Field: rows from one output to the next.</summary>
        public const int StrideHeight = Record.Fields + 9;

        /// <summary>Field: columns from one output to the next.</summary>
        public const int StrideWidth = Record.Fields + 10;

        /// <summary>Field: rows of padding above, fewer than the window has.</summary>
        public const int PadTop = Record.Fields + 11;

        /// <summary>Field: columns of padding on the left, fewer than the window has.</summary>
        public const int PadLeft = Record.Fields + 12;

        /// <summary>Field: smallest output.</summary>
        public const int ActivationMin = Record.Fields + 13;

        /// <summary>Field: largest output.</summary>
        public const int ActivationMax = Record.Fields + 14;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 15;

        private const int Limit = 1 << 14;

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int batches = verifier.Range(Batches, "batches", 1, Limit);
            int channels = verifier.Range(Channels, "channels", 1, 1 << 24);
            int rows = Outputs(verifier, InputHeight, OutputHeight, FilterHeight, StrideHeight, PadTop, "height");
            int columns = Outputs(verifier, InputWidth, OutputWidth, FilterWidth, StrideWidth, PadLeft, "width");
            int low = verifier.Range(ActivationMin, "activation min", sbyte.MinValue, sbyte.MaxValue);
            verifier.Range(ActivationMax, "activation max", low, sbyte.MaxValue);
            int inputs = verifier.Product(verifier.Product(verifier.Product(batches, verifier.Word(InputHeight)), verifier.Word(InputWidth)), channels);
            verifier.Read(Input, "input", TensorType.Int8, inputs);
            int units = verifier.Product(batches, rows);
            int outputs = verifier.Product(verifier.Product(units, columns), channels);
            verifier.Write(TensorType.Int8, outputs);
            verifier.Units(units, (long)outputs * verifier.Word(FilterHeight) * verifier.Word(FilterWidth));
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int height = words[record + InputHeight];
            int width = words[record + InputWidth];
            int channels = words[record + Channels];
            int outputHeight = words[record + OutputHeight];
            int outputWidth = words[record + OutputWidth];
            int filterWidth = words[record + FilterWidth];
            int strideWidth = words[record + StrideWidth];
            int image = unit / outputHeight;
            int top = ((unit - (image * outputHeight)) * words[record + StrideHeight]) - words[record + PadTop];
            int bottom = top + words[record + FilterHeight];
            if (bottom > height) bottom = height;
            if (top < 0) top = 0;
            int rows = bottom - top;
            int rowLength = width * channels;
            int first = words[words[record + Input] + BlobFormat.TensorOffset] + (((image * height) + top) * rowLength);
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * outputWidth * channels);
            int min = words[record + ActivationMin];
            int max = words[record + ActivationMax];

            for (int column = 0, x = -words[record + PadLeft]; column < outputWidth; column++, x += strideWidth, output += channels)
            {
                int left = x < 0 ? 0 : x;
                int right = x + filterWidth;
                if (right > width) right = width;
                int columns = right - left;
                if (rows == 2 && columns == 2) Quad(arena.Int8, first + (left * channels), channels, rowLength, output, channels, min, max);
                else if (columns == width) Window(arena.Int8, first, 1, rows * rowLength, rowLength, output, channels, min, max);
                else Window(arena.Int8, first + (left * channels), rows, columns * channels, rowLength, output, channels, min, max);
            }
        }

        /// <summary>Computes all channels of one output position.</summary>
        /// <param name="x">Input and output.</param>
        /// <param name="first">First channel of the first cell.</param>
        /// <param name="rows">Rows of cells.</param>
        /// <param name="length">Elements of a row of cells, all channels.</param>
        /// <param name="rowLength">Elements from one row of cells to the next.</param>
        /// <param name="output">First channel of the output.</param>
        /// <param name="channels">Number of channels.</param>
        /// <param name="min">Smallest output.</param>
        /// <param name="max">Largest output.</param>
        protected abstract void Window(sbyte[] x, int first, int rows, int length, int rowLength, int output, int channels, int min, int max);

        /// <summary>Computes all channels of one output position from two by two cells, which is what most windows have.</summary>
        /// <param name="x">Input and output.</param>
        /// <param name="first">First channel of the first cell.</param>
        /// <param name="right">Elements from one cell to its right neighbour.</param>
        /// <param name="down">Elements from one cell to the one below.</param>
        /// <param name="output">First channel of the output.</param>
        /// <param name="channels">Number of channels.</param>
        /// <param name="min">Smallest output.</param>
        /// <param name="max">Largest output.</param>
        protected abstract void Quad(sbyte[] x, int first, int right, int down, int output, int channels, int min, int max);

        /// <summary>Demands that the first and the last window, and with them all others, touch the image.</summary>
        private static int Outputs(Verifier verifier, int inputField, int outputField, int filterField, int strideField, int padField, string name)
        {
            int input = verifier.Range(inputField, "input " + name, 1, Limit);
            int output = verifier.Range(outputField, "output " + name, 1, Limit);
            int filter = verifier.Range(filterField, "filter " + name, 1, Limit);
            int stride = verifier.Range(strideField, "stride " + name, 1, Limit);
            int pad = verifier.Range(padField, "padding of " + name, 0, filter - 1);
            if (((output - 1) * stride) - pad >= input) verifier.Fail("output " + name, outputField, "the last window lies outside the image");
            return output;
        }
    }
}
