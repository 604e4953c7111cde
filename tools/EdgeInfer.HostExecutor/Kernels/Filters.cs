using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeInfer.Host.Kernels;

/// <summary>Filters that span all channels of a window. A window is a number of runs of taps, which lie side by side in memory.</summary>
internal sealed class Filters : Products
{
    /// <summary>Where each pair of taps begins, as distance from a window's first tap.</summary>
    private readonly nint[] _pairs;

    /// <summary>Lays out weights.</summary>
    /// <param name="words">The model's words.</param>
    /// <param name="channels">Position of the record's fields of biases and scales.</param>
    /// <param name="zeroPoint">Position of the record's fields of output zero point and clamp.</param>
    /// <param name="first">The first of the filters.</param>
    /// <param name="count">Number of filters.</param>
    /// <param name="runs">Where the runs of a window begin, as distances from its first tap.</param>
    /// <param name="runTaps">Taps of a run.</param>
    /// <param name="weight">The weight of a filter, first argument, counted from the first, at a tap.</param>
    public Filters(int[] words, int channels, int zeroPoint, int first, int count, int[] runs, int runTaps, Func<int, int, int> weight)
        : base(words, channels, zeroPoint, first, count, runs.Length * PairsOf(runTaps), (filter, tap) => InRun(filter, tap, runTaps, weight))
    {
        _pairs = [.. runs.SelectMany(run => Enumerable.Range(0, PairsOf(runTaps)).Select(pair => (nint)(run + (2 * pair))))];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Four(ref short input, ReadOnlySpan<int> windows, int block, ref int sums)
    {
        ref short input0 = ref Unsafe.Add(ref input, windows[0]), input1 = ref Unsafe.Add(ref input, windows[1]);
        ref short input2 = ref Unsafe.Add(ref input, windows[2]), input3 = ref Unsafe.Add(ref input, windows[3]);
        ref int biases = ref Biases[block * Block];
        Vector256<int> low0 = Vector256.LoadUnsafe(ref biases), high0 = Vector256.LoadUnsafe(ref biases, 8);
        Vector256<int> low1 = low0, high1 = high0, low2 = low0, high2 = high0, low3 = low0, high3 = high0;
        nint[] pairs = _pairs;
        ref short weights = ref Weights[block * pairs.Length * PairNumbers];
        foreach (nint pair in pairs)
        {
            Vector256<short> low = Vector256.LoadUnsafe(ref weights), high = Vector256.LoadUnsafe(ref weights, Block);
            Vector256<short> taps = PairAt(ref input0, pair);
            low0 += Avx2.MultiplyAddAdjacent(taps, low);
            high0 += Avx2.MultiplyAddAdjacent(taps, high);
            taps = PairAt(ref input1, pair);
            low1 += Avx2.MultiplyAddAdjacent(taps, low);
            high1 += Avx2.MultiplyAddAdjacent(taps, high);
            taps = PairAt(ref input2, pair);
            low2 += Avx2.MultiplyAddAdjacent(taps, low);
            high2 += Avx2.MultiplyAddAdjacent(taps, high);
            taps = PairAt(ref input3, pair);
            low3 += Avx2.MultiplyAddAdjacent(taps, low);
            high3 += Avx2.MultiplyAddAdjacent(taps, high);
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

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void One(ref short window, int block, ref int sums)
    {
        ref int biases = ref Biases[block * Block];
        Vector256<int> low = Vector256.LoadUnsafe(ref biases), high = Vector256.LoadUnsafe(ref biases, 8);
        nint[] pairs = _pairs;
        ref short weights = ref Weights[block * pairs.Length * PairNumbers];
        foreach (nint pair in pairs)
        {
            Vector256<short> taps = PairAt(ref window, pair);
            low += Avx2.MultiplyAddAdjacent(taps, Vector256.LoadUnsafe(ref weights));
            high += Avx2.MultiplyAddAdjacent(taps, Vector256.LoadUnsafe(ref weights, Block));
            weights = ref Unsafe.Add(ref weights, PairNumbers);
        }

        low.StoreUnsafe(ref sums);
        high.StoreUnsafe(ref sums, 8);
    }

    private static int PairsOf(int runTaps) => (runTaps + 1) / 2;

    /// <summary>Every run has whole pairs.</summary>
    private static int InRun(int filter, int tap, int runTaps, Func<int, int, int> weight)
    {
        (int run, int rest) = Math.DivRem(tap, 2 * PairsOf(runTaps));
        return rest < runTaps ? weight(filter, (run * runTaps) + rest) : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> PairAt(ref short input, nint distance) =>
        Vector256.Create(Unsafe.ReadUnaligned<int>(ref Unsafe.As<short, byte>(ref Unsafe.Add(ref input, distance)))).AsInt16();
}
