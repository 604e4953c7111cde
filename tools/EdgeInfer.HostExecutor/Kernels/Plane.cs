using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeInfer.Host.Kernels;

/// <summary>
/// An image with its border, as numbers of 16 bits: no tap of a window that passes over it has to be checked, and the output may take the place of the
/// image that it was copied from.
/// </summary>
internal sealed class Plane
{
    private const int Block = Requantizer.Block;

    /// <summary>Most numbers of a plane. Steps and borders that no sane model has make planes of small images that no memory holds.</summary>
    private const long Largest = 1 << 28;

    private readonly int _height;
    private readonly int _width;
    private readonly int _channels;
    private readonly int _copies;
    private readonly int _padTop;
    private readonly int _padLeft;
    private readonly int _planeHeight;
    private readonly int _planeWidth;
    private readonly short _zeroPoint;
    private AlignedArray<short>? _numbers;

    /// <summary>Works out a plane.</summary>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="channels">Channels of the image.</param>
    /// <param name="padTop">Rows of the border above.</param>
    /// <param name="padLeft">Columns of the border on the left.</param>
    /// <param name="planeHeight">Rows of the plane.</param>
    /// <param name="planeWidth">Columns of the plane.</param>
    /// <param name="zeroPoint">What the border reads as.</param>
    /// <param name="copies">
    /// 0 for pixels as they are. For kernels that compute channel by channel, how often each channel comes: pixels then fill whole blocks, in the middle of which
    /// fours of channels trade places, because the instruction that pairs taps works in each half of a vector by itself.
    /// </param>
    public Plane(int height, int width, int channels, int padTop, int padLeft, int planeHeight, int planeWidth, int zeroPoint, int copies = 0)
    {
        (_height, _width, _channels, _copies) = (height, width, channels, copies);
        (_padTop, _padLeft, _planeHeight, _planeWidth) = (padTop, padLeft, planeHeight, planeWidth);
        _zeroPoint = (short)zeroPoint;
        PixelLength = copies == 0 ? channels : Requantizer.BlocksOf(channels * copies) * Block;
    }

    /// <summary>Numbers of a pixel.</summary>
    public int PixelLength { get; }

    /// <summary>Numbers of a row.</summary>
    public int RowLength => _planeWidth * PixelLength;

    /// <summary>Numbers of the plane, and one behind them that a pair may reach.</summary>
    private int Length => (_planeHeight * RowLength) + 1;

    /// <summary>True where memory holds the plane; else it must not be used.</summary>
    public bool IsHeld => (long)_planeWidth * PixelLength <= Largest && (long)RowLength * _planeHeight <= Largest;

    /// <summary>Copies an image into the plane, whose border was made with the plane.</summary>
    /// <param name="image">Its first number.</param>
    /// <returns>The first number of the plane.</returns>
    public ref short Copy(ref sbyte image)
    {
        _numbers ??= Make();
        int left = Math.Min(_padLeft, _planeWidth), columns = Math.Clamp(_planeWidth - left, 0, _width);
        for (int row = 0; columns > 0 && row < _height && row + _padTop < _planeHeight; row++)
        {
            CopyPixels(ref Unsafe.Add(ref image, row * _width * _channels), ref _numbers[((row + _padTop) * RowLength) + (left * PixelLength)], columns);
        }

        return ref _numbers[0];
    }

    private AlignedArray<short> Make()
    {
        AlignedArray<short> numbers = new(Length);
        numbers.Span.Fill(_zeroPoint);
        return numbers;
    }

    private void CopyPixels(ref sbyte pixels, ref short target, int count)
    {
        if (_copies == 0)
        {
            Widening.Copy(ref pixels, ref target, count * _channels);
        }
        else if (_copies == 1 && PixelLength == _channels)
        {
            CopyBlocks(ref pixels, ref target, count * _channels);
        }
        else
        {
            for (; count > 0; count--, pixels = ref Unsafe.Add(ref pixels, _channels), target = ref Unsafe.Add(ref target, PixelLength)) CopyBlocks(ref pixels, ref target, _channels * _copies);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyBlocks(ref sbyte pixel, ref short target, int count)
    {
        int channel = 0;
        if (_copies == 1)
        {
            for (; channel + Block <= count; channel += Block)
            {
                Vector256<long> fours = Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref pixel, (nuint)channel)).AsInt64();
                Avx2.Permute4x64(fours, 0b11_01_10_00).AsInt16().StoreUnsafe(ref target, (nuint)channel);
            }
        }

        for (; channel < count; channel++)
        {
            int four = channel / 4 % 4;
            Unsafe.Add(ref target, channel + (four == 1 ? 4 : four == 2 ? -4 : 0)) = Unsafe.Add(ref pixel, channel / _copies);
        }
    }
}
