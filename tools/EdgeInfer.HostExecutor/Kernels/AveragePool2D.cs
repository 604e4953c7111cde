using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Layout = EdgeInfer.Kernels.Pool2D;

namespace EdgeInfer.Host.Kernels;

/// <summary>Average over a window, sixteen channels at a time; the rest of the channels one by one.</summary>
internal sealed class AveragePool2D : VectorKernel
{
    private const int Block = 16;

    private readonly int[] _words;
    private readonly int _record;
    private readonly int _channels;
    private readonly int _rowLength;
    private readonly int _min;
    private readonly int _max;

    /// <summary>Prepares a record.</summary>
    /// <param name="model">The model.</param>
    /// <param name="record">The record's position.</param>
    public AveragePool2D(Model model, int record)
    {
        (_words, _record) = (model.Words, record);
        _channels = _words[record + Layout.Channels];
        _rowLength = _words[record + Layout.InputWidth] * _channels;
        (_min, _max) = (_words[record + Layout.ActivationMin], _words[record + Layout.ActivationMax]);
    }

    /// <inheritdoc/>
    public override void Run(Arena arena)
    {
        int height = _words[_record + Layout.InputHeight], width = _words[_record + Layout.InputWidth];
        int outputHeight = _words[_record + Layout.OutputHeight], outputWidth = _words[_record + Layout.OutputWidth];
        int output = OffsetOf(_words, _record + Record.Output), images = OffsetOf(_words, _record + Layout.Input);
        for (int unit = 0; unit < _words[_record + Record.Units]; unit++)
        {
            (int image, int row) = Math.DivRem(unit, outputHeight);
            int y = (row * _words[_record + Layout.StrideHeight]) - _words[_record + Layout.PadTop];
            int top = Math.Max(y, 0), rows = Math.Min(y + _words[_record + Layout.FilterHeight], height) - top;
            int first = images + (((image * height) + top) * _rowLength);
            for (int column = 0; column < outputWidth; column++, output += _channels)
            {
                int x = (column * _words[_record + Layout.StrideWidth]) - _words[_record + Layout.PadLeft];
                int left = Math.Max(x, 0), columns = Math.Min(x + _words[_record + Layout.FilterWidth], width) - left;
                Window(ref arena.Int8[first + (left * _channels)], rows, columns, ref arena.Int8[output]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Window(ref sbyte cells, int rows, int columns, ref sbyte output)
    {
        int count = rows * columns, channel = 0;
        Span<int> sums = stackalloc int[Block];
        for (; channel + Block <= _channels; channel += Block)
        {
            Vector256<int> low = default, high = default;
            for (int row = 0; row < rows; row++)
            {
                ref sbyte cell = ref Unsafe.Add(ref cells, (row * _rowLength) + channel);
                for (int column = 0; column < columns; column++, cell = ref Unsafe.Add(ref cell, _channels))
                {
                    Vector128<sbyte> values = Vector128.LoadUnsafe(ref cell);
                    low += Avx2.ConvertToVector256Int32(values);
                    high += Avx2.ConvertToVector256Int32(Sse2.ShiftRightLogical128BitLane(values, 8));
                }
            }

            low.CopyTo(sums);
            high.CopyTo(sums[8..]);
            for (int i = 0; i < Block; i++) Unsafe.Add(ref output, channel + i) = Average(sums[i], count);
        }

        for (; channel < _channels; channel++)
        {
            int sum = 0;
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++) sum += Unsafe.Add(ref cells, (row * _rowLength) + (column * _channels) + channel);
            }

            Unsafe.Add(ref output, channel) = Average(sum, count);
        }
    }

    /// <summary>Rounds half away from zero.</summary>
    private sbyte Average(int sum, int count) => (sbyte)Math.Clamp((sum > 0 ? sum + (count / 2) : sum - (count / 2)) / count, _min, _max);
}
