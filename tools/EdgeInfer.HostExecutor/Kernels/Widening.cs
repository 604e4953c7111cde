using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeInfer.Host.Kernels;

/// <summary>Copies 8-bit numbers to 16-bit ones.</summary>
internal static class Widening
{
    /// <summary>Copies numbers.</summary>
    /// <param name="source">The first number.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="count">Number of numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(ref sbyte source, ref short target, int count)
    {
        int i = 0;
        for (; i + 16 <= count; i += 16) Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        for (; i < count; i++) Unsafe.Add(ref target, i) = Unsafe.Add(ref source, i);
    }
}
