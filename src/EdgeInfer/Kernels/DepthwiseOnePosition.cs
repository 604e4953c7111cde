namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Depthwise convolution whose filter has one position on the image, as streaming models have over their last frames:
    /// <see cref="DepthwiseConv2D.OnePosition"/>.
    /// </summary>
    /// <remarks>
    /// A dot product a channel, of which neither operand serves another: there is nothing to share a multiplication
    /// with, so what counts is that eight taps cost one advance of the two indexes.
    /// </remarks>
    internal static class DepthwiseOnePosition
    {
        /// <summary>Proves the shape that <see cref="Run"/> is for.</summary>
        /// <param name="verifier">Reads the record.</param>
        public static void Verify(Verifier verifier)
        {
            verifier.Range(DepthwiseConv2D.DepthMultiplier, "depth multiplier", 1, 1);
            verifier.Range(DepthwiseConv2D.OutputHeight, "output height", 1, 1);
            verifier.Range(DepthwiseConv2D.OutputWidth, "output width", 1, 1);
            verifier.Range(DepthwiseConv2D.PadTop, "pad top", 0, 0);
            verifier.Range(DepthwiseConv2D.PadLeft, "pad left", 0, 0);
            int rows = (verifier.Word(DepthwiseConv2D.FilterHeight) - 1) * verifier.Word(DepthwiseConv2D.DilationHeight);
            int columns = (verifier.Word(DepthwiseConv2D.FilterWidth) - 1) * verifier.Word(DepthwiseConv2D.DilationWidth);
            verifier.Range(DepthwiseConv2D.InputHeight, "input height", rows + 1, int.MaxValue);
            verifier.Range(DepthwiseConv2D.InputWidth, "input width", columns + 1, int.MaxValue);
        }

        /// <summary>Runs channels one after the other.</summary>
        /// <param name="model">Holds the record and the constants.</param>
        /// <param name="arena">Holds the tensors.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="unit">The first channel, counted through all images.</param>
        /// <param name="count">Number of channels.</param>
        public static void Run(Model model, Arena arena, int record, int unit, int count)
        {
            // The interpreter reads the first four locals at 81 instructions, the others at 94.
            sbyte[] x = arena.Int8;
            byte[] w = model.Bytes;
            int i;
            int[] words = model.Words;
            int channels = words[record + DepthwiseConv2D.InputChannels];
            int row = words[record + DepthwiseConv2D.InputWidth] * channels;
            int imageSize = words[record + DepthwiseConv2D.InputHeight] * row;
            int rows = words[record + DepthwiseConv2D.FilterHeight];
            int taps = words[record + DepthwiseConv2D.FilterWidth];
            int rowStep = words[record + DepthwiseConv2D.DilationHeight] * row;
            int step = words[record + DepthwiseConv2D.DilationWidth] * channels;
            int size = rows * taps;
            if (taps == 1)
            {
                // One column is as good as one row.
                taps = rows;
                rows = 1;
                step = rowStep;
            }

            int step2 = 2 * step;
            int step3 = 3 * step;
            int step4 = 4 * step;
            int step5 = 5 * step;
            int step6 = 6 * step;
            int step7 = 7 * step;
            int step8 = 8 * step;
            bool four = (taps & 4) != 0;
            bool two = (taps & 2) != 0;
            bool one = (taps & 1) != 0;
            int groups = taps & ~7;
            int zeroPoint = words[record + DepthwiseConv2D.OutputZeroPoint];
            int min = words[record + DepthwiseConv2D.ActivationMin];
            int max = words[record + DepthwiseConv2D.ActivationMax];
            int biases = words[record + DepthwiseConv2D.Channels + Channel.Biases];
            int scaleStep = words[record + DepthwiseConv2D.Channels + Channel.ScaleStep];
            int channel = unit % channels;
            int scale = words[record + DepthwiseConv2D.Channels + Channel.Scales] + (channel * scaleStep);
            int j = model.BytesStart + words[record + DepthwiseConv2D.Weights] + (channel * size);
            int input = words[words[record + DepthwiseConv2D.Input] + BlobFormat.TensorOffset] + (unit / channels * imageSize) + channel;
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + unit;
            for (int last = output + count; output < last; output++)
            {
                int sum = words[biases + channel];
                for (int ky = 0, start = input; ky < rows; ky++, start += rowStep)
                {
                    i = start;
                    for (int end = j + groups; j < end; j += 8, i += step8)
                    {
                        sum += (x[i] * (w[j] + -128)) + (x[i + step] * (w[j + 1] + -128))
                            + (x[i + step2] * (w[j + 2] + -128)) + (x[i + step3] * (w[j + 3] + -128))
                            + (x[i + step4] * (w[j + 4] + -128)) + (x[i + step5] * (w[j + 5] + -128))
                            + (x[i + step6] * (w[j + 6] + -128)) + (x[i + step7] * (w[j + 7] + -128));
                    }

                    if (four)
                    {
                        sum += (x[i] * (w[j] + -128)) + (x[i + step] * (w[j + 1] + -128))
                            + (x[i + step2] * (w[j + 2] + -128)) + (x[i + step3] * (w[j + 3] + -128));
                        j += 4;
                        i += step4;
                    }

                    if (two)
                    {
                        sum += (x[i] * (w[j] + -128)) + (x[i + step] * (w[j + 1] + -128));
                        j += 2;
                        i += step2;
                    }

                    if (one)
                    {
                        sum += x[i] * (w[j] + -128);
                        j++;
                    }
                }

                int shift = words[scale + Channel.Shift];
                long scaled = (long)sum * words[scale + Channel.Multiplier];
                if (shift > 31)
                {
                    scaled += Channel.HalfUnit;
                    if (scaled < 0) scaled -= Channel.Unit;
                }

                scaled = ((scaled + (1L << (shift - 1))) >> shift) + zeroPoint;
                if (scaled < min) scaled = min;
                if (scaled > max) scaled = max;
                x[output] = (sbyte)scaled;
                input++;
                channel++;
                scale += scaleStep;
                if (channel == channels)
                {
                    channel = 0;
                    input += imageSize - channels;
                    scale -= channels * scaleStep;
                    j -= channels * size;
                }
            }
        }
    }
}
