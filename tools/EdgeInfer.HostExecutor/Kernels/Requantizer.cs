using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeInfer.Host.Kernels;

/// <summary>
/// Scales accumulators to outputs, sixteen channels at a time, each with a scale of its own. <see cref="Channel"/> has the arithmetic; here it
/// takes place in 32 bits after the multiplication: with h = (a * m + 2^30) >> 31 and n = shift - 31, the output is (h + 2^(n-1) - [h negative]) >> n,
/// and h where n is 0.
/// </summary>
/// <remarks>
/// h is the upper half of (2a) * m + 2^31, so accumulators come doubled: whoever adds them up shifts weights and biases by the <see cref="Gain"/> of their
/// channel. Where n is negative, the gain is larger by as much, and n is 0. The zero point is added before the shift. Blocks whose numbers might not stay
/// within 32 bits are scaled one by one; their gains are 0.
/// </remarks>
internal sealed class Requantizer
{
    /// <summary>Channels that are scaled and stored together.</summary>
    public const int Block = 16;

    /// <summary>The largest gain: with it a weight of nine bits still is a number of sixteen.</summary>
    public const int LargestGain = 6;

    private const int WholeShift = 31;

    /// <summary>Half of a block, which is what a vector holds.</summary>
    private const int Half = Block / 2;

    /// <summary>Numbers of the tables of half a block, and where each but the first begins.</summary>
    private const int HalfNumbers = 5 * Half, OddMultipliers = Half, Shifts = 2 * Half, Roundings = 3 * Half, Signs = 4 * Half;

    private readonly int[] _multipliers;
    private readonly int[] _shifts;
    private readonly int[] _gains;

    /// <summary>
    /// For every half of a block: its multipliers; those of odd channels in the place of the even ones before them; n; what rounds, with the zero point;
    /// and by how much h is shifted so that only its sign is left, or nothing where n is 0.
    /// </summary>
    private readonly AlignedArray<int> _tables;
    private readonly bool[] _isExact;
    private readonly int _zeroPoint;
    private readonly int _min;
    private readonly int _max;

