namespace EdgeInfer.Kernels
{
    /// <summary>Average or maximum over the cells of a window that lie inside the image, int16. A unit is an output row.</summary>
    public sealed class Pool2DInt16 : Kernel
    {
        /// <summary>Field: the input tensor, NHWC.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: <see cref="Average"/> or <see cref="Maximum"/>.</summary>
        public const int Kind = Record.Fields + 1;

        /// <summary>Field: images.</summary>
        public const int Batches = Record.Fields + 2;

        /// <summary>Field: input rows.</summary>
        public const int InputHeight = Record.Fields + 3;

        /// <summary>Field: input columns.</summary>
        public const int InputWidth = Record.Fields + 4;

        /// <summary>Field: channels.</summary>
        public const int Channels = Record.Fields + 5;

        /// <summary>Field: output rows.</summary>
        public const int OutputHeight = Record.Fields + 6;

        /// <summary>Field: output columns.</summary>
        public const int OutputWidth = Record.Fields + 7;

        /// <summary>Field: rows of the window.</summary>
        public const int FilterHeight = Record.Fields + 8;

        /// <summary>Field: columns of the window.</summary>
        public const int FilterWidth = Record.Fields + 9;

        /// <summary>Field: rows from one output to the next.</summary>
        public const int StrideHeight = Record.Fields + 10;

        /// <summary>Field: columns from one output to the next.</summary>
        public const int StrideWidth = Record.Fields + 11;

        /// <summary>Field: rows of padding above; fewer than the window has.</summary>
        public const int PadTop = Record.Fields + 12;

        /// <summary>Field: columns of padding on the left; fewer than the window has.</summary>
        public const int PadLeft = Record.Fields + 13;

        /// <summary>Field: smallest output.</summary>
        public const int ActivationMin = Record.Fields + 14;

        /// <summary>Field: largest output.</summary>
        public const int ActivationMax = Record.Fields + 15;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 16;

        /// <summary>The sum divided by the number of cells, rounded half away from zero.</summary>
        public const int Average = 0;

        /// <summary>The largest cell.</summary>
        public const int Maximum = 1;

        private const int Limit = 1 << 14;

        /// <summary>A sum of so many cells fits into 32 bits.</summary>
        private const int LargestWindow = 1 << 15;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Pool2DInt16"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            verifier.Range(Kind, "kind", Average, Maximum);
            int batches = verifier.Range(Batches, "batches", 1, Limit);
            int channels = verifier.Range(Channels, "channels", 1, 1 << 24);
            int rows = Outputs(verifier, InputHeight, OutputHeight, FilterHeight, StrideHeight, PadTop, "height");
            int columns = Outputs(verifier, InputWidth, OutputWidth, FilterWidth, StrideWidth, PadLeft, "width");
            long cells = (long)verifier.Word(FilterHeight) * verifier.Word(FilterWidth);
            if (cells > LargestWindow) verifier.Fail("filter height", FilterHeight, "a window of " + cells.ToString() + " cells is too large");
            int low = verifier.Range(ActivationMin, "activation min", short.MinValue, short.MaxValue);
            verifier.Range(ActivationMax, "activation max", low, short.MaxValue);
            int inputs = verifier.Product(verifier.Product(verifier.Product(batches, verifier.Word(InputHeight)), verifier.Word(InputWidth)), channels);
            verifier.Read(Input, "input", TensorType.Int16, inputs);
            int units = verifier.Product(batches, rows);
            int outputs = verifier.Product(verifier.Product(units, columns), channels);
            verifier.Write(TensorType.Int16, outputs);
            verifier.Units(units, outputs * cells);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            short[] x = arena.Int16;
            int height = words[record + InputHeight];
            int width = words[record + InputWidth];
            int channels = words[record + Channels];
            int outputHeight = words[record + OutputHeight];
            int outputWidth = words[record + OutputWidth];
            int filterWidth = words[record + FilterWidth];
            int strideWidth = words[record + StrideWidth];
            bool average = words[record + Kind] == Average;
            int min = words[record + ActivationMin];
            int max = words[record + ActivationMax];
            int image = unit / outputHeight;
            int top = ((unit - (image * outputHeight)) * words[record + StrideHeight]) - words[record + PadTop];
            int bottom = top + words[record + FilterHeight];
            if (bottom > height) bottom = height;
            if (top < 0) top = 0;
            int rowLength = width * channels;
            int first = words[words[record + Input] + BlobFormat.TensorOffset] + (((image * height) + top) * rowLength);
            int rowsLength = (bottom - top) * rowLength;
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * outputWidth * channels);
            for (int column = 0, cell = -words[record + PadLeft]; column < outputWidth; column++, cell += strideWidth)
            {
                int left = cell < 0 ? 0 : cell;
                int right = cell + filterWidth;
                if (right > width) right = width;
                int length = (right - left) * channels;
                int cells = (bottom - top) * (right - left);
                int half = cells / 2;
                int start = first + (left * channels);
                for (int end = o + channels; o < end; o++, start++)
                {
                    int sum = 0;
                    int most = short.MinValue;
                    for (int row = start, rowsEnd = start + rowsLength; row < rowsEnd; row += rowLength)
                    {
                        if (average)
                        {
                            for (int i = row, rowEnd = row + length; i < rowEnd; i += channels) sum += x[i];
                        }
                        else
                        {
                            for (int i = row, rowEnd = row + length; i < rowEnd; i += channels) most = x[i] > most ? x[i] : most;
                        }
                    }

                    int y = average ? (sum > 0 ? sum + half : sum - half) / cells : most;
                    if (y < min) y = min;
                    if (y > max) y = max;
                    x[o] = (short)y;
                }
            }
        }

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
