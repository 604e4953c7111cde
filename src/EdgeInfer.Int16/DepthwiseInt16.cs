using Layout = EdgeInfer.Kernels.Conv2DInt16;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// The form of <see cref="Conv2DInt16"/> for groups of one channel: a unit is a whole output channel, whose inputs are laid out once in pairs, so
    /// that a multiplication by a weight makes two products.
    /// </summary>
    /// <remarks>
    /// With h half the columns of the output, rounded up, outputs c and c + h have their inputs h strides apart. Both stand in one number, the second
    /// 32 bits higher: a product is within 2^22, so that the sum of <see cref="LargestFilter"/> of them keeps to its half. The scratch has a row of pairs for
    /// every row that a filter spans, taken in turns, a row of zeros for padding, and the sums of an output row. Taps are taken in threes; what the
    /// last three read beyond their row is multiplied by zero.
    /// </remarks>
    internal static class DepthwiseInt16
    {
        /// <summary>Most taps of a filter.</summary>
        public const int LargestFilter = 256;

        /// <summary>Taps that are taken together.</summary>
        private const int Taps = 3;

        /// <summary>Pairs that an output row needs of an input row.</summary>
        /// <param name="outputWidth">Columns of the output.</param>
        /// <param name="filterWidth">Columns of the filter.</param>
        /// <param name="strideWidth">Columns from one output to the next.</param>
        /// <param name="dilationWidth">Columns from one tap to the next.</param>
        /// <returns>The number.</returns>
        public static int PairsOfRow(int outputWidth, int filterWidth, int strideWidth, int dilationWidth)
        {
            return ((((outputWidth + 1) / 2) - 1) * strideWidth) + ((filterWidth - 1) * dilationWidth) + 1;
        }

        /// <summary>Computes an output channel of an image.</summary>
        public static void Compute(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int height = words[record + Layout.InputHeight];
            int channels = words[record + Layout.InputChannels];
            int outputHeight = words[record + Layout.OutputHeight];
            int outputWidth = words[record + Layout.OutputWidth];
            int outputChannels = words[record + Layout.OutputChannels];
            int filterHeight = words[record + Layout.FilterHeight];
            int filterWidth = words[record + Layout.FilterWidth];
            int strideHeight = words[record + Layout.StrideHeight];
            int strideWidth = words[record + Layout.StrideWidth];
            int dilationHeight = words[record + Layout.DilationHeight];
            int dilationWidth = words[record + Layout.DilationWidth];
            int image = unit / outputChannels;
            int filter = unit - (image * outputChannels);
            int plane = words[words[record + Layout.Input] + BlobFormat.TensorOffset]
                + (image * height * words[record + Layout.InputWidth] * channels) + (filter / (outputChannels / channels));
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (image * outputHeight * outputWidth * outputChannels) + filter;
            int weights = model.BytesStart + words[record + Layout.Weights] + (filter * filterHeight * filterWidth);
            int pairs = PairsOfRow(outputWidth, filterWidth, strideWidth, dilationWidth);
            int span = ((filterHeight - 1) * dilationHeight) + 1;
            int zeros = words[words[record + Layout.Sums] + BlobFormat.TensorOffset];
            int rows = zeros + pairs;
            int sums = rows + (span * pairs) + (2 * dilationWidth);
            int half = (outputWidth + 1) / 2;
            long[] x = arena.Int64;
            byte[] w = model.Bytes;
            for (int i = zeros; i < rows; i++) x[i] = 0;
            bool square = filterHeight == 3 && filterWidth == 3 && dilationWidth == 1;
            int next = 0;
            int top = -words[record + Layout.PadTop];
            for (int row = 0; row < outputHeight; row++, top += strideHeight, output += outputWidth * outputChannels)
            {
                if (next < top) next = top;
                for (; next < top + span && next < height; next++) Pack(words, record, arena.Int16, plane, next, x, rows + (next % span * pairs), pairs);
                if (square)
                {
                    int r0 = Row(top, height, span, rows, pairs, zeros);
                    int r1 = Row(top + dilationHeight, height, span, rows, pairs, zeros);
                    int r2 = Row(top + (2 * dilationHeight), height, span, rows, pairs, zeros);
                    Nine(w, weights, x, r0, r1, r2, strideWidth, sums, half);
                }
                else
                {
                    for (int i = 0; i < half; i++) x[sums + i] = 0;
                    for (int ky = 0, tap = weights; ky < filterHeight; ky++, tap += filterWidth)
                    {
                        int r = Row(top + (ky * dilationHeight), height, span, rows, pairs, zeros);
                        if (r == zeros) continue;
                        for (int kx = 0; kx < filterWidth; kx += Taps) Three(w, tap + kx, filterWidth - kx, x, r + (kx * dilationWidth), strideWidth, dilationWidth, sums, half);
                    }
                }

                Store(words, record, filter, x, sums, half, arena.Int16, output, outputWidth, outputChannels);
            }
        }

        /// <summary>Where the pairs of an input row are.</summary>
        private static int Row(int row, int height, int span, int rows, int pairs, int zeros)
        {
            return row < 0 || row >= height ? zeros : rows + (row % span * pairs);
        }

        /// <summary>Lays out a row.</summary>
        private static void Pack(int[] words, int record, short[] inputs, int plane, int row, long[] target, int first, int pairs)
        {
            // The first four locals are the cheapest to read.
            short[] x = inputs;
            int i;
            int cell = -words[record + Layout.PadLeft];
            int p = first;
            int width = words[record + Layout.InputWidth];
            int channels = words[record + Layout.InputChannels];
            int gap = (words[record + Layout.OutputWidth] + 1) / 2 * words[record + Layout.StrideWidth];
            int offset = gap * channels;
            long[] y = target;
            i = plane + (((row * width) + cell) * channels);
            for (int end = first + pairs; p < end; p++, cell++, i += channels)
            {
                long low = cell >= 0 && cell < width ? x[i] : 0;
                if (cell + gap >= 0 && cell + gap < width) low += (long)x[i + offset] << 32;
                y[p] = low;
            }
        }

        /// <summary>The sums of a row of outputs, all nine taps.</summary>
        private static void Nine(byte[] weights, int w, long[] pairs, int row0, int row1, int row2, int stride, int firstSum, int count)
        {
            // The first four locals are the cheapest to read.
            long[] x = pairs;
            int i = row0;
            int j = row1;
            int k = row2;
            long w0 = weights[w] - 128;
            long w1 = weights[w + 1] - 128;
            long w2 = weights[w + 2] - 128;
            long w3 = weights[w + 3] - 128;
            long w4 = weights[w + 4] - 128;
            long w5 = weights[w + 5] - 128;
            long w6 = weights[w + 6] - 128;
            long w7 = weights[w + 7] - 128;
            long w8 = weights[w + 8] - 128;
            for (int s = firstSum, end = firstSum + count; s < end; s++, i += stride, j += stride, k += stride)
            {
                x[s] = (x[i] * w0) + (x[i + 1] * w1) + (x[i + 2] * w2)
                    + (x[j] * w3) + (x[j + 1] * w4) + (x[j + 2] * w5)
                    + (x[k] * w6) + (x[k + 1] * w7) + (x[k + 2] * w8);
            }
        }

        /// <summary>Adds the products of up to three taps of a filter row to the sums of a row of outputs.</summary>
        private static void Three(byte[] weights, int w, int taps, long[] pairs, int row, int stride, int dilation, int firstSum, int count)
        {
            // The first four locals are the cheapest to read.
            long[] x = pairs;
            int i = row;
            int s = firstSum;
            int j = row + dilation;
            int k = row + (2 * dilation);
            long w0 = weights[w] - 128;
            long w1 = taps > 1 ? weights[w + 1] - 128 : 0;
            long w2 = taps > 2 ? weights[w + 2] - 128 : 0;
            for (int end = s + count; s < end; s++, i += stride, j += stride, k += stride) x[s] += (x[i] * w0) + (x[j] * w1) + (x[k] * w2);
        }

        private static void Store(int[] words, int record, int filter, long[] sums, int firstSum, int half, short[] y, int output, int outputWidth, int outputChannels)
        {
            int bias = words[record + Layout.Biases] + (2 * filter);
            int scale = words[record + Layout.Scales] + (2 * filter);
            long start = (uint)words[bias] | ((long)words[bias + 1] << 32);
            long multiplier = words[scale + Channel.Multiplier];
            int shift = words[scale + Channel.Shift];
            bool wide = words[record + Layout.Accumulator] == Layout.Wide;
            long rounding = wide ? 1L << (shift - 1) : Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            long min = words[record + Layout.ActivationMin];
            long max = words[record + Layout.ActivationMax];
            ulong range = (ulong)(max - min);
            for (int column = 0; column < outputWidth; column++, output += outputChannels)
            {
                long sum;
                if (column < half)
                {
                    sum = (int)sums[firstSum + column];
                }
                else
                {
                    sum = sums[firstSum + column - half];
                    sum = (sum - (int)sum) >> 32;
                }

                sum += start;
                if (wide)
                {
                    sum = ((sum * multiplier) + rounding) >> shift;
                }
                else
                {
                    sum = ((int)sum * multiplier) + rounding;
                    if (sum < threshold) sum -= negativeStep;
                    sum >>= shift;
                }

                if ((ulong)(sum - min) > range) sum = sum < min ? min : max;
                y[output] = (short)sum;
            }
        }
    }
}
