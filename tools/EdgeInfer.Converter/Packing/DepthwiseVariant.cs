using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using Layout = EdgeInfer.Kernels.DepthwiseConv2D;

namespace EdgeInfer.Converter.Packing;

/// <summary>Which way a depthwise convolution is computed, and what follows for its memory.</summary>
/// <param name="Code">One of the variants of <see cref="Layout"/>.</param>
/// <param name="Scratch">64-bit numbers of scratch.</param>
/// <param name="InPlace">Whether the output may take the place of the input.</param>
public readonly record struct DepthwiseVariant(int Code, int Scratch, bool InPlace)
{
    /// <summary>The fastest variant that can compute an operator.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="filters">Its weights, the output channel slowest.</param>
    /// <param name="scales">The scales of its output channels.</param>
    /// <returns>The variant.</returns>
    public static DepthwiseVariant Of(DepthwiseConv2D op, ReadOnlySpan<sbyte> filters, QuantizedMultiplier[] scales)
    {
        int[] x = op.Input.Shape, w = op.Weights.Shape, y = op.Output.Shape;
        Window2D window = op.Window;
        bool nine = w[1] == 3 && w[2] == 3 && op.DepthMultiplier == 1 && window is { DilationHeight: 1, DilationWidth: 1, Top: <= 1, Left: <= 1 };
        nine = nine && CutsNegativeSums(op, filters, scales);
        if (nine && FitsStrideOne(op))
        {
            int columns = window is { Top: 1, Left: 1, Bottom: 1, Right: 1 } && x[1] % 3 != 2 ? x[2] : 0;
            if (columns == 3) return new(Layout.ThreeColumns, 0, true);
            if (columns == 5) return new(Layout.FiveColumns, 0, true);
            return new(Layout.StrideOne, y[2], y[2] == x[2] || window is { Top: 0, Left: 0 });
        }

        // The last window ends in the image or one beyond it.
        bool strideTwo = window is { StrideHeight: 2, StrideWidth: 2 }
            && y[1] >= 3 && (2 * y[1]) - window.Top <= x[1] && (2 * y[2]) - window.Left <= x[2];
        if (nine && strideTwo) return new(Layout.StrideTwo, 0, false);

        bool onePosition = y[1] * y[2] == 1 && op.DepthMultiplier == 1 && window is { Top: 0, Left: 0 };
        if (onePosition && (w[1] - 1) * window.DilationHeight < x[1] && (w[2] - 1) * window.DilationWidth < x[2])
        {
            return new(Layout.OnePosition, 0, true);
        }

        int plane = Layout.PlaneHeight(y[1], window.StrideHeight, w[1], window.DilationHeight)
            * Layout.PlaneWidth(y[2], window.StrideWidth, w[2], window.DilationWidth);
        return new(Layout.General, plane, op.DepthMultiplier == 1 && y[1] * y[2] <= x[1] * x[2]);
    }

    private static bool FitsStrideOne(DepthwiseConv2D op)
    {
        int[] x = op.Input.Shape;
        Window2D window = op.Window;
        return window is { StrideHeight: 1, StrideWidth: 1, Bottom: <= 1, Right: <= 1 }
            && x[1] >= 3 && x[2] >= 2 - window.Left;
    }

    /// <summary>
    /// Whether the activation leaves no output below the zero point, and each channel's sums reach from the smallest
    /// to the largest output: a bias beyond that is left to the general variant.
    /// </summary>
    private static bool CutsNegativeSums(DepthwiseConv2D op, ReadOnlySpan<sbyte> filters, QuantizedMultiplier[] scales)
    {
        (int min, int max) = ActivationRange.Of(op.Activation, op.Output);
        int zeroPoint = op.Output.Quantization!.ZeroPoint;
        if (min < zeroPoint) return false;
        int[] biases = ChannelTable.FoldedBiases(filters, scales.Length, op.Bias is null ? [] : op.Bias.Int32s(), op.Input.Quantization!.ZeroPoint);
        for (int channel = 0; channel < scales.Length; channel++)
        {
            (int multiplier, int shift) = (scales[channel].Multiplier, scales[channel].Shift);
            if (multiplier < Channel.MinimumMultiplier || shift < Layout.MinimumCutShift || shift > Layout.MaximumCutShift) return false;
            long beyond = ((long)(max - zeroPoint + 1) << shift) - Channel.Rounding(shift);
            if (((beyond - 1) / multiplier) - biases[channel] < -Layout.SumLimit) return false;
        }

        return true;
    }
}
