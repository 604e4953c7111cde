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

    private readonly short[] _weights;
    private readonly int[] _biases;
    private readonly int _count;
    private readonly int _runPairs;
    private readonly int[] _runs;
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
        _runs = runs;
        _runPairs = (runTaps + 1) / 2;
        _biases = new int[Requantizer.BlocksOf(count) * Block];
        words.AsSpan(words[channels + Channel.Biases] + first, count).CopyTo(_biases);
        _weights = new short[_biases.Length * runs.Length * _runPairs * 2];
        long[] bounds = new long[count];
        for (int filter = 0; filter < count; filter++)
        {
            int target = (filter / Block * runs.Length * _runPairs * PairNumbers) + (filter % Block * 2);
            bounds[filter] = Math.Abs((long)_biases[filter]);
            for (int run = 0; run < runs.Length; run++, target += _runPairs * PairNumbers)
            {
                for (int tap = 0; tap < runTaps; tap++)
                {
                    int each = weight(filter, (run * runTaps) + tap);
                    bounds[filter] += 128 * Math.Abs(each);
                    _weights[target + (tap / 2 * PairNumbers) + (tap % 2)] = (short)each;
                }
            }
        }

        _scales = Requantizer.Of(words, channels, first, bounds, zeroPoint);
    }

    /// <summary>Multiplies windows with all filters.</summary>
    /// <param name="input">Where distances are counted from.</param>
    /// <param name="windows">The first taps of the windows, as distances.</param>
    /// <param name="output">Output of the first window and filter.</param>
    /// <param name="step">Outputs from one window to the next.</param>
    public void Multiply(ref short input, ReadOnlySpan<int> windows, ref sbyte output, int step)
    {
        int i = 0;
        for (; i + 4 <= windows.Length; i += 4) Four(ref input, windows.Slice(i, 4), ref Unsafe.Add(ref output, i * step), step);
        for (; i < windows.Length; i++) One(ref Unsafe.Add(ref input, windows[i]), ref Unsafe.Add(ref output, i * step));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Four(ref short input, ReadOnlySpan<int> windows, ref sbyte output, int step)
    {
        ref short weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        ref int biases = ref MemoryMarshal.GetArrayDataReference(_biases);
        nint length = 2 * _runPairs;
        int count = _count;
        Requantizer scales = _scales;
        for (int first = 0, block = 0; first < count; first += Block, block++)
        {
            Vector256<int> low0 = Vector256.LoadUnsafe(ref biases, (nuint)first), high0 = Vector256.LoadUnsafe(ref biases, (nuint)(first + 8));
            Vector256<int> low1 = low0, high1 = high0, low2 = low0, high2 = high0, low3 = low0, high3 = high0;
            foreach (int run in _runs)
            {
                ref short input0 = ref Unsafe.Add(ref input, windows[0] + run);
                ref short input1 = ref Unsafe.Add(ref input, windows[1] + run);
                ref short input2 = ref Unsafe.Add(ref input, windows[2] + run);
                ref short input3 = ref Unsafe.Add(ref input, windows[3] + run);
                for (nint tap = 0; tap < length; tap += 2, weights = ref Unsafe.Add(ref weights, PairNumbers))
                {
                    Vector256<short> low = Vector256.LoadUnsafe(ref weights), high = Vector256.LoadUnsafe(ref weights, Block);
                    Vector256<short> pair = Vector256.Create(PairAt(ref input0, tap)).AsInt16();
                    low0 += Avx2.MultiplyAddAdjacent(pair, low);
                    high0 += Avx2.MultiplyAddAdjacent(pair, high);
                    pair = Vector256.Create(PairAt(ref input1, tap)).AsInt16();
                    low1 += Avx2.MultiplyAddAdjacent(pair, low);
                    high1 += Avx2.MultiplyAddAdjacent(pair, high);
                    pair = Vector256.Create(PairAt(ref input2, tap)).AsInt16();
                    low2 += Avx2.MultiplyAddAdjacent(pair, low);
                    high2 += Avx2.MultiplyAddAdjacent(pair, high);
                    pair = Vector256.Create(PairAt(ref input3, tap)).AsInt16();
                    low3 += Avx2.MultiplyAddAdjacent(pair, low);
                    high3 += Avx2.MultiplyAddAdjacent(pair, high);
                }
            }

            ref sbyte target = ref Unsafe.Add(ref output, first);
            int rest = count - first;
            scales.Store(low0, high0, block, ref target, rest);
            scales.Store(low1, high1, block, ref Unsafe.Add(ref target, step), rest);
            scales.Store(low2, high2, block, ref Unsafe.Add(ref target, 2 * step), rest);
            scales.Store(low3, high3, block, ref Unsafe.Add(ref target, 3 * step), rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void One(ref short window, ref sbyte output)
    {
        ref short weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        ref int biases = ref MemoryMarshal.GetArrayDataReference(_biases);
        nint length = 2 * _runPairs;
        int count = _count;
        Requantizer scales = _scales;
        for (int first = 0, block = 0; first < count; first += Block, block++)
        {
            Vector256<int> low = Vector256.LoadUnsafe(ref biases, (nuint)first), high = Vector256.LoadUnsafe(ref biases, (nuint)(first + 8));
            foreach (int run in _runs)
            {
                for (nint tap = 0; tap < length; tap += 2, weights = ref Unsafe.Add(ref weights, PairNumbers))
                {
                    Vector256<short> pair = Vector256.Create(PairAt(ref window, run + tap)).AsInt16();
                    low += Avx2.MultiplyAddAdjacent(pair, Vector256.LoadUnsafe(ref weights));
                    high += Avx2.MultiplyAddAdjacent(pair, Vector256.LoadUnsafe(ref weights, Block));
                }
            }

            scales.Store(low, high, block, ref Unsafe.Add(ref output, first), count - first);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PairAt(ref short input, nint tap) => Unsafe.ReadUnaligned<int>(ref Unsafe.As<short, byte>(ref Unsafe.Add(ref input, tap)));
}
