using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeInfer.Host.Kernels;

/// <summary>Numbers that begin where a line of the cache begins, and stay there: a vector at a multiple of its own length never lies across two lines, which costs twice the time.</summary>
/// <typeparam name="T">Type of the numbers.</typeparam>
internal sealed class AlignedArray<T>
    where T : unmanaged
{
    /// <summary>Bytes of a line.</summary>
    private const int Line = 64;

    private readonly T[] _memory;
    private readonly int _start;

    /// <summary>Takes memory; all numbers are 0.</summary>
    /// <param name="length">Number of numbers.</param>
    public AlignedArray(int length)
    {
        int size = Unsafe.SizeOf<T>();
        Length = length;
        _memory = GC.AllocateArray<T>(length + (Line / size), pinned: true);
        _start = (int)(-(long)Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0) & (Line - 1)) / size;
    }

    /// <summary>Number of numbers.</summary>
    public int Length { get; }

    /// <summary>All numbers.</summary>
    public Span<T> Span => _memory.AsSpan(_start, Length);

    /// <summary>A number.</summary>
    /// <param name="index">Its index.</param>
    public ref T this[int index] => ref _memory[_start + index];
}
