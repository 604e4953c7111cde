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
    protected override void Add(ref short input, ReadOnlySpan<int> windows, int block, ref int sums)
    {
        nint[] pairs = _pairs;
        ref short first = ref Weights[block * pairs.Length * PairNumbers];
        Vector256<int> lowBias = Vector256.LoadUnsafe(ref Biases[block * Block]), highBias = Vector256.LoadUnsafe(ref Biases[block * Block], 8);
        for (; windows.Length >= 4; windows = windows[4..], sums = ref Unsafe.Add(ref sums, 4 * Block))
        {
            ref short input0 = ref Unsafe.Add(ref input, windows[0]), input1 = ref Unsafe.Add(ref input, windows[1]);
            ref short input2 = ref Unsafe.Add(ref input, windows[2]), input3 = ref Unsafe.Add(ref input, windows[3]);
            Vector256<int> low0 = lowBias, low1 = lowBias, low2 = lowBias, low3 = lowBias;
            Vector256<int> high0 = highBias, high1 = highBias, high2 = highBias, high3 = highBias;
            ref short weights = ref first;
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

        foreach (int window in windows)
        {
            ref short rest = ref Unsafe.Add(ref input, window);
            Vector256<int> low = lowBias, high = highBias;
            ref short weights = ref first;
            foreach (nint pair in pairs)
            {
                Vector256<short> taps = PairAt(ref rest, pair);
                low += Avx2.MultiplyAddAdjacent(taps, Vector256.LoadUnsafe(ref weights));
                high += Avx2.MultiplyAddAdjacent(taps, Vector256.LoadUnsafe(ref weights, Block));
                weights = ref Unsafe.Add(ref weights, PairNumbers);
            }

            low.StoreUnsafe(ref sums);
            high.StoreUnsafe(ref sums, 8);
            sums = ref Unsafe.Add(ref sums, Block);
        }
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
