using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeInfer.Host.Kernels;

/// <summary>A filter a channel, as depthwise convolutions have them: two taps of sixteen channels are interleaved to pairs.</summary>
internal sealed class ChannelFilters : Products
{
    /// <summary>Where every tap lies, as distance from a window's first one; an odd tap is paired with itself.</summary>
    private readonly nint[] _taps;

    /// <summary>Lays out weights.</summary>
    /// <param name="words">The model's words.</param>
    /// <param name="channels">Position of the record's fields of biases and scales.</param>
    /// <param name="zeroPoint">Position of the record's fields of output zero point and clamp.</param>
    /// <param name="count">Number of output channels.</param>
    /// <param name="taps">Where every tap lies, as distance from a window's first one.</param>
    /// <param name="weight">The weight of a channel, first argument, at a tap.</param>
    public ChannelFilters(int[] words, int channels, int zeroPoint, int count, nint[] taps, Func<int, int, int> weight)
        : base(words, channels, zeroPoint, 0, count, (taps.Length + 1) / 2, (channel, tap) => tap < taps.Length ? weight(channel, tap) : 0)
    {
        _taps = taps.Length % 2 == 0 ? taps : [.. taps, taps[^1]];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Four(ref short input, ReadOnlySpan<int> windows, int block, ref int sums)
    {
        input = ref Unsafe.Add(ref input, block * Block);
        ref short input0 = ref Unsafe.Add(ref input, windows[0]), input1 = ref Unsafe.Add(ref input, windows[1]);
        ref short input2 = ref Unsafe.Add(ref input, windows[2]), input3 = ref Unsafe.Add(ref input, windows[3]);
        ref int biases = ref Biases[block * Block];
        Vector256<int> low0 = Vector256.LoadUnsafe(ref biases), high0 = Vector256.LoadUnsafe(ref biases, 8);
        Vector256<int> low1 = low0, high1 = high0, low2 = low0, high2 = high0, low3 = low0, high3 = high0;
        nint[] taps = _taps;
        ref short weights = ref Weights[block * Block * taps.Length];
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

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void One(ref short window, int block, ref int sums)
    {
        window = ref Unsafe.Add(ref window, block * Block);
        ref int biases = ref Biases[block * Block];
        Vector256<int> low = Vector256.LoadUnsafe(ref biases), high = Vector256.LoadUnsafe(ref biases, 8);
        nint[] taps = _taps;
        ref short weights = ref Weights[block * Block * taps.Length];
        for (int i = 0; i + 1 < taps.Length; i += 2)
        {
            Vector256<short> one = At(ref window, taps[i]), other = At(ref window, taps[i + 1]);
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
