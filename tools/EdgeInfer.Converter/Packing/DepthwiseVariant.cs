using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using Layout = EdgeInfer.Kernels.DepthwiseConv2D;

namespace EdgeInfer.Converter.Packing;

/// <summary>Which way a depthwise convolution is computed, and what follows for its memory.</summary>
/// <param name="Code">One of the variants of <see cref="Layout"/>.</param>
/// <param name="Finish">How outputs are made of their sums: the field of <see cref="Layout.Finish"/>.</param>
/// <param name="Scratch">64-bit numbers of scratch.</param>
/// <param name="Plane">How many of them are a plane that every channel packs.</param>
/// <param name="InPlace">Whether the output may take the place of the input.</param>
public readonly record struct DepthwiseVariant(int Code, int Finish, int Scratch, int Plane, bool InPlace)
{
    /// <summary>RV32 instructions of a number that is packed, of a tap of three outputs, and of these without their taps, by the cost meter.</summary>
    private const int PackCost = 2800, TapCost = 650, OutputsCost = 4800;

    /// <summary>The fastest variant that can compute an operator.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="filters">Its weights, the output channel slowest.</param>
    /// <param name="scales">The scales of its output channels.</param>
    /// <returns>The variant.</returns>
    public static DepthwiseVariant Of(DepthwiseConv2D op, ReadOnlySpan<sbyte> filters, QuantizedMultiplier[] scales)
    {
        int[] x = op.Input.Shape, w = op.Weights.Shape, y = op.Output.Shape;
        Window2D window = op.Window;
        if (IsOnePosition(op)) return new(Layout.OnePosition, Layout.Rounded, 0, 0, true);

        int finish = FinishOf(op, filters, scales);
        bool nine = w[1] == 3 && w[2] == 3 && op.DepthMultiplier == 1 && window is { DilationHeight: 1, DilationWidth: 1, Top: <= 1, Left: <= 1 };

        // Fewer rows than three leave most of what is made unused.
        nine = nine && finish != Layout.Rounded && y[1] >= 3;
        if (nine && FitsStrideOne(op))
        {
            int columns = finish == Layout.CutBelow && window is { Top: 1, Left: 1, Bottom: 1, Right: 1 } && x[1] % 3 != 2 ? x[2] : 0;
            if (columns == 3) return new(Layout.ThreeColumns, finish, 0, 0, true);
            if (columns == 5) return new(Layout.FiveColumns, finish, 0, 0, true);
            return new(Layout.StrideOne, finish, y[2], 0, y[2] == x[2] || window is { Top: 0, Left: 0 });
        }

        // The last window ends in the image or one beyond it.
        bool strideTwo = window is { StrideHeight: 2, StrideWidth: 2 }
            && (2 * y[1]) - window.Top <= x[1] && (2 * y[2]) - window.Left <= x[2];
        if (nine && strideTwo && finish == Layout.CutBelow) return new(Layout.StrideTwo, finish, 0, 0, false);

        (int plane, int outputs) = SizeOf(op, columns: false);
        (int planeOfColumns, int outputsOfColumns) = SizeOf(op, columns: true);
        int taps = w[1] * w[2];
        bool fewRows = Cost(planeOfColumns, outputsOfColumns) < Cost(plane, outputs);
        if (fewRows) (plane, outputs) = (planeOfColumns, outputsOfColumns);
        int sums = taps > Layout.PassTaps ? outputs : 0;
        return new(fewRows ? Layout.Columns : Layout.General, finish, plane + sums, plane, op.DepthMultiplier == 1 && y[1] * y[2] <= x[1] * x[2]);

        long Cost(int packed, int threes) => ((long)packed * PackCost) + ((long)threes * op.DepthMultiplier * ((taps * TapCost) + OutputsCost));
    }

    /// <summary>Whether there is one output a channel, all of whose taps lie within the image.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>Whether <see cref="Layout.OnePosition"/> can compute it.</returns>
    public static bool IsOnePosition(DepthwiseConv2D op)
    {
        int[] x = op.Input.Shape, w = op.Weights.Shape, y = op.Output.Shape;
        return y[1] * y[2] == 1 && op.DepthMultiplier == 1 && op.Window is { Top: 0, Left: 0 }
            && (w[1] - 1) * op.Window.DilationHeight < x[1] && (w[2] - 1) * op.Window.DilationWidth < x[2];
    }

    /// <summary>Numbers of the plane, and outputs of a band.</summary>
    private static (int Plane, int Outputs) SizeOf(DepthwiseConv2D op, bool columns)
    {
        int[] w = op.Weights.Shape, y = op.Output.Shape;
        int height = Layout.Band(y[1], !columns), width = Layout.Band(y[2], columns);
        int plane = Layout.Reach(height, op.Window.StrideHeight, w[1], op.Window.DilationHeight) * Layout.Reach(width, op.Window.StrideWidth, w[2], op.Window.DilationWidth);
        return (plane, height * width);
    }

    private static bool FitsStrideOne(DepthwiseConv2D op)
    {
        int[] x = op.Input.Shape;
        Window2D window = op.Window;
        return window is { StrideHeight: 1, StrideWidth: 1, Bottom: <= 1, Right: <= 1 }
            && x[1] >= 3 && x[2] >= 2 - window.Left;
    }

    /// <summary>
    /// Outputs are made in the lanes where the weights leave room in them. A bias beyond which all outputs would be cut is left to
    /// <see cref="Layout.Rounded"/>, as is one that the lanes cannot hold where outputs may be negative.
    /// </summary>
    private static int FinishOf(DepthwiseConv2D op, ReadOnlySpan<sbyte> filters, QuantizedMultiplier[] scales)
    {
        (int min, int max) = ActivationRange.Of(op.Activation, op.Output);
        int zeroPoint = op.Output.Quantization!.ZeroPoint;
        int[] biases = ChannelTable.FoldedBiases(filters, scales.Length, op.Bias is null ? [] : op.Bias.Int32s(), op.Input.Quantization!.ZeroPoint);
        bool cuts = min >= zeroPoint;
        int taps = filters.Length / scales.Length;
        for (int channel = 0; channel < scales.Length; channel++)
        {
            (int multiplier, int shift) = (scales[channel].Multiplier, scales[channel].Shift);
            if (multiplier < Channel.MinimumMultiplier || shift < Layout.MinimumCutShift || shift > Layout.MaximumCutShift) return Layout.Rounded;
            int magnitude = 0;
            foreach (sbyte weight in filters.Slice(channel * taps, taps)) magnitude += Math.Abs((int)weight);
            if (magnitude * 128 >= Layout.SumLimit) return Layout.Rounded;
            long beyond = ((long)(max - zeroPoint + 1) << shift) - Channel.Rounding(shift);
            if (cuts ? ((beyond - 1) / multiplier) - biases[channel] < -Layout.SumLimit : Math.Abs((long)biases[channel]) > Layout.SumLimit - 2) return Layout.Rounded;
        }

        return cuts ? Layout.CutBelow : Layout.Signed;
    }
}
