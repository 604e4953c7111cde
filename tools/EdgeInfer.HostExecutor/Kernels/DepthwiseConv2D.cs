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

    /// <summary>Windows that share the loading of a weight.</summary>
    private const int Together = 4;

    private readonly Plane _plane;
    private readonly int _input;
    private readonly int _inputs;
    private readonly int _output;
    private readonly int _batches;
    private readonly int _channels;

    /// <summary>The first tap of every position's window.</summary>
    private readonly int[] _windows;
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

        // Taps go in pairs; an odd one is paired with itself, with a weight of zero.
        _taps = new nint[(taps + 1) & ~1];
        for (int i = 0; i < _taps.Length; i++)
        {
            int tap = Math.Min(i, taps - 1);
            _taps[i] = (tap / filterWidth * dilationHeight * _plane.RowLength) + (tap % filterWidth * dilationWidth * _plane.PixelLength);
        }

        ReadOnlySpan<int> biases = words.AsSpan(words[record + Layout.Channels + Channel.Biases], _channels);
        ReadOnlySpan<byte> weights = model.Bytes.AsSpan(model.BytesStart + words[record + Layout.Weights], _channels * taps);
        long[] bounds = new long[_channels];
        for (int channel = 0; channel < _channels; channel++)
        {
            bounds[channel] = Math.Abs((long)biases[channel]);
            foreach (byte weight in weights.Slice(channel * taps, taps)) bounds[channel] += 128 * Math.Abs(weight - 128);
        }

        _scales = Requantizer.Of(words, record + Layout.Channels, 0, bounds, record + Layout.OutputZeroPoint);
        _weights = new short[_plane.PixelLength * _taps.Length];
        _biases = new int[_plane.PixelLength];
        for (int channel = 0; channel < _channels; channel++)
        {
            int gain = _scales.Gain(channel), target = (channel / Block * Block * _taps.Length) + (channel % Block * 2);
            _biases[channel] = biases[channel] << gain;
            for (int tap = 0; tap < taps; tap++)
            {
                _weights[target + (tap / 2 * 2 * Block) + (tap % 2)] = (short)((weights[(channel * taps) + tap] - 128) << gain);
            }
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
            Multiply(ref plane, ref arena.Int8[_output + (batch * _windows.Length * _channels)]);
        }
    }

    private void Multiply(ref short plane, ref sbyte output)
    {
        Span<int> memory = stackalloc int[Together * Block];
        ref int sums = ref MemoryMarshal.GetReference(memory);
        for (int i = 0; i < _windows.Length; i += Together)
        {
            ReadOnlySpan<int> some = _windows.AsSpan(i, Math.Min(Together, _windows.Length - i));
            for (int first = 0, block = 0; first < _channels; first += Block, block++)
            {
                ref short input = ref Unsafe.Add(ref plane, first);
                if (some.Length == Together) Four(ref input, some, block, ref sums);
                else for (int k = 0; k < some.Length; k++) One(ref Unsafe.Add(ref input, some[k]), block, ref Unsafe.Add(ref sums, k * Block));
                _scales.Store(ref sums, some.Length, block, ref Unsafe.Add(ref output, (i * _channels) + first), _channels, _channels - first);
            }
        }
    }

    // No method is called in these loops, so that all sums stay in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Four(ref short input, ReadOnlySpan<int> windows, int block, ref int sums)
    {
        ref short input0 = ref Unsafe.Add(ref input, windows[0]), input1 = ref Unsafe.Add(ref input, windows[1]);
        ref short input2 = ref Unsafe.Add(ref input, windows[2]), input3 = ref Unsafe.Add(ref input, windows[3]);
        ref int biases = ref _biases[block * Block];
        Vector256<int> low0 = Vector256.LoadUnsafe(ref biases), high0 = Vector256.LoadUnsafe(ref biases, 8);
        Vector256<int> low1 = low0, high1 = high0, low2 = low0, high2 = high0, low3 = low0, high3 = high0;
        nint[] taps = _taps;
        ref short weights = ref _weights[block * Block * taps.Length];
        for (int i = 0; i + 1 < taps.Length; i += 2)
        {
            nint tap = taps[i], next = taps[i + 1];
            Vector256<short> low = Vector256.LoadUnsafe(ref weights), high = Vector256.LoadUnsafe(ref weights, Block);
            Vector256<short> one = At(ref input0, tap), other = At(ref input0, next);
            low0 += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(one, other), low);
            high0 += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(one, other), high);
            (one, other) = (At(ref input1, tap), At(ref input1, next));
            low1 += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(one, other), low);
            high1 += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(one, other), high);
            (one, other) = (At(ref input2, tap), At(ref input2, next));
            low2 += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(one, other), low);
            high2 += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(one, other), high);
            (one, other) = (At(ref input3, tap), At(ref input3, next));
            low3 += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(one, other), low);
            high3 += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(one, other), high);
            weights = ref Unsafe.Add(ref weights, 2 * Block);
        }

        low0.StoreUnsafe(ref sums);
        high0.StoreUnsafe(ref sums, 8);
        low1.StoreUnsafe(ref sums, 16);
        high1.StoreUnsafe(ref sums, 24);
        low2.StoreUnsafe(ref sums, 32);
        high2.StoreUnsafe(ref sums, 40);
        low3.StoreUnsafe(ref sums, 48);
        high3.StoreUnsafe(ref sums, 56);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void One(ref short input, int block, ref int sums)
    {
        ref int biases = ref _biases[block * Block];
        Vector256<int> low = Vector256.LoadUnsafe(ref biases), high = Vector256.LoadUnsafe(ref biases, 8);
        nint[] taps = _taps;
        ref short weights = ref _weights[block * Block * taps.Length];
        for (int i = 0; i + 1 < taps.Length; i += 2)
        {
            Vector256<short> one = At(ref input, taps[i]), other = At(ref input, taps[i + 1]);
            low += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(one, other), Vector256.LoadUnsafe(ref weights));
            high += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(one, other), Vector256.LoadUnsafe(ref weights, Block));
            weights = ref Unsafe.Add(ref weights, 2 * Block);
        }

        low.StoreUnsafe(ref sums);
        high.StoreUnsafe(ref sums, 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> At(ref short input, nint distance) => Vector256.LoadUnsafe(ref Unsafe.Add(ref input, distance));
}
