using System.ComponentModel;

namespace EdgeInfer.NanoFramework;

/// <summary>Stand-ins that instrumented code calls instead of the block operations of Array, to count their bytes.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class MeteredCopies
{
    /// <summary>Array.Copy with offsets.</summary>
    public static void Copy(Array source, int sourceIndex, Array destination, int destinationIndex, int length, long[] counters, int slot)
    {
        Array.Copy(source, sourceIndex, destination, destinationIndex, length);
        counters[slot] += (long)length * ElementSize(source);
    }

    /// <summary>Array.Copy from the start.</summary>
    public static void Copy(Array source, Array destination, int length, long[] counters, int slot)
    {
        Array.Copy(source, destination, length);
        counters[slot] += (long)length * ElementSize(source);
    }

    /// <summary>Array.Clear of a range.</summary>
    public static void Clear(Array array, int index, int length, long[] counters, int slot)
    {
        Array.Clear(array, index, length);
        counters[slot] += (long)length * ElementSize(array);
    }

    // References and structs take one 12-byte block an element in the interpreter.
    private static int ElementSize(Array array) => array switch
    {
        byte[] or sbyte[] or bool[] => 1,
        short[] or ushort[] or char[] => 2,
        int[] or uint[] or float[] => 4,
        long[] or ulong[] or double[] => 8,
        _ => 12,
    };
}
