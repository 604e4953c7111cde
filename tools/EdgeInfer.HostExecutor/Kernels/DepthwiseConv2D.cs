using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Layout = EdgeInfer.Kernels.DepthwiseConv2D;

namespace EdgeInfer.Host.Kernels;

/// <summary>Depthwise convolution, sixteen channels at a time and two taps at once.</summary>
internal sealed class DepthwiseConv2D : VectorKernel
{
    private const int Block = Requantizer.Block;

    private readonly Plane _plane;
    private readonly int _input;
    private readonly int _inputs;
    private readonly int _output;
    private readonly int _batches;
    private readonly int _channels;
    private readonly int _outputHeight;
    private readonly int _outputWidth;
    private readonly int _strideHeight;
    private readonly int _strideWidth;
    private readonly short[] _weights;
    private readonly int[] _biases;
    private readonly nint[] _taps;
    private readonly Requantizer _scales;

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
        _outputHeight = words[record + Layout.OutputHeight];
        _outputWidth = words[record + Layout.OutputWidth];
        _strideHeight = words[record + Layout.StrideHeight];
        _strideWidth = words[record + Layout.StrideWidth];
        int filterHeight = words[record + Layout.FilterHeight], filterWidth = words[record + Layout.FilterWidth], taps = filterHeight * filterWidth;
        int dilationHeight = words[record + Layout.DilationHeight], dilationWidth = words[record + Layout.DilationWidth];
        _plane = new Plane(
            height,
            width,
            channels,
            words[record + Layout.PadTop],
            words[record + Layout.PadLeft],
            ((_outputHeight - 1) * _strideHeight) + ((filterHeight - 1) * dilationHeight) + 1,
            ((_outputWidth - 1) * _strideWidth) + ((filterWidth - 1) * dilationWidth) + 1,
            words[record + Layout.InputZeroPoint],
            multiplier);

        // Taps go in pairs; an odd one is paired with itself, with a weight of zero.
        _taps = new nint[(taps + 1) & ~1];
        for (int i = 0; i < _taps.Length; i++)
        {
            int tap = Math.Min(i, taps - 1);
            _taps[i] = (tap / filterWidth * dilationHeight * _plane.RowLength) + (tap % filterWidth * dilationWidth * _plane.PixelLength);
        }

        _weights = new short[_plane.PixelLength * _taps.Length];
        _biases = new int[_plane.PixelLength];
        words.AsSpan(words[record + Layout.Channels + Channel.Biases], _channels).CopyTo(_biases);
        long[] bounds = new long[_channels];
        int weights = model.BytesStart + words[record + Layout.Weights];
        for (int channel = 0; channel < _channels; channel++)
        {
            int target = (channel / Block * Block * _taps.Length) + (channel % Block * 2);
            bounds[channel] = Math.Abs((long)_biases[channel]);
            for (int tap = 0; tap < taps; tap++, weights++)
            {
                int weight = model.Bytes[weights] - 128;
                bounds[channel] += 128 * Math.Abs(weight);
                _weights[target + (tap / 2 * 2 * Block) + (tap % 2)] = (short)weight;
            }
        }

        _scales = Requantizer.Of(words, record + Layout.Channels, 0, bounds, record + Layout.OutputZeroPoint);
    }

    /// <inheritdoc/>
    protected override bool CanRun => _plane.IsHeld;

    /// <inheritdoc/>
    public override void Run(Arena arena)
    {
        short[] plane = ArrayPool<short>.Shared.Rent(_plane.Length);
        for (int batch = 0, output = _output; batch < _batches; batch++)
        {
            _plane.Copy(ref arena.Int8[_input + (batch * _inputs)], plane);
            for (int row = 0; row < _outputHeight; row++, output += _outputWidth * _channels)
            {
                RunRow(ref plane[row * _strideHeight * _plane.RowLength], ref arena.Int8[output]);
            }
        }

        ArrayPool<short>.Shared.Return(plane);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunRow(ref short window, ref sbyte output)
    {
        ref nint taps = ref MemoryMarshal.GetArrayDataReference(_taps);
        ref int biases = ref MemoryMarshal.GetArrayDataReference(_biases);
        int step = _strideWidth * _plane.PixelLength, count = _taps.Length, channels = _channels;
        Requantizer scales = _scales;
        for (int column = 0; column < _outputWidth; column++, window = ref Unsafe.Add(ref window, step), output = ref Unsafe.Add(ref output, channels))
        {
            ref short weights = ref _weights[0];
            for (int first = 0, block = 0; first < channels; first += Block, block++)
            {
                Vector256<int> low = Vector256.LoadUnsafe(ref biases, (nuint)first), high = Vector256.LoadUnsafe(ref biases, (nuint)(first + 8));
                ref short input = ref Unsafe.Add(ref window, first);
                for (int tap = 0; tap < count; tap += 2, weights = ref Unsafe.Add(ref weights, 2 * Block))
                {
                    Vector256<short> one = Vector256.LoadUnsafe(ref input, (nuint)Unsafe.Add(ref taps, tap)), other = Vector256.LoadUnsafe(ref input, (nuint)Unsafe.Add(ref taps, tap + 1));
                    low += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(one, other), Vector256.LoadUnsafe(ref weights));
                    high += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(one, other), Vector256.LoadUnsafe(ref weights, Block));
                }

                scales.Store(low, high, block, ref Unsafe.Add(ref output, first), channels - first);
            }
        }
    }
}
