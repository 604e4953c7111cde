using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Conv2DInt16;

namespace EdgeInfer.Converter.Operators;

/// <summary>What convolutions and matrix products have in common where their activations are int16: one kernel carries them all out.</summary>
/// <remarks>
/// With a bias of 64 bits, or none, sums take 64 bits and are scaled by MultiplyByQuantizedMultiplier for 64 bits of TensorFlow Lite
/// (kernels/internal/common.cc), which takes 15 bits of the multiplier; with a bias of 32 bits they take 32 and are scaled as those of int8.
/// </remarks>
internal static class Int16Convolution
{
    /// <summary>Factors that the reference scales sums of 64 bits by are below this.</summary>
    internal const int FactorLimit = 64;

    /// <summary>Bits of a multiplier for sums of 64 bits.</summary>
    private const int WideBits = 15;

    /// <summary>Where the taps of a filter lie: a matrix product has one.</summary>
    /// <param name="Batches">Images.</param>
    /// <param name="Input">Input rows, columns and channels.</param>
    /// <param name="Output">Output rows, columns and channels.</param>
    /// <param name="Filter">Filter rows and columns.</param>
    /// <param name="Groups">Groups of channels.</param>
    /// <param name="Window">Strides, dilations and padding.</param>
    internal sealed record Geometry(int Batches, int[] Input, int[] Output, int[] Filter, int Groups, Window2D Window);

    /// <summary>Demands zero points of 0 and factors that can be applied, shapes and types being right.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(Operator op, GraphTensor weights, ProblemList problems)
    {
        problems.Demand(
            op.Input.Quantization!.ZeroPoint == 0 && op.Output.Quantization!.ZeroPoint == 0 && weights.Quantization!.ZeroPoints.All(z => z == 0),
            op,
            "16-bit activations, or weights to go with them, have a zero point other than 0",
            "Quantize the model with the TFLite converter, which sets it so",
            ErrorCode.Quantization);
        problems.Demand(
            weights.Quantization!.Scales.All(scale => (double)op.Input.Quantization.Scale * scale / op.Output.Quantization!.Scale < FactorLimit),
            op,
            $"the scale {op.Output.Quantization!.Scale} of its output is too small for an input of {op.Input.Quantization.Scale}",
            "Calibrate the model with representative data");
    }

    /// <summary>Writes the record.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="op">The operator.</param>
    /// <param name="weights">Weights, the output channel slowest.</param>
    /// <param name="bias">Bias of 32 or 64 bits, or null.</param>
    /// <param name="scales">Ratio of accumulator to output, one an output channel.</param>
    /// <param name="geometry">Where the taps lie.</param>
    /// <param name="activation">Clamp of the output.</param>
    public static void Pack(
        Packer packer, Operator op, ReadOnlySpan<sbyte> weights, GraphTensor? bias, QuantizedMultiplier[] scales, Geometry geometry, FusedActivation activation)
    {
        bool wide = bias is not { Type: ElementType.Int32 };
        PackedRecord record = packer.Add(OperatorCode.Conv2DInt16, Layout.Words, op.Output);
        record.SetOperand(Layout.Input, op.Input);
        record.SetBytes(Layout.Weights, weights);
        record.SetTable(Layout.Biases, Biases(bias, scales.Length));
        record.SetTable(Layout.Scales, [.. scales.SelectMany(s => wide ? WideScale(s) : [s.Multiplier, s.Shift])]);
        record[Layout.Batches] = geometry.Batches;
        (record[Layout.InputHeight], record[Layout.InputWidth], record[Layout.InputChannels]) = (geometry.Input[0], geometry.Input[1], geometry.Input[2]);
        (record[Layout.OutputHeight], record[Layout.OutputWidth], record[Layout.OutputChannels]) = (geometry.Output[0], geometry.Output[1], geometry.Output[2]);
        (record[Layout.FilterHeight], record[Layout.FilterWidth]) = (geometry.Filter[0], geometry.Filter[1]);
        (record[Layout.StrideHeight], record[Layout.StrideWidth]) = (geometry.Window.StrideHeight, geometry.Window.StrideWidth);
        (record[Layout.DilationHeight], record[Layout.DilationWidth]) = (geometry.Window.DilationHeight, geometry.Window.DilationWidth);
        (record[Layout.PadTop], record[Layout.PadLeft]) = (geometry.Window.Top, geometry.Window.Left);
        record[Layout.Groups] = geometry.Groups;
        record[Layout.Accumulator] = wide ? Layout.Wide : Layout.Narrow;
        (record[Layout.ActivationMin], record[Layout.ActivationMax]) = ActivationRange.Of(activation, op.Output);
        bool matrix = geometry.Groups == 1;
        bool gathers = matrix && (geometry.Filter[0] * geometry.Filter[1] > 1 || new[] { geometry.Window.Top, geometry.Window.Left, geometry.Window.Bottom, geometry.Window.Right }.Max() > 0);
        bool pairs = !matrix && geometry.Groups == geometry.Input[2] && geometry.Filter[0] * geometry.Filter[1] <= Layout.LargestPairedFilter;
        if (matrix) record.SetScratch(Layout.Sums, TensorType.Int64, scales.Length);
        else if (pairs) record.SetScratch(Layout.Sums, TensorType.Int64, PairsOf(geometry));
        else record[Layout.Sums] = Record.None;
        if (gathers) record.SetScratch(Layout.Window, TensorType.Int16, weights.Length / scales.Length);
        else record[Layout.Window] = Record.None;
        record.SetUnits(geometry.Batches * (pairs ? geometry.Output[2] : geometry.Output[0]), (long)op.Output.Count * (weights.Length / scales.Length));
    }

    private static int PairsOf(Geometry geometry)
    {
        Window2D window = geometry.Window;
        return Layout.PairCount(geometry.Output[1], geometry.Filter[0], geometry.Filter[1], window.StrideWidth, window.DilationHeight, window.DilationWidth);
    }

    /// <summary>What sums of 64 bits are scaled by: 15 bits of the multiplier, and the shift to the right.</summary>
    /// <param name="scale">Ratio of accumulator to output.</param>
    /// <returns>Multiplier and shift.</returns>
    internal static int[] WideScale(QuantizedMultiplier scale) =>
        [Math.Min((int)(((long)scale.Multiplier + (1 << 15)) >> 16), short.MaxValue), WideBits - scale.Exponent];

    /// <summary>Two words a channel, the low one first.</summary>
    /// <param name="bias">Bias of 32 or 64 bits, or null.</param>
    /// <param name="channels">Number of channels.</param>
    /// <returns>The words.</returns>
    internal static int[] Biases(GraphTensor? bias, int channels)
    {
        long[] values = bias switch
        {
            null => new long[channels],
            { Type: ElementType.Int32 } => [.. bias.Int32s().ToArray().Select(b => (long)b)],
            _ => MemoryMarshal.Cast<byte, long>(bias.Data).ToArray(),
        };
        return MemoryMarshal.Cast<long, int>(values).ToArray();
    }
}