    /// <summary>Takes over scales.</summary>
    /// <param name="multipliers">Multiplier of every channel.</param>
    /// <param name="shifts">Shift of every channel.</param>
    /// <param name="bounds">Largest magnitude that the accumulator of every channel can take, without gain; more than 32 bits where that is not known.</param>
    /// <param name="zeroPoint">Output zero point.</param>
    /// <param name="min">Smallest output.</param>
    /// <param name="max">Largest output.</param>
    public Requantizer(int[] multipliers, int[] shifts, ReadOnlySpan<long> bounds, int zeroPoint, int min, int max)
    {
        (_multipliers, _shifts, _zeroPoint, _min, _max) = (multipliers, shifts, zeroPoint, min, max);
        int blocks = BlocksOf(multipliers.Length);
        _tables = new AlignedArray<int>(blocks * 2 * HalfNumbers);
        _gains = new int[multipliers.Length];
        _isExact = new bool[blocks];
        for (int block = 0; block < blocks; block++)
        {
            int first = block * Block, end = Math.Min(first + Block, multipliers.Length);
            _isExact[block] = true;
            for (int i = first; i < end; i++) _isExact[block] &= IsExact(shifts[i] - WholeShift, bounds[i], zeroPoint);
            if (!_isExact[block]) continue;

            for (int i = first; i < end; i++)
            {
                int further = Math.Max(0, shifts[i] - WholeShift);
                Span<int> table = _tables.Span[((i / Half * HalfNumbers) + (i % Half))..];
                table[0] = multipliers[i];
                if (i % 2 == 1) table[OddMultipliers - 1] = multipliers[i];
                table[Shifts] = further;
                table[Roundings] = (further > 0 ? 1 << (further - 1) : 0) + (zeroPoint << further);
                table[Signs] = further > 0 ? 31 : 32;
                _gains[i] = 1 + further - (shifts[i] - WholeShift);
            }
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

    /// <summary>By how many bits a channel's accumulator is to be shifted to the left.</summary>
    /// <param name="channel">The channel.</param>
    public int Gain(int channel) => _gains[channel];

    /// <summary>Scales the accumulators of a block at some positions and stores the outputs.</summary>
    /// <param name="sums">Accumulators with their gain, sixteen a position, one after the other, and memory for an even number of positions.</param>
    /// <param name="positions">Number of positions.</param>
    /// <param name="block">Index of the block.</param>
    /// <param name="output">The first output of the first position.</param>
    /// <param name="step">Outputs from one position to the next.</param>
    /// <param name="count">Number of outputs at each, at least one; no more than a block are stored.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Store(ref int sums, int positions, int block, ref sbyte output, nint step, int count)
    {
        if (!_isExact[block])
        {
            StoreOneByOne(ref sums, positions, block * Block, ref output, step, count);
            return;
        }

        ref int low = ref _tables[block * 2 * HalfNumbers], high = ref Unsafe.Add(ref low, HalfNumbers);
        Vector256<sbyte> min = Vector256.Create((sbyte)_min), max = Vector256.Create((sbyte)_max);
        Vector256<int> order = Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7);
        for (; positions > 0; positions -= 2, sums = ref Unsafe.Add(ref sums, 2 * Block), output = ref Unsafe.Add(ref output, 2 * step))
        {
            // Packings leave fours of channels where halves of vectors begin.
            Vector256<short> one = Avx2.PackSignedSaturate(
                Scale(Vector256.LoadUnsafe(ref sums), ref low), Scale(Vector256.LoadUnsafe(ref sums, Half), ref high));
            Vector256<short> other = Avx2.PackSignedSaturate(
                Scale(Vector256.LoadUnsafe(ref sums, Block), ref low), Scale(Vector256.LoadUnsafe(ref sums, Block + Half), ref high));
            Vector256<sbyte> bytes = Avx2.PermuteVar8x32(Avx2.PackSignedSaturate(one, other).AsInt32(), order).AsSByte();
            bytes = Vector256.Min(Vector256.Max(bytes, min), max);
            StoreSome(bytes.GetLower(), ref output, count);
            if (positions > 1) StoreSome(bytes.GetUpper(), ref Unsafe.Add(ref output, step), count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Scale(Vector256<int> sums, ref int table)
    {
        Vector256<long> half = Vector256.Create(1L << WholeShift);
        Vector256<long> even = Avx2.Multiply(sums, Vector256.LoadUnsafe(ref table)) + half;
        Vector256<long> odd = Avx2.Multiply((sums.AsUInt64() >> 32).AsInt32(), Vector256.LoadUnsafe(ref table, OddMultipliers)) + half;
        Vector256<int> high = Avx2.Blend((even.AsUInt64() >> 32).AsInt32(), odd.AsInt32(), 0b10101010);
        Vector256<int> negative = Avx2.ShiftRightLogicalVariable(high, Vector256.LoadUnsafe(ref table, Signs).AsUInt32());
        return Avx2.ShiftRightArithmeticVariable(Vector256.LoadUnsafe(ref table, Roundings) - negative + high, Vector256.LoadUnsafe(ref table, Shifts).AsUInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreSome(Vector128<sbyte> bytes, ref sbyte output, int count)
    {
        if (count >= Block) bytes.StoreUnsafe(ref output);
        else for (int i = 0; i < count; i++) Unsafe.Add(ref output, i) = bytes.GetElement(i);
    }

    /// <summary>True where the doubled accumulators, and h with what is added to it, are numbers of 32 bits for certain.</summary>
    private static bool IsExact(int further, long bound, int zeroPoint)
    {
        int right = Math.Max(0, further), left = right - further;
        if (right >= WholeShift || left >= LargestGain || bound > int.MaxValue) return false;

        long rounding = (1L << right) + (Math.Abs((long)zeroPoint) << right);
        return (bound << (left + 1)) + rounding < int.MaxValue;
    }

    private void StoreOneByOne(ref int sums, int positions, int first, ref sbyte output, nint step, int count)
    {
        for (; positions > 0; positions--, sums = ref Unsafe.Add(ref sums, Block), output = ref Unsafe.Add(ref output, step))
        {
            for (int i = 0; i < count && i < Block; i++)
            {
                int shift = _shifts[first + i];
                long value = ((long)Unsafe.Add(ref sums, i) * _multipliers[first + i]) + Channel.Rounding(shift);
                if (value < Channel.Threshold(shift)) value -= Channel.NegativeStep(shift);
                Unsafe.Add(ref output, i) = (sbyte)Math.Clamp((value >> shift) + _zeroPoint, _min, _max);
            }
        }
    }
}
