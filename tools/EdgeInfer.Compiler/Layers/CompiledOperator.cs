using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Compiled;

namespace EdgeInfer.Compiler.Layers;

/// <summary>Stands in the graph for a layer that has become code: its record has the geometry, the code the numbers.</summary>
/// <param name="layer">The layer.</param>
/// <param name="slot">Index of the layer's code.</param>
/// <param name="checksum">Checksum of the layer's code.</param>
internal sealed class CompiledOperator(MatrixLayer layer, int slot, int checksum) : Operator([layer.Input], [layer.Source.Output])
{
    /// <inheritdoc/>
    public override long Macs => layer.Source.Macs;

    /// <inheritdoc/>
    public override void Check(ProblemList problems) => layer.Source.Check(problems);

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int[] x = layer.InputShape, y = layer.OutputShape;
        PackedRecord record = packer.Add(OperatorCode.Compiled, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        bool window = layer.RunsInPlace || !layer.IsInside;
        if (window) record.SetScratch(Layout.Window, TensorType.Int8, Layout.WindowLength(layer.Extent, layer.FilterWidth * x[3], layer.IsInside));
        else record[Layout.Window] = Record.None;
        record[Layout.Slot] = slot;
        record[Layout.Checksum] = checksum;
        record[Layout.Batches] = x[0];
        record[Layout.InputHeight] = x[1];
        record[Layout.InputWidth] = x[2];
        record[Layout.InputChannels] = x[3];
        record[Layout.OutputHeight] = y[1];
        record[Layout.OutputWidth] = y[2];
        record[Layout.OutputChannels] = y[3];
        record[Layout.FilterHeight] = layer.FilterHeight;
        record[Layout.FilterWidth] = layer.FilterWidth;
        record[Layout.StrideHeight] = layer.Window.StrideHeight;
        record[Layout.StrideWidth] = layer.Window.StrideWidth;
        record[Layout.DilationHeight] = layer.Window.DilationHeight;
        record[Layout.DilationWidth] = layer.Window.DilationWidth;
        record[Layout.PadTop] = layer.Window.Top;
        record[Layout.PadLeft] = layer.Window.Left;
        record[Layout.InputZeroPoint] = layer.Input.Quantization!.ZeroPoint;
        record[Layout.RowStep] = layer.RowStep;
        record.SetUnits(x[0] * y[1], layer.Source.Macs);
        if (layer.RunsInPlace) record.AllowInPlace(Layout.Input);
    }
}
