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
    protected override void Add(ref short input, ReadOnlySpan<int> windows, int block, ref int sums)
    {
        input = ref Unsafe.Add(ref input, block * Block);
        nint[] taps = _taps;
        ref short first = ref Weights[block * Block * taps.Length];
        Vector256<int> lowBias = Vector256.LoadUnsafe(ref Biases[block * Block]), highBias = Vector256.LoadUnsafe(ref Biases[block * Block], 8);
        for (; windows.Length >= 4; windows = windows[4..], sums = ref Unsafe.Add(ref sums, 4 * Block))
        {
            ref short input0 = ref Unsafe.Add(ref input, windows[0]), input1 = ref Unsafe.Add(ref input, windows[1]);
            ref short input2 = ref Unsafe.Add(ref input, windows[2]), input3 = ref Unsafe.Add(ref input, windows[3]);
            Vector256<int> low0 = lowBias, low1 = lowBias, low2 = lowBias, low3 = lowBias;
            Vector256<int> high0 = highBias, high1 = highBias, high2 = highBias, high3 = highBias;
            ref short weights = ref first;
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
                weights = ref Unsafe.Add(ref weights, PairNumbers);
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

        foreach (int window in windows)
        {
            ref short rest = ref Unsafe.Add(ref input, window);
            Vector256<int> low = lowBias, high = highBias;
            ref short weights = ref first;
            for (int i = 0; i + 1 < taps.Length; i += 2)
            {
                Vector256<short> one = At(ref rest, taps[i]), other = At(ref rest, taps[i + 1]);
                low += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(one, other), Vector256.LoadUnsafe(ref weights));
                high += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(one, other), Vector256.LoadUnsafe(ref weights, Block));
                weights = ref Unsafe.Add(ref weights, PairNumbers);
            }

            low.StoreUnsafe(ref sums);
            high.StoreUnsafe(ref sums, 8);
            sums = ref Unsafe.Add(ref sums, Block);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> At(ref short input, nint distance) => Vector256.LoadUnsafe(ref Unsafe.Add(ref input, distance));
}
