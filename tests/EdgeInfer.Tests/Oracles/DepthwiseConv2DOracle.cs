namespace EdgeInfer.Tests.Oracles;

/// <summary>Two-dimensional depthwise convolution by its definition.</summary>
internal static class DepthwiseConv2DOracle
{
    /// <summary>Convolves every input channel with filters of its own.</summary>
    /// <param name="x">Input, NHWC.</param>
    /// <param name="xShape">Its shape.</param>
    /// <param name="w">Weights, [1, filter height, filter width, output channels].</param>
    /// <param name="wShape">Their shape.</param>
    /// <param name="bias">Bias, or null.</param>
    /// <param name="yShape">Output shape, NHWC.</param>
    /// <param name="options">Geometry and quantization.</param>
    public static int[] Run(int[] x, int[] xShape, int[] w, int[] wShape, int[]? bias, int[] yShape, ConvolutionOptions options)
    {
        int[] y = new int[yShape.Aggregate(1, (a, b) => a * b)];
        int multiplier = yShape[3] / xShape[3];
        int at = 0;
        for (int n = 0; n < yShape[0]; n++)
        {
            for (int row = 0; row < yShape[1]; row++)
            {
                for (int column = 0; column < yShape[2]; column++)
                {
                    for (int filter = 0; filter < yShape[3]; filter++)
                    {
                        long sum = bias is null ? 0 : bias[filter];
                        for (int tap = 0; tap < wShape[1] * wShape[2]; tap++)
                        {
                            int inRow = (row * options.StrideHeight) + (tap / wShape[2] * options.DilationHeight) - options.Top;
                            int inColumn = (column * options.StrideWidth) + (tap % wShape[2] * options.DilationWidth) - options.Left;
                            if (inRow < 0 || inRow >= xShape[1] || inColumn < 0 || inColumn >= xShape[2]) continue;
                            long value = x[(((((n * xShape[1]) + inRow) * xShape[2]) + inColumn) * xShape[3]) + (filter / multiplier)];
                            sum += (value - options.InputZeroPoint) * w[(tap * wShape[3]) + filter];
                        }

                        (int scale, int exponent) = options.Scales[filter];
                        y[at++] = GemmlowpOracle.Clamp(GemmlowpOracle.Requantize((int)sum, scale, exponent) + options.OutputZeroPoint, options.Min, options.Max);
                    }
                }
            }
        }

        return y;
    }
}
