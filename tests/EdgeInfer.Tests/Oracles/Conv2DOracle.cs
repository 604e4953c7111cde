namespace EdgeInfer.Tests.Oracles;

/// <summary>What a convolution needs besides its operands; shared by the ordinary and the depthwise one.</summary>
internal sealed record ConvolutionOptions
{
    public int StrideHeight { get; init; } = 1;

    public int StrideWidth { get; init; } = 1;

    public int DilationHeight { get; init; } = 1;

    public int DilationWidth { get; init; } = 1;

    public int Top { get; init; }

    public int Left { get; init; }

    public int InputZeroPoint { get; init; }

    public int OutputZeroPoint { get; init; }

    public int Min { get; init; } = sbyte.MinValue;

    public int Max { get; init; } = sbyte.MaxValue;

    /// <summary>Multiplier and exponent, one pair an output channel.</summary>
    public required (int Multiplier, int Exponent)[] Scales { get; init; }
}

/// <summary>Two-dimensional convolution by its definition.</summary>
internal static class Conv2DOracle
{
    /// <summary>Convolves.</summary>
    /// <param name="x">Input, NHWC.</param>
    /// <param name="xShape">Its shape.</param>
    /// <param name="w">Weights, OHWI, I being the channels of one group.</param>
    /// <param name="wShape">Their shape.</param>
    /// <param name="bias">Bias, or null.</param>
    /// <param name="yShape">Output shape, NHWC.</param>
    /// <param name="options">Geometry and quantization.</param>
    public static int[] Run(int[] x, int[] xShape, int[] w, int[] wShape, int[]? bias, int[] yShape, ConvolutionOptions options)
    {
        int[] y = new int[yShape.Aggregate(1, (a, b) => a * b)];
        int groups = xShape[3] / wShape[3];
        int filtersPerGroup = wShape[0] / groups;
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
                        for (int ky = 0; ky < wShape[1]; ky++)
                        {
                            for (int kx = 0; kx < wShape[2]; kx++)
                            {
                                int inRow = (row * options.StrideHeight) + (ky * options.DilationHeight) - options.Top;
                                int inColumn = (column * options.StrideWidth) + (kx * options.DilationWidth) - options.Left;
                                if (inRow < 0 || inRow >= xShape[1] || inColumn < 0 || inColumn >= xShape[2]) continue;
                                for (int i = 0; i < wShape[3]; i++)
                                {
                                    int channel = (filter / filtersPerGroup * wShape[3]) + i;
                                    long value = x[(((((n * xShape[1]) + inRow) * xShape[2]) + inColumn) * xShape[3]) + channel] - options.InputZeroPoint;
                                    sum += value * w[(((((filter * wShape[1]) + ky) * wShape[2]) + kx) * wShape[3]) + i];
                                }
                            }
                        }

                        (int multiplier, int exponent) = options.Scales[filter];
                        y[at++] = GemmlowpOracle.Clamp(GemmlowpOracle.Requantize((int)sum, multiplier, exponent) + options.OutputZeroPoint, options.Min, options.Max);
                    }
                }
            }
        }

        return y;
    }
}
