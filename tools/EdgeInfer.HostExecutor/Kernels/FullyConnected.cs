using System.Buffers;
using Layout = EdgeInfer.Kernels.FullyConnected;

namespace EdgeInfer.Host.Kernels;

/// <summary>Matrix times vector: every row of the input is a window of one run.</summary>
internal sealed class FullyConnected : VectorKernel
{
    private readonly Filters _filters;
    private readonly int _input;
    private readonly int _output;
    private readonly int _batches;
    private readonly int _depth;
    private readonly int _channels;

    /// <summary>Prepares a record.</summary>
    /// <param name="model">The model.</param>
    /// <param name="record">The record's position.</param>
    public FullyConnected(Model model, int record)
    {
        int[] words = model.Words;
        _input = OffsetOf(words, record + Layout.Input);
        _output = OffsetOf(words, record + Record.Output);
        _depth = words[record + Layout.Depth];
        _channels = words[record + Layout.OutputChannels];
        int block = words[record + Layout.Block];
        _batches = words[record + Record.Units] / ((_channels + block - 1) / block);
        byte[] bytes = model.Bytes;
        int weights = model.BytesStart + words[record + Layout.Weights], zero = 128 + words[record + Layout.WeightZeroPoint];
        _filters = new Filters(
            words, record + Layout.Channels, record + Layout.OutputZeroPoint, 0, _channels, [0], _depth, (filter, tap) => bytes[weights + (filter * _depth) + tap] - zero);
    }

    /// <inheritdoc/>
    public override void Run(Arena arena)
    {
        short[] row = ArrayPool<short>.Shared.Rent(_depth + 1);
        for (int batch = 0; batch < _batches; batch++)
        {
            Widening.Copy(ref arena.Int8[_input + (batch * _depth)], ref row[0], _depth);
            _filters.Multiply(ref row[0], [0], ref arena.Int8[_output + (batch * _channels)], _channels);
        }

        ArrayPool<short>.Shared.Return(row);
    }
}
