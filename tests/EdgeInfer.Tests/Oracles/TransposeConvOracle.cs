namespace EdgeInfer.Tests.Oracles;

/// <summary>Transposed convolution by its definition: every input adds its products to a window of the output.</summary>
internal static class TransposeConvOracle
{
    /// <summary>Convolves.</summary>
    /// <param name="x">Input, NHWC.</param>
    /// <param name="xShape">Its shape.</param>
    /// <param name="w">Weights, OHWI.</param>
    /// <param name="wShape">Their shape.</param>
    /// <param name="bias">Bias, or null.</param>
    /// <param name="yShape">Output shape, NHWC.</param>
    /// <param name="options">Geometry and quantization; the padding is cut off the output.</param>
    /// <param name="wide">Whether sums take 64 bits.</param>
    public static int[] Run(int[] x, int[] xShape, int[] w, int[] wShape, long[]? bias, int[] yShape, ConvolutionOptions options, bool wide = false)
    {
        NestedArray input = new(xShape, x), weights = new(wShape, w);
        Dictionary<(int, int, int, int), long> sums = [];
        foreach (int[] i in NestedArray.Indexes(xShape))
        {
            foreach (int[] f in NestedArray.Indexes([wShape[0], wShape[1], wShape[2]]))
            {
                (int, int, int, int) place = (i[0], (i[1] * options.StrideHeight) + f[1] - options.Top, (i[2] * options.StrideWidth) + f[2] - options.Left, f[0]);
                sums[place] = sums.GetValueOrDefault(place) + ((long)(input[i] - options.InputZeroPoint) * weights[[.. f, i[3]]]);
            }
        }

        return
        [
            .. NestedArray.Indexes(yShape).Select(o =>
            {
                long sum = sums.GetValueOrDefault((o[0], o[1], o[2], o[3])) + (bias is null ? 0 : bias[o[3]]);
                (int multiplier, int exponent) = options.Scales[o[3]];
                return GemmlowpOracle.Clamp((wide ? Int16Oracle.Scale(sum, multiplier, exponent) : GemmlowpOracle.Requantize(sum, multiplier, exponent)) + options.OutputZeroPoint, options.Min, options.Max);
            }),
        ];
    }
}
