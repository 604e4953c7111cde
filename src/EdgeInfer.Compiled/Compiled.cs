using System;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// A convolution or matrix product whose weights, biases and scales are constants of a <see cref="CompiledLayer"/>. The
    /// formula is that of <see cref="Conv2D"/> without groups; a matrix product is a convolution of images of one pixel.
    /// </summary>
    /// <remarks>
    /// Input and output NHWC. A unit is one row of the output. The layer's code knows how far the taps of a position lie apart.
    /// Where that is as in the input, it reads them there. Where it is not, and where some taps lie in the padding, all are
    /// copied to a window, those in the padding from a row of zero points behind it. A single tap is copied always where there is
    /// a window, so that the output may take the input's place.
    /// </remarks>
    public sealed class Compiled : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: 8-bit scratch for the taps of a position, and a row of zero points where there is padding; -1 where all taps are read in the input.</summary>
        public const int Window = Record.Fields + 1;

        /// <summary>Field: index of the compiled layer.</summary>
        public const int Slot = Record.Fields + 2;

        /// <summary>Field: checksum of the compiled layer.</summary>
        public const int Checksum = Record.Fields + 3;

        /// <summary>Field: number of images.</summary>
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

        /// <summary>Field: rows of the filter.</summary>
        public const int FilterHeight = Record.Fields + 11;

        /// <summary>Field: columns of the filter.</summary>
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

        /// <summary>Field: input zero point, which is what padding reads as.</summary>
        public const int InputZeroPoint = Record.Fields + 19;

        /// <summary>Field: pixels from one row of taps to the next as the layer's code reads them.</summary>
        public const int RowStep = Record.Fields + 20;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 21;

        /// <summary>Largest size of a dimension.</summary>
        private const int Limit = 1 << 16;

        /// <summary>Keeps the rows and columns of taps within 32 bits.</summary>
        private const int StepLimit = 1 << 12;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Compiled"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int batches = verifier.Range(Batches, "batches", 1, Limit);
            int height = verifier.Range(InputHeight, "input height", 1, Limit);
            int width = verifier.Range(InputWidth, "input width", 1, Limit);
            int channels = verifier.Range(InputChannels, "input channels", 1, 1 << 20);
            int rows = verifier.Range(OutputHeight, "output height", 1, Limit);
            int columns = verifier.Range(OutputWidth, "output width", 1, Limit);
            int filters = verifier.Range(OutputChannels, "output channels", 1, 1 << 20);
            int filterHeight = verifier.Range(FilterHeight, "filter height", 1, StepLimit);
            int filterWidth = verifier.Range(FilterWidth, "filter width", 1, StepLimit);
            int strideHeight = verifier.Range(StrideHeight, "stride height", 1, StepLimit);
            int strideWidth = verifier.Range(StrideWidth, "stride width", 1, StepLimit);
            int dilationHeight = verifier.Range(DilationHeight, "dilation height", 1, StepLimit);
            int dilationWidth = verifier.Range(DilationWidth, "dilation width", 1, StepLimit);
            int top = verifier.Range(PadTop, "pad top", 0, Limit);
            int left = verifier.Range(PadLeft, "pad left", 0, Limit);
            verifier.Range(InputZeroPoint, "input zero point", sbyte.MinValue, sbyte.MaxValue);

            int taps = verifier.Product(verifier.Product(filterHeight, filterWidth), channels);
            int positions = verifier.Product(verifier.Product(batches, rows), columns);
            int outputs = verifier.Product(positions, filters);
            int rowTaps = ((filterWidth - 1) * dilationWidth) + 1;
            int rowStep = verifier.Range(RowStep, "row step", rowTaps, 1 << 28);
            int extent = verifier.Product(verifier.Product(filterHeight - 1, rowStep) + rowTaps, channels);
            CompiledLayer layer = verifier.Layer(Slot);
            bool same = layer.Extent == extent && layer.Channels == filters && layer.Geometry == GeometryOf(filterHeight, filterWidth, channels, rowStep, dilationWidth);
            if (!same) verifier.Fail("slot", Slot, "the layer was compiled for other shapes");
            if (layer.Checksum != verifier.Word(Checksum)) verifier.Fail("checksum", Checksum, "the layer was compiled from another model; compile it again");

            verifier.Read(Input, "input", TensorType.Int8, verifier.Product(verifier.Product(verifier.Product(batches, height), width), channels));
            bool inside = IsInside(top, height, rows, filterHeight, strideHeight, dilationHeight)
                && IsInside(left, width, columns, filterWidth, strideWidth, dilationWidth);
            bool copies = verifier.Word(Window) != Record.None;
            if (copies) verifier.Scratch(Window, "window", TensorType.Int8, WindowLength(extent, filterWidth * channels, inside));
            else if (!inside || (filterHeight > 1 && rowStep != dilationHeight * width)) verifier.Fail("window", Window, "taps that do not lie in the input need one");
            bool sameImage = taps == channels && inside && strideHeight == 1 && strideWidth == 1 && rows == height && columns == width;
            if (copies && sameImage && filters <= channels) verifier.WriteInPlace(TensorType.Int8, outputs, Input);
            else verifier.Write(TensorType.Int8, outputs);
            verifier.Units(batches * rows, (long)positions * filters * taps);
        }

        /// <summary>Names the places of the taps, so that a record brings them to where the layer's code reads them.</summary>
        /// <param name="filterHeight">Rows of the filter.</param>
        /// <param name="filterWidth">Columns of the filter.</param>
        /// <param name="channels">Input channels.</param>
        /// <param name="rowStep">Pixels from one row of taps to the next.</param>
        /// <param name="dilationWidth">Columns from one tap to the next.</param>
        /// <returns>CRC-32 of the five numbers, low byte first.</returns>
        public static int GeometryOf(int filterHeight, int filterWidth, int channels, int rowStep, int dilationWidth)
        {
            Crc32 crc = new Crc32();
            crc.Append(BitConverter.GetBytes(filterHeight), 0, 4);
            crc.Append(BitConverter.GetBytes(filterWidth), 0, 4);
            crc.Append(BitConverter.GetBytes(channels), 0, 4);
            crc.Append(BitConverter.GetBytes(rowStep), 0, 4);
            crc.Append(BitConverter.GetBytes(dilationWidth), 0, 4);
            return crc.Value;
        }

        /// <summary>Tells whether no window reaches into the padding of one dimension.</summary>
        /// <param name="pad">Padding in front.</param>
        /// <param name="size">Size of the input.</param>
        /// <param name="outputs">Size of the output.</param>
        /// <param name="filter">Size of the filter.</param>
        /// <param name="stride">Distance of the outputs.</param>
        /// <param name="dilation">Distance of the taps.</param>
        public static bool IsInside(int pad, int size, int outputs, int filter, int stride, int dilation)
        {
            return pad == 0 && ((outputs - 1) * stride) + ((filter - 1) * dilation) < size;
        }

        /// <summary>Elements of the window.</summary>
        /// <param name="extent">Extent of the layer.</param>
        /// <param name="row">Taps of one row of the filter.</param>
        /// <param name="inside">Whether no window reaches into the padding.</param>
        public static int WindowLength(int extent, int row, bool inside)
        {
            return inside ? extent : extent + row;
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            sbyte[] data = arena.Int8;
            CompiledLayer layer = model.Layers[words[record + Slot]];
            int rows = words[record + OutputHeight];
            int columns = words[record + OutputWidth];
            int filters = words[record + OutputChannels];
            int channels = words[record + InputChannels];
            int width = words[record + InputWidth];
            int strideWidth = words[record + StrideWidth];
            int filterHeight = words[record + FilterHeight];
            int filterWidth = words[record + FilterWidth];
            int image = unit / rows;
            int y = ((unit - (image * rows)) * words[record + StrideHeight]) - words[record + PadTop];
            int x = -words[record + PadLeft];
            int input = words[words[record + Input] + BlobFormat.TensorOffset] + (image * words[record + InputHeight] * width * channels);
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * columns * filters);
            int end = output + (columns * filters);
            int window = 0;
            int zeros = 0;
            bool copies = words[record + Window] != Record.None;
            if (copies)
            {
                window = words[words[record + Window] + BlobFormat.TensorOffset];
                zeros = window + layer.Extent;
                int windowEnd = window + words[words[record + Window] + BlobFormat.TensorCount];
                sbyte zeroPoint = (sbyte)words[record + InputZeroPoint];
                for (int i = zeros; i < windowEnd; i++) data[i] = zeroPoint;
            }

            // The last column at which all taps are read in the input; none where a row of taps is not there, or lies otherwise.
            int dilationHeight = words[record + DilationHeight];
            bool together = filterHeight == 1 || words[record + RowStep] == dilationHeight * width;
            bool rowsInside = together && y >= 0 && y + ((filterHeight - 1) * dilationHeight) < words[record + InputHeight];
            int lastColumn = rowsInside ? width - 1 - ((filterWidth - 1) * words[record + DilationWidth]) : -1;
            bool single = copies && filterHeight == 1 && filterWidth == 1;
            int source = input + (((y * width) + x) * channels);
            for (int step = strideWidth * channels; output < end; output += filters, x += strideWidth, source += step)
            {
                if (x < 0 || x > lastColumn)
                {
                    Gather(words, data, record, input, window, zeros, y, x);
                    layer.Run(data, window, output);
                }
                else if (single)
                {
                    Array.Copy(data, source, data, window, channels);
                    layer.Run(data, window, output);
                }
                else
                {
                    layer.Run(data, source, output);
                }
            }
        }

        /// <summary>Copies the taps of one position to the window.</summary>
        private static void Gather(int[] words, sbyte[] data, int record, int image, int window, int zeros, int y, int x)
        {
            int height = words[record + InputHeight];
            int width = words[record + InputWidth];
            int channels = words[record + InputChannels];
            int filterWidth = words[record + FilterWidth];
            int dilationHeight = words[record + DilationHeight];
            int dilationWidth = words[record + DilationWidth];
            int rowStep = words[record + RowStep] * channels;

            // A run is what lies together in a row: all taps, or a single one where they are dilated.
            int run = dilationWidth == 1 ? filterWidth : 1;
            int runLength = run * channels;
            for (int ky = words[record + FilterHeight]; ky > 0; ky--, y += dilationHeight, window += rowStep)
            {
                int column = x;
                int target = window;
                for (int kx = 0; kx < filterWidth; kx += run, column += dilationWidth, target += dilationWidth * channels)
                {
                    if (y < 0 || y >= height || column + run <= 0 || column >= width)
                    {
                        Array.Copy(data, zeros, data, target, runLength);
                        continue;
                    }

                    int before = column < 0 ? -column : 0;
                    int behind = column + run > width ? column + run - width : 0;
                    if (before > 0) Array.Copy(data, zeros, data, target, before * channels);
                    Array.Copy(data, image + (((y * width) + column + before) * channels), data, target + (before * channels), (run - before - behind) * channels);
                    if (behind > 0) Array.Copy(data, zeros, data, target + ((run - behind) * channels), behind * channels);
                }
            }
        }
    }
}
