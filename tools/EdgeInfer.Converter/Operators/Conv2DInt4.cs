using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Conv2DInt4;

namespace EdgeInfer.Converter.Operators;

/// <summary>The record of a <see cref="Conv2D"/> whose weights have 4 bits.</summary>
internal static class Conv2DInt4
{
    /// <summary>Most positions of a block; the weights of a filter are brought into locals once a block.</summary>
    private const int LargestBlock = 64;

    /// <summary>Packs the operator.</summary>
    /// <param name="packer">Receives the record.</param>
    /// <param name="op">The operator.</param>
    /// <param name="scales">Ratio of accumulator to output, one an output channel.</param>
    public static void Pack(Packer packer, Conv2D op, QuantizedMultiplier[] scales)
    {
        int[] w = op.Weights.Shape, y = op.Output.Shape;
        int rowTaps = w[2] * w[3], taps = w[1] * rowTaps, positions = y[0] * y[1] * y[2];
        int window = Layout.WindowLength(taps, rowTaps);
        int each = (Layout.TilesOf(taps) * Arena.ElementBytes(TensorType.Tile)) + sizeof(int);
        int most = Math.Clamp((packer.ScratchBytes - window) / each, 1, Math.Min(LargestBlock, positions));
        int blocks = (positions + most - 1) / most, block = (positions + blocks - 1) / blocks;
        PackedRecord record = packer.Add(OperatorCode.Conv2DInt4, Layout.Words, op.Output);
        record.SetOperand(Layout.Input, op.Input);
        record.SetScratch(Layout.Tiles, TensorType.Tile, block * Layout.TilesOf(taps));
        record.SetScratch(Layout.Window, TensorType.Int8, window);
        record.SetScratch(Layout.Sums, TensorType.Int32, block);
        record.SetNibbles(Layout.Weights, op.Weights.Int8s(), w[0]);
        ChannelTable.Set(record, Layout.Channels, op.Weights.Int8s(), op.Bias, op.Input.Quantization!.ZeroPoint, scales);
        op.SetGeometry(record);
        record[Layout.Block] = block;
        record[Layout.Finish] = FitsDirect(op, scales) ? Kernels.Conv2D.Direct : Kernels.Conv2D.FromSums;
        record.SetUnits((positions + block - 1) / block, op.Macs);
        op.AllowInPlace(record);
    }

    /// <summary>Whether every sum fits 32 bits, and 64 when it is scaled with its multiplier raised to the common shift.</summary>
    private static bool FitsDirect(Conv2D op, QuantizedMultiplier[] scales)
    {
        ReadOnlySpan<sbyte> weights = op.Weights.Int8s();
        int taps = weights.Length / scales.Length;
        long[] biases = ChannelTable.WholeBiases(weights, scales.Length, op.Bias is null ? [] : op.Bias.Int32s(), op.Input.Quantization!.ZeroPoint);
        for (int filter = 0; filter < scales.Length; filter++)
        {
            long largest = Math.Abs(biases[filter]);
            foreach (sbyte weight in weights.Slice(filter * taps, taps)) largest += 128 * Math.Abs((int)weight);
            int raise = Kernels.Conv2D.DirectShift - scales[filter].Shift;
            if (raise < 0 || largest > int.MaxValue) return false;
            if ((((Int128)(largest + 2) * scales[filter].Multiplier) + Channel.Unit << raise) + ((Int128)512 << Kernels.Conv2D.DirectShift) > long.MaxValue) return false;
        }

        return true;
    }
}
