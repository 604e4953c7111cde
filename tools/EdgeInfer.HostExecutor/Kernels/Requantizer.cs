using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeInfer.Host.Kernels;

/// <summary>
/// Scales accumulators to outputs, sixteen channels at a time, each with a scale of its own. <see cref="Channel"/> has the arithmetic; here it
/// takes place in 32 bits after the multiplication: with h = (a * m + 2^30) >> 31 and n = shift - 31, the output is (h + 2^(n-1) - [h negative]) >> n,
/// and without the last two terms where n is 0.
/// </summary>
/// <remarks>
/// h is the upper half of 2 * (a * m + 2^30). It is no larger than a, so that the rounding stays within 32 bits where the accumulators do not come near
/// them; where that is not certain, or a shift is below 31, channels are scaled one by one.
/// </remarks>
internal sealed class Requantizer
{
    /// <summary>Channels that are scaled and stored together.</summary>
    public const int Block = 16;

    private const int WholeShift = 31;

    /// <summary>Numbers of a block's four tables, and where those behind the multipliers begin.</summary>
    private const int BlockNumbers = 4 * Block, Shifts = Block, Roundings = 2 * Block, Steps = 3 * Block;

    /// <summary>A block's multipliers, shifts beyond 31, what rounds, and -1 where negative numbers lose one.</summary>
    private readonly int[] _tables;
    private readonly bool _isExact;
    private readonly int _zeroPoint;
    private readonly int _min;
    private readonly int _max;
    private readonly Vector256<short> _zeroPoints;
    private readonly Vector128<sbyte> _lows;
    private readonly Vector128<sbyte> _highs;

    /// <summary>Takes over scales.</summary>
    /// <param name="multipliers">Multiplier of every channel.</param>
    /// <param name="shifts">Shift of every channel.</param>
    /// <param name="bounds">Largest magnitude that the accumulator of every channel can take; more than 32 bits where that is not known.</param>
    /// <param name="zeroPoint">Output zero point.</param>
    /// <param name="min">Smallest output.</param>
    /// <param name="max">Largest output.</param>
    public Requantizer(ReadOnlySpan<int> multipliers, ReadOnlySpan<int> shifts, ReadOnlySpan<long> bounds, int zeroPoint, int min, int max)
    {
        (_zeroPoint, _min, _max) = (zeroPoint, min, max);
        (_zeroPoints, _lows, _highs) = (Vector256.Create((short)zeroPoint), Vector128.Create((sbyte)min), Vector128.Create((sbyte)max));
        _tables = new int[BlocksOf(multipliers.Length) * BlockNumbers];
        _isExact = true;
        for (int i = 0; i < multipliers.Length; i++)
        {
            int further = shifts[i] - WholeShift, rounding = further > 0 ? 1 << (further - 1) : 0;
            Span<int> table = _tables.AsSpan((i / Block * BlockNumbers) + (i % Block));
            table[0] = multipliers[i];
            table[Shifts] = further;
            table[Roundings] = rounding;
            table[Steps] = further > 0 ? -1 : 0;
            _isExact &= further >= 0 && bounds[i] + rounding < int.MaxValue;
        }
    }

    /// <summary>Reads a record's scales.</summary>
    /// <param name="words">The model's words.</param>
    /// <param name="channels">Position of the first of the three fields of <see cref="Channel"/>.</param>
    /// <param name="first">The first channel.</param>
    /// <param name="bounds">Largest magnitude of every accumulator.</param>
    /// <param name="zeroPoint">Position of the field of the output zero point; those of the smallest and the largest output follow.</param>
    public static Requantizer Of(int[] words, int channels, int first, ReadOnlySpan<long> bounds, int zeroPoint)
    {
        int step = words[channels + Channel.ScaleStep], scale = words[channels + Channel.Scales] + (first * step);
        int[] multipliers = new int[bounds.Length], shifts = new int[bounds.Length];
        for (int i = 0; i < bounds.Length; i++, scale += step) (multipliers[i], shifts[i]) = (words[scale + Channel.Multiplier], words[scale + Channel.Shift]);
        return new Requantizer(multipliers, shifts, bounds, words[zeroPoint], words[zeroPoint + 1], words[zeroPoint + 2]);
    }

    /// <summary>Number of blocks that channels take.</summary>
    public static int BlocksOf(int channels) => (channels + Block - 1) / Block;

    /// <summary>Scales the accumulators of a block and stores them.</summary>
    /// <param name="low">Accumulators of the first eight channels.</param>
    /// <param name="high">Accumulators of the others.</param>
    /// <param name="block">Index of the block.</param>
    /// <param name="output">The first output.</param>
    /// <param name="count">Number of outputs, at least one; no more than a block are stored.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(Vector256<int> low, Vector256<int> high, int block, ref sbyte output, int count)
    {
        ref int table = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_tables), block * BlockNumbers);
        if (!_isExact)
        {
            StoreOneByOne(low, high, ref table, ref output, count);
            return;
        }

        // Both packings leave fours of channels where halves of vectors begin.
        Vector256<short> outputs = Avx2.PackSignedSaturate(Scale(low, ref table), Scale(high, ref Unsafe.Add(ref table, 8)));
        outputs = Avx2.AddSaturate(outputs, _zeroPoints);
        Vector128<sbyte> bytes = Avx2.PermuteVar8x32(Avx2.PackSignedSaturate(outputs, outputs).AsInt32(), Vector256.Create(0, 4, 1, 5, 0, 4, 1, 5)).AsSByte().GetLower();
        bytes = Vector128.Min(Vector128.Max(bytes, _lows), _highs);
        if (count >= Block) bytes.StoreUnsafe(ref output);
        else StoreSome(bytes, ref output, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Scale(Vector256<int> sums, ref int table)
    {
        Vector256<int> multiplier = Vector256.LoadUnsafe(ref table);
        Vector256<long> half = Vector256.Create(Channel.HalfUnit);
        Vector256<long> even = Avx2.Multiply(sums, multiplier) + half;
        Vector256<long> odd = Avx2.Multiply((sums.AsUInt64() >> 32).AsInt32(), (multiplier.AsUInt64() >> 32).AsInt32()) + half;
        Vector256<int> high = Avx2.Blend(((even + even).AsUInt64() >> 32).AsInt32(), (odd + odd).AsInt32(), 0b10101010);
        Vector256<int> step = (high >> 31) & Vector256.LoadUnsafe(ref table, Steps);
        return Avx2.ShiftRightArithmeticVariable(high + step + Vector256.LoadUnsafe(ref table, Roundings), Vector256.LoadUnsafe(ref table, Shifts).AsUInt32());
    }

    private static void StoreSome(Vector128<sbyte> bytes, ref sbyte output, int count)
    {
        for (int i = 0; i < count; i++) Unsafe.Add(ref output, i) = bytes.GetElement(i);
    }

    private void StoreOneByOne(Vector256<int> low, Vector256<int> high, ref int table, ref sbyte output, int count)
    {
        for (int i = 0; i < count && i < Block; i++)
        {
            int shift = Unsafe.Add(ref table, Shifts + i) + WholeShift;
            long value = ((long)(i < 8 ? low.GetElement(i) : high.GetElement(i - 8)) * Unsafe.Add(ref table, i)) + Channel.Rounding(shift);
            if (value < Channel.Threshold(shift)) value -= Channel.NegativeStep(shift);
            Unsafe.Add(ref output, i) = (sbyte)Math.Clamp((value >> shift) + _zeroPoint, _min, _max);
        }
    }
}
