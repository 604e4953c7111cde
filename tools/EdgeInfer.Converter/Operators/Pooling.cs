using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Pool2D;
using WideLayout = EdgeInfer.Kernels.Pool2DInt16;

namespace EdgeInfer.Converter.Operators;

/// <summary>Average and maximum over a window: their rule and their record differ only in the kernel's name.</summary>
internal static class Pooling
{
    /// <summary>The most that the two scales may differ by; PoolingPrepare of TensorFlow Lite for Microcontrollers (kernels/pooling_common).</summary>
    private const double ScaleTolerance = 1.0e-6;

    /// <summary>Longest side of an image and of a window, which the device's verifier demands too.</summary>
    private const int Longest = 1 << 14;

    /// <summary>Cells whose sum of 16-bit numbers fits into 32 bits.</summary>
    private const int LargestWindow = 1 << 15;

    /// <summary>Checks types, shapes and the window.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="filterHeight">Rows of the window.</param>
    /// <param name="filterWidth">Columns of the window.</param>
    /// <param name="window">How it is placed.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(Operator op, int filterHeight, int filterWidth, Window2D window, ProblemList problems)
    {
        bool wide = op.Input.Type == ElementType.Int16;
        if (!(wide ? UnaryOperator.CheckTypes(op, problems, [ElementType.Int16], [ElementType.Int16]) : Int8Operands.Check(op, problems))) return;
        problems.Demand(!wide || (long)filterHeight * filterWidth <= LargestWindow, op, $"a window of {filterHeight}x{filterWidth} is too large for 16-bit activations");
        Quantization input = op.Input.Quantization!, output = op.Output.Quantization!;
        problems.Demand(
            MathF.Abs(input.Scale - output.Scale) <= ScaleTolerance && input.ZeroPoint == output.ZeroPoint,
            op,
            $"its input (scale {input.Scale}, zero point {input.ZeroPoint}) and output (scale {output.Scale}, zero point {output.ZeroPoint}) are quantized differently",
            "Quantize the model so that both share scale and zero point, as the TFLite converter does",
            ErrorCode.Quantization);
        problems.Demand(window.DilationHeight == 1 && window.DilationWidth == 1, op, "a dilated window is not supported");

        int[] x = op.Input.Shape, y = op.Output.Shape;
        if (!problems.Demand(x.Length == 4 && y.Length == 4, op, "input and output must have four dimensions")) return;
        problems.Demand(
            x.Take(3).Max() <= Longest && filterHeight <= Longest && filterWidth <= Longest && window.StrideHeight <= Longest && window.StrideWidth <= Longest,
            op,
            $"images, windows and strides beyond {Longest} are not supported");
        if (!problems.Demand(
            window.Top < filterHeight && window.Bottom < filterHeight && window.Left < filterWidth && window.Right < filterWidth,
            op,
            $"a window of {filterHeight}x{filterWidth} lies in the padding with all its cells")) return;
        problems.Demand(
            y[0] == x[0] && y[1] == window.OutputHeight(x[1], filterHeight) && y[2] == window.OutputWidth(x[2], filterWidth) && y[3] == x[3],
            op,
            $"the output shape [{string.Join(',', y)}] does not follow from input [{string.Join(',', x)}] and a window of {filterHeight}x{filterWidth}");
    }

    /// <summary>Writes the record.</summary>
    /// <param name="packer">Receives it.</param>
    /// <param name="code">Which of the two.</param>
    /// <param name="op">The operator.</param>
    /// <param name="filterHeight">Rows of the window.</param>
    /// <param name="filterWidth">Columns of the window.</param>
    /// <param name="window">How it is placed.</param>
    /// <param name="activation">Clamp of the output.</param>
    public static void Pack(Packer packer, OperatorCode code, Operator op, int filterHeight, int filterWidth, Window2D window, FusedActivation activation)
    {
        if (op.Input.Type == ElementType.Int16)
        {
            PackWide(packer, code, op, filterHeight, filterWidth, window, activation);
            return;
        }

        int[] x = op.Input.Shape, y = op.Output.Shape;
        PackedRecord record = packer.Add(code, Layout.Words, op.Output);
        record.SetOperand(Layout.Input, op.Input);
        record[Layout.Batches] = x[0];
        record[Layout.InputHeight] = x[1];
        record[Layout.InputWidth] = x[2];
        record[Layout.Channels] = x[3];
        record[Layout.OutputHeight] = y[1];
        record[Layout.OutputWidth] = y[2];
        record[Layout.FilterHeight] = filterHeight;
        record[Layout.FilterWidth] = filterWidth;
        record[Layout.StrideHeight] = window.StrideHeight;
        record[Layout.StrideWidth] = window.StrideWidth;
        record[Layout.PadTop] = window.Top;
        record[Layout.PadLeft] = window.Left;
        (record[Layout.ActivationMin], record[Layout.ActivationMax]) = ActivationRange.Of(activation, op.Output);
        record.SetUnits(y[0] * y[1], (long)op.Output.Count * filterHeight * filterWidth);
    }

    private static void PackWide(Packer packer, OperatorCode code, Operator op, int filterHeight, int filterWidth, Window2D window, FusedActivation activation)
    {
        int[] x = op.Input.Shape, y = op.Output.Shape;
        PackedRecord record = packer.Add(OperatorCode.Pool2DInt16, WideLayout.Words, op.Output);
        record.SetOperand(WideLayout.Input, op.Input);
        record[WideLayout.Kind] = code == OperatorCode.AveragePool2D ? WideLayout.Average : WideLayout.Maximum;
        (record[WideLayout.Batches], record[WideLayout.InputHeight], record[WideLayout.InputWidth], record[WideLayout.Channels]) = (x[0], x[1], x[2], x[3]);
        (record[WideLayout.OutputHeight], record[WideLayout.OutputWidth]) = (y[1], y[2]);
        (record[WideLayout.FilterHeight], record[WideLayout.FilterWidth]) = (filterHeight, filterWidth);
        (record[WideLayout.StrideHeight], record[WideLayout.StrideWidth]) = (window.StrideHeight, window.StrideWidth);
        (record[WideLayout.PadTop], record[WideLayout.PadLeft]) = (window.Top, window.Left);
        (record[WideLayout.ActivationMin], record[WideLayout.ActivationMax]) = ActivationRange.Of(activation, op.Output);
        record.SetUnits(y[0] * y[1], (long)op.Output.Count * filterHeight * filterWidth);
    }
}
