using System;
using Layout = EdgeInfer.Kernels.Conv2DInt16;

namespace EdgeInfer.Kernels
{
    /// <summary>The form of <see cref="Conv2DInt16"/> for one group: every output position is a vector that the matrix of all filters is multiplied with.</summary>
    internal static class WindowsInt16
    {
        /// <summary>Computes an output row.</summary>
        public static void Multiply(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            short[] x = arena.Int16;
            int height = words[record + Layout.InputHeight];
            int width = words[record + Layout.InputWidth];
            int channels = words[record + Layout.InputChannels];
            int outputHeight = words[record + Layout.OutputHeight];
            int outputWidth = words[record + Layout.OutputWidth];
            int outputChannels = words[record + Layout.OutputChannels];
            int filterHeight = words[record + Layout.FilterHeight];
            int filterWidth = words[record + Layout.FilterWidth];
            int strideWidth = words[record + Layout.StrideWidth];
            int dilationHeight = words[record + Layout.DilationHeight];
            int dilationWidth = words[record + Layout.DilationWidth];
            int image = unit / outputHeight;
            int top = ((unit - (image * outputHeight)) * words[record + Layout.StrideHeight]) - words[record + Layout.PadTop];
            int left = -words[record + Layout.PadLeft];
            int first = words[words[record + Layout.Input] + BlobFormat.TensorOffset] + (image * height * width * channels);
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * outputWidth * outputChannels);
            int weights = model.BytesStart + words[record + Layout.Weights];
            int sum = words[words[record + Layout.Sums] + BlobFormat.TensorOffset];
            bool gathers = words[record + Layout.Window] != Record.None;
            int window = gathers ? words[words[record + Layout.Window] + BlobFormat.TensorOffset] : 0;
            int depth = filterHeight * filterWidth * channels;
            long[] sums = arena.Int64;
            for (int column = 0; column < outputWidth; column++, left += strideWidth, output += outputChannels)
            {
                if (!gathers)
                {
                    window = first + (((top * width) + left) * channels);
                }
                else
                {
                    int target = window;
                    for (int ky = 0, row = top; ky < filterHeight; ky++, row += dilationHeight)
                    {
                        for (int kx = 0, cell = left; kx < filterWidth; kx++, cell += dilationWidth, target += channels)
                        {
                            if (row < 0 || row >= height || cell < 0 || cell >= width) Array.Clear(x, target, channels);
                            else Array.Copy(x, first + (((row * width) + cell) * channels), x, target, channels);
                        }
                    }
                }

                int bias = words[record + Layout.Biases];
                for (int s = sum, end = sum + outputChannels; s < end; s++, bias += 2) sums[s] = (uint)words[bias] | ((long)words[bias + 1] << 32);
                MatrixVectorInt16.Multiply(model.Bytes, x, window, weights, depth, sums, sum, outputChannels);
                if (words[record + Layout.Accumulator] == Layout.Wide) Scale(words, record, sums, sum, x, output, outputChannels);
                else Requantize(words, record, sums, sum, x, output, outputChannels);
            }
        }

        private static void Scale(int[] words, int record, long[] accumulators, int first, short[] y, int output, int channels)
        {
            // The first four locals are the cheapest to read.
            long sum;
            int s = first;
            int shift;
            int scale = words[record + Layout.Scales];
            long min = words[record + Layout.ActivationMin];
            long max = words[record + Layout.ActivationMax];
            ulong range = (ulong)(max - min);
            for (int end = s + channels; s < end; s++, scale += Channel.ScaleWords, output++)
            {
                shift = words[scale + Channel.Shift];
                sum = ((accumulators[s] * words[scale + Channel.Multiplier]) + (1L << (shift - 1))) >> shift;
                if ((ulong)(sum - min) > range) sum = sum < min ? min : max;
                y[output] = (short)sum;
            }
        }

        private static void Requantize(int[] words, int record, long[] accumulators, int s, short[] y, int output, int channels)
        {
            int scale = words[record + Layout.Scales];
            int min = words[record + Layout.ActivationMin];
            int max = words[record + Layout.ActivationMax];
            for (int end = s + channels; s < end; s++, scale += Channel.ScaleWords, output++)
            {
                int shift = words[scale + Channel.Shift];
                long sum = ((int)accumulators[s] * (long)words[scale + Channel.Multiplier]) + Channel.Rounding(shift);
                if (sum < Channel.Threshold(shift)) sum -= Channel.NegativeStep(shift);
                sum >>= shift;
                if (sum < min) sum = min;
                if (sum > max) sum = max;
                y[output] = (short)sum;
            }
        }
    }
}
