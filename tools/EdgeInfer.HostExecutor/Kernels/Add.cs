using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Layout = EdgeInfer.Kernels.Add;

namespace EdgeInfer.Host.Kernels;

/// <summary>Sum or difference: what an operand adds, brought to the common scale, is looked up; the sums are scaled by vector instructions.</summary>
internal sealed class Add : VectorKernel
{
    /// <summary>Outputs that are scaled together.</summary>
    private const int Together = 4 * Requantizer.Block;

    private readonly int[] _words;
    private readonly int _record;
    private readonly int[] _share1;
    private readonly int[] _share2;
    private readonly Requantizer _scale;

    /// <summary>Prepares a record.</summary>
    /// <param name="model">The model.</param>
    /// <param name="record">The record's position.</param>
    public Add(Model model, int record)
    {
        _words = model.Words;
        _record = record;
        _share1 = Shares(_words[record + Layout.ZeroPoint1], _words[record + Layout.Multiplier1], _words[record + Layout.Shift1], 1);
        _share2 = Shares(_words[record + Layout.ZeroPoint2], _words[record + Layout.Multiplier2], _words[record + Layout.Shift2], _words[record + Layout.Sign]);
        int[] multipliers = new int[Requantizer.Block], shifts = new int[Requantizer.Block];
        Array.Fill(multipliers, _words[record + Layout.OutputMultiplier]);
        Array.Fill(shifts, _words[record + Layout.OutputShift]);
        long[] bounds = new long[Requantizer.Block];
        Array.Fill(bounds, _share1.Max(s => Math.Abs((long)s)) + _share2.Max(s => Math.Abs((long)s)));
        _scale = new Requantizer(multipliers, shifts, bounds, _words[record + Layout.OutputZeroPoint], _words[record + Layout.ActivationMin], _words[record + Layout.ActivationMax]);
        for (int i = 0; i < _share1.Length; i++) (_share1[i], _share2[i]) = (_share1[i] << _scale.Gain(0), _share2[i] << _scale.Gain(0));
    }

    /// <inheritdoc/>
    public override void Run(Arena arena)
    {
        int rows = _words[_record + Broadcast.Lengths + 3], run = _words[_record + Broadcast.Lengths + 4];
        int input1 = OffsetOf(_words, _record + Broadcast.Input1), input2 = OffsetOf(_words, _record + Broadcast.Input2);
        int output = OffsetOf(_words, _record + Record.Output);
        for (int unit = 0; unit < _words[_record + Record.Units]; unit++)
        {
            int i = input1 + Broadcast.Start(_words, _record, Broadcast.Strides1, unit), j = input2 + Broadcast.Start(_words, _record, Broadcast.Strides2, unit);
            for (int row = 0; row < rows; row++, output += run, i += _words[_record + Broadcast.Strides1 + 3], j += _words[_record + Broadcast.Strides2 + 3])
            {
                RunRow(ref arena.Int8[i], ref arena.Int8[j], ref arena.Int8[output], run);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunRow(ref sbyte x1, ref sbyte x2, ref sbyte output, int run)
    {
        int step1 = _words[_record + Broadcast.Strides1 + 4], step2 = _words[_record + Broadcast.Strides2 + 4];
        ref int share1 = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_share1), 128);
        ref int share2 = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_share2), 128);
        Span<int> memory = stackalloc int[Together];
        ref int sums = ref MemoryMarshal.GetReference(memory);
        for (; run > 0; run -= Together, output = ref Unsafe.Add(ref output, Together))
        {
            // The operands are read before the outputs are written, which may lie in their place.
            int count = Math.Min(Together, run);
            for (int k = 0; k < count; k++, x1 = ref Unsafe.Add(ref x1, step1), x2 = ref Unsafe.Add(ref x2, step2))
            {
                Unsafe.Add(ref sums, k) = Unsafe.Add(ref share1, x1) + Unsafe.Add(ref share2, x2);
            }

            int whole = count / Requantizer.Block, stored = whole * Requantizer.Block;
            if (whole > 0) _scale.Store(ref sums, whole, 0, ref output, Requantizer.Block, Requantizer.Block);
            if (stored < count) _scale.Store(ref Unsafe.Add(ref sums, stored), 1, 0, ref Unsafe.Add(ref output, stored), 0, count - stored);
        }
    }

    /// <summary>What every value of an operand adds to the sum.</summary>
    private static int[] Shares(int zeroPoint, int multiplier, int shift, int sign)
    {
        int[] shares = new int[256];
        for (int x = sbyte.MinValue; x <= sbyte.MaxValue; x++)
        {
            long value = (((x - zeroPoint) * (1L << Layout.LeftShift)) * multiplier) + Channel.Rounding(shift);
            if (value < Channel.Threshold(shift)) value -= Channel.NegativeStep(shift);
            shares[x + 128] = sign * (int)(value >> shift);
        }

        return shares;
    }
}
