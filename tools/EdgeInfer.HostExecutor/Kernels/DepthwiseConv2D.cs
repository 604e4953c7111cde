using Layout = EdgeInfer.Kernels.DepthwiseConv2D;

namespace EdgeInfer.Host.Kernels;

/// <summary>Depthwise convolution, sixteen channels at a time and two taps at once.</summary>
internal sealed class DepthwiseConv2D : VectorKernel
{
    private readonly Plane _plane;
    private readonly int _input;
    private readonly int _inputs;
    private readonly int _output;
    private readonly int _batches;
    private readonly int _channels;

    /// <summary>The first tap of every position's window.</summary>
    private readonly int[] _windows;
    private readonly ChannelFilters _filters;

    /// <summary>Prepares a record.</summary>
    /// <param name="model">The model.</param>
    /// <param name="record">The record's position.</param>
    public DepthwiseConv2D(Model model, int record)
    {
        int[] words = model.Words;
        _input = OffsetOf(words, record + Layout.Input);
        _output = OffsetOf(words, record + Record.Output);
        _batches = words[record + Layout.Batches];
        int height = words[record + Layout.InputHeight], width = words[record + Layout.InputWidth], channels = words[record + Layout.InputChannels];
        int multiplier = words[record + Layout.DepthMultiplier];
        _inputs = height * width * channels;
        _channels = channels * multiplier;
        int outputHeight = words[record + Layout.OutputHeight], outputWidth = words[record + Layout.OutputWidth];
        int strideHeight = words[record + Layout.StrideHeight], strideWidth = words[record + Layout.StrideWidth];
        int filterHeight = words[record + Layout.FilterHeight], filterWidth = words[record + Layout.FilterWidth], taps = filterHeight * filterWidth;
        int dilationHeight = words[record + Layout.DilationHeight], dilationWidth = words[record + Layout.DilationWidth];
        _plane = new Plane(
            height,
            width,
            channels,
            words[record + Layout.PadTop],
            words[record + Layout.PadLeft],
            ((outputHeight - 1) * strideHeight) + ((filterHeight - 1) * dilationHeight) + 1,
            ((outputWidth - 1) * strideWidth) + ((filterWidth - 1) * dilationWidth) + 1,
            words[record + Layout.InputZeroPoint],
            multiplier);
        _windows = [.. Enumerable.Range(0, outputHeight * outputWidth).Select(i => (i / outputWidth * strideHeight * _plane.RowLength) + (i % outputWidth * strideWidth * _plane.PixelLength))];

        int weights = model.BytesStart + words[record + Layout.Weights];
        byte[] bytes = model.Bytes;
        nint[] distances = [.. Enumerable.Range(0, taps).Select(tap => (nint)((tap / filterWidth * dilationHeight * _plane.RowLength) + (tap % filterWidth * dilationWidth * _plane.PixelLength)))];
        _filters = new ChannelFilters(words, record + Layout.Channels, record + Layout.OutputZeroPoint, _channels, distances, (channel, tap) => bytes[weights + (channel * taps) + tap] - 128);
    }

    /// <inheritdoc/>
    protected override bool CanRun => _plane.IsHeld;

    /// <inheritdoc/>
    public override void Run(Arena arena)
    {
        for (int batch = 0; batch < _batches; batch++)
        {
            ref short plane = ref _plane.Copy(ref arena.Int8[_input + (batch * _inputs)]);
            _filters.Multiply(ref plane, _windows, ref arena.Int8[_output + (batch * _windows.Length * _channels)], _channels);
        }
    }
}
