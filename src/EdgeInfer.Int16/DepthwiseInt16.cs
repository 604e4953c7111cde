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
            // The first four locals are the cheapest to read. A call a row would cost as much as an output: all is done here.
            long[] x = arena.Int64;
            int i;
            long sum;
            int j;
            int k;
            int s;
            short[] y = arena.Int16;
            byte[] w = model.Bytes;
            int[] words = model.Words;
            int height = words[record + Layout.InputHeight];
            int width = words[record + Layout.InputWidth];
            int channels = words[record + Layout.InputChannels];
            int outputHeight = words[record + Layout.OutputHeight];
            int outputWidth = words[record + Layout.OutputWidth];
            int outputChannels = words[record + Layout.OutputChannels];
            int filterHeight = words[record + Layout.FilterHeight];
            int filterWidth = words[record + Layout.FilterWidth];
            int strideHeight = words[record + Layout.StrideHeight];
            int stride = words[record + Layout.StrideWidth];
            int dilationHeight = words[record + Layout.DilationHeight];
            int dilationWidth = words[record + Layout.DilationWidth];
            int left = words[record + Layout.PadLeft];
            int image = unit / outputChannels;
            int filter = unit - (image * outputChannels);
            int plane = words[words[record + Layout.Input] + BlobFormat.TensorOffset] + (image * height * width * channels) + (filter / (outputChannels / channels)) - (left * channels);
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (image * outputHeight * outputWidth * outputChannels) + filter;
            int weights = model.BytesStart + words[record + Layout.Weights] + (filter * filterHeight * filterWidth);
            int bias = words[record + Layout.Biases] + (2 * filter);
            long start = (uint)words[bias] | ((long)words[bias + 1] << 32);
            int scale = words[record + Layout.Scales] + (2 * filter);
            long multiplier = words[scale + Channel.Multiplier];
            int shift = words[scale + Channel.Shift];
            bool wide = words[record + Layout.Accumulator] == Layout.Wide;
            long rounding = 1L << (shift - 1);
            long min = words[record + Layout.ActivationMin];
            long max = words[record + Layout.ActivationMax];
            ulong range = (ulong)(max - min);
            int half = (outputWidth + 1) / 2;
            int gap = half * stride;
            int offset = gap * channels;
            int pairs = PairsOfRow(outputWidth, filterWidth, stride, dilationWidth);
            int span = ((filterHeight - 1) * dilationHeight) + 1;
            int zeros = words[words[record + Layout.Sums] + BlobFormat.TensorOffset];
            int rows = zeros + pairs;
            int sums = rows + (span * pairs) + (2 * dilationWidth);
            int sumsEnd = sums + half;
            for (i = zeros; i < rows; i++) x[i] = 0;
            bool square = filterHeight == 3 && filterWidth == 3 && dilationWidth == 1;
            long w0 = square ? w[weights] - 128 : 0;
            long w1 = square ? w[weights + 1] - 128 : 0;
            long w2 = square ? w[weights + 2] - 128 : 0;
            long w3 = square ? w[weights + 3] - 128 : 0;
            long w4 = square ? w[weights + 4] - 128 : 0;
            long w5 = square ? w[weights + 5] - 128 : 0;
            long w6 = square ? w[weights + 6] - 128 : 0;
            long w7 = square ? w[weights + 7] - 128 : 0;
            long w8 = square ? w[weights + 8] - 128 : 0;
            int next = 0;
            int top = -words[record + Layout.PadTop];
            for (int row = 0; row < outputHeight; row++, top += strideHeight)
            {
                if (next < top) next = top;
                for (; next < top + span && next < height; next++)
                {
                    i = plane + (next * width * channels);
                    j = rows + (next % span * pairs);
                    k = -left;
                    for (int end = j + pairs; j < end; j++, k++, i += channels)
                    {
                        sum = 0;
                        if ((uint)k < (uint)width) sum = y[i];
                        if ((uint)(k + gap) < (uint)width) sum += (long)y[i + offset] << 32;
                        x[j] = sum;
                    }
                }

                if (square)
                {
                    k = top + (2 * dilationHeight);
                    k = k < 0 || k >= height ? zeros : rows + (k % span * pairs);
                    j = top + dilationHeight;
                    j = j < 0 || j >= height ? zeros : rows + (j % span * pairs);
                    i = top < 0 || top >= height ? zeros : rows + (top % span * pairs);
                    for (s = sums; s < sumsEnd; s++, i += stride, j += stride, k += stride)
                    {
                        x[s] = (x[i] * w0) + (x[i + 1] * w1) + (x[i + 2] * w2)
                            + (x[j] * w3) + (x[j + 1] * w4) + (x[j + 2] * w5)
                            + (x[k] * w6) + (x[k + 1] * w7) + (x[k + 2] * w8);
                    }
                }
                else
                {
                    for (s = sums; s < sumsEnd; s++) x[s] = 0;
                    for (i = 0, j = top; i < filterHeight; i++, j += dilationHeight)
                    {
                        if (j < 0 || j >= height) continue;

                        int first = rows + (j % span * pairs);
                        for (k = 0; k < filterWidth; k += Taps) Three(w, weights + (i * filterWidth) + k, filterWidth - k, x, first + (k * dilationWidth), stride, dilationWidth, sums, half);
                    }
                }

                k = output + (half * outputChannels);
                for (i = sums, j = output; j < k; i++, j += outputChannels)
                {
                    sum = (int)x[i] + start;
                    if (wide) sum = ((sum * multiplier) + rounding) >> shift;
                    else sum = Requantize((int)sum, multiplier, shift);
                    if ((ulong)(sum - min) > range) sum = sum < min ? min : max;
                    y[j] = (short)sum;
                }

                output += outputWidth * outputChannels;
                for (i = sums; j < output; i++, j += outputChannels)
                {
                    sum = x[i];
                    sum = ((sum - (int)sum) >> 32) + start;
                    if (wide) sum = ((sum * multiplier) + rounding) >> shift;
                    else sum = Requantize((int)sum, multiplier, shift);
                    if ((ulong)(sum - min) > range) sum = sum < min ? min : max;
                    y[j] = (short)sum;
                }
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

        private static long Requantize(int sum, long multiplier, int shift)
        {
            long scaled = (sum * multiplier) + Channel.Rounding(shift);
            if (scaled < Channel.Threshold(shift)) scaled -= Channel.NegativeStep(shift);
            return scaled >> shift;
        }
    }
}
