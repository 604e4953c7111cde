using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeInfer.Host.Kernels;

/// <summary>
/// Multiplies windows with filters. A window is a number of runs of taps, which lie side by side in memory. Weights lie in blocks of sixteen filters, taps in
/// pairs: one instruction multiplies a pair of inputs with the pairs of eight filters and adds up each.
/// </summary>
internal sealed class Filters
{
    private const int Block = Requantizer.Block;

    /// <summary>Numbers that a block takes for a pair of taps.</summary>
    private const int PairNumbers = 2 * Block;

    /// <summary>Windows that share the loading of a weight.</summary>
    private const int Together = 4;

    private readonly short[] _weights;
    private readonly int[] _biases;
    private readonly int _count;

    /// <summary>Where each pair of taps begins, as distance from a window's first tap.</summary>
    private readonly nint[] _pairs;
    private readonly Requantizer _scales;

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
    {
        _count = count;
        int runPairs = (runTaps + 1) / 2;
        _pairs = [.. runs.SelectMany(run => Enumerable.Range(0, runPairs).Select(pair => (nint)(run + (2 * pair))))];
        ReadOnlySpan<int> biases = words.AsSpan(words[channels + Channel.Biases] + first, count);
        long[] bounds = new long[count];
        for (int filter = 0; filter < count; filter++)
        {
            bounds[filter] = Math.Abs((long)biases[filter]);
            for (int tap = 0; tap < runs.Length * runTaps; tap++) bounds[filter] += 128 * Math.Abs(weight(filter, tap));
        }

        _scales = Requantizer.Of(words, channels, first, bounds, zeroPoint);
        _biases = new int[Requantizer.BlocksOf(count) * Block];
        _weights = new short[_biases.Length * _pairs.Length * 2];
        for (int filter = 0; filter < count; filter++)
        {
            int gain = _scales.Gain(filter), target = (filter / Block * _pairs.Length * PairNumbers) + (filter % Block * 2);
            _biases[filter] = biases[filter] << gain;
            for (int run = 0; run < runs.Length; run++, target += runPairs * PairNumbers)
            {
                for (int tap = 0; tap < runTaps; tap++)
                {
                    _weights[target + (tap / 2 * PairNumbers) + (tap % 2)] = (short)(weight(filter, (run * runTaps) + tap) << gain);
                }
            }
        }
    }

    /// <summary>Multiplies windows with all filters.</summary>
    /// <param name="input">Where distances are counted from.</param>
    /// <param name="windows">The first taps of the windows, as distances.</param>
    /// <param name="output">Output of the first window and filter.</param>
    /// <param name="step">Outputs from one window to the next.</param>
    public void Multiply(ref short input, ReadOnlySpan<int> windows, ref sbyte output, int step)
    {
        Span<int> memory = stackalloc int[Together * Block];
        ref int sums = ref MemoryMarshal.GetReference(memory);
        for (int i = 0; i < windows.Length; i += Together)
        {
            ReadOnlySpan<int> some = windows[i..Math.Min(i + Together, windows.Length)];
            for (int first = 0, block = 0; first < _count; first += Block, block++)
            {
                if (some.Length == Together) Four(ref input, some, block, ref sums);
                else for (int k = 0; k < some.Length; k++) One(ref Unsafe.Add(ref input, some[k]), block, ref Unsafe.Add(ref sums, k * Block));
                _scales.Store(ref sums, some.Length, block, ref Unsafe.Add(ref output, (i * step) + first), step, _count - first);
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
        nint[] pairs = _pairs;
        ref short weights = ref _weights[block * pairs.Length * PairNumbers];
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void One(ref short window, int block, ref int sums)
    {
        ref int biases = ref _biases[block * Block];
        Vector256<int> low = Vector256.LoadUnsafe(ref biases), high = Vector256.LoadUnsafe(ref biases, 8);
        nint[] pairs = _pairs;
        ref short weights = ref _weights[block * pairs.Length * PairNumbers];
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> PairAt(ref short input, nint distance) =>
        Vector256.Create(Unsafe.ReadUnaligned<int>(ref Unsafe.As<short, byte>(ref Unsafe.Add(ref input, distance)))).AsInt16();
}
