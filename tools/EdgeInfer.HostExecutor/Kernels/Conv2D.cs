using System.Runtime.CompilerServices;
using Layout = EdgeInfer.Kernels.Conv2D;

namespace EdgeInfer.Host.Kernels;

/// <summary>Convolution: four windows at a time pass over a plane, with all filters of a group.</summary>
internal sealed class Conv2D : VectorKernel
{
    private readonly Filters[] _groups;
    private readonly Plane _plane;
    private readonly int _input;
    private readonly int _inputs;
    private readonly int _output;
    private readonly int _batches;
    private readonly int _outputWidth;
    private readonly int _outputChannels;
    private readonly int _depth;

    /// <summary>The first tap of every position's window.</summary>
    private readonly int[] _windows;

    /// <summary>Prepares a record.</summary>
    /// <param name="model">The model.</param>
    /// <param name="record">The record's position.</param>
    public Conv2D(Model model, int record)
    {
        int[] words = model.Words;
        _input = OffsetOf(words, record + Layout.Input);
        _output = OffsetOf(words, record + Record.Output);
        _batches = words[record + Layout.Batches];
        _outputWidth = words[record + Layout.OutputWidth];
        _outputChannels = words[record + Layout.OutputChannels];
        int height = words[record + Layout.InputHeight], width = words[record + Layout.InputWidth], channels = words[record + Layout.InputChannels];
        int filterHeight = words[record + Layout.FilterHeight], filterWidth = words[record + Layout.FilterWidth];
        int strideHeight = words[record + Layout.StrideHeight], strideWidth = words[record + Layout.StrideWidth];
        int dilationHeight = words[record + Layout.DilationHeight], dilationWidth = words[record + Layout.DilationWidth];
        int outputHeight = words[record + Layout.OutputHeight];
        _inputs = height * width * channels;
        _plane = new Plane(
            height,
            width,
            channels,
            words[record + Layout.PadTop],
            words[record + Layout.PadLeft],
            ((outputHeight - 1) * strideHeight) + ((filterHeight - 1) * dilationHeight) + 1,
            ((_outputWidth - 1) * strideWidth) + ((filterWidth - 1) * dilationWidth) + 1,
            words[record + Layout.InputZeroPoint]);
        _windows = [.. Enumerable.Range(0, outputHeight * _outputWidth).Select(i => (i / _outputWidth * strideHeight * _plane.RowLength) + (i % _outputWidth * strideWidth * channels))];

        // The taps of a row lie side by side where nothing is left out between them.
        _groups = new Filters[words[record + Layout.Groups]];
        _depth = channels / _groups.Length;
        bool rows = dilationWidth == 1 && _groups.Length == 1;
        int[] runs = rows
            ? [.. Enumerable.Range(0, filterHeight).Select(y => y * dilationHeight * _plane.RowLength)]
            : [.. Enumerable.Range(0, filterHeight * filterWidth).Select(i => (i / filterWidth * dilationHeight * _plane.RowLength) + (i % filterWidth * dilationWidth * channels))];
        int filters = _outputChannels / _groups.Length, taps = filterHeight * filterWidth * _depth;
        byte[] bytes = model.Bytes;
        for (int group = 0; group < _groups.Length; group++)
        {
            int weights = model.BytesStart + words[record + Layout.Weights] + (group * filters * taps);
            _groups[group] = new Filters(
                words,
                record + Layout.Channels,
                record + Layout.OutputZeroPoint,
                group * filters,
                filters,
                runs,
                taps / runs.Length,
                (filter, tap) => bytes[weights + (filter * taps) + tap] - 128);
        }
    }

    /// <inheritdoc/>
    protected override bool CanRun => _plane.IsHeld;

    /// <inheritdoc/>
    public override void Run(Arena arena)
    {
        for (int batch = 0; batch < _batches; batch++)
        {
            ref short plane = ref _plane.Copy(ref arena.Int8[_input + (batch * _inputs)]);
            for (int group = 0; group < _groups.Length; group++)
            {
                int output = _output + (batch * _windows.Length * _outputChannels) + (group * (_outputChannels / _groups.Length));
                _groups[group].Multiply(ref Unsafe.Add(ref plane, group * _depth), _windows, ref arena.Int8[output], _outputChannels);
            }
        }
    }
}
