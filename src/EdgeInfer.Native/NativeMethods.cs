#if EDGEINFER_HOST
using System.Runtime.InteropServices;
#else
using System.Runtime.CompilerServices;
#endif

namespace EdgeInfer.Native
{
    /// <summary>
    /// What the firmware offers. Any change of this class changes the checksum by which the firmware knows it:
    /// firmware/native/interop has to follow, and a test holds it to that.
    /// </summary>
    internal static class NativeMethods
    {
        /// <summary>Tells whether there is a native kernel.</summary>
        /// <param name="code">The operator.</param>
        /// <returns>1, or 0 where there is none.</returns>
#if EDGEINFER_HOST
        [DllImport("edgeinfer", EntryPoint = "ei_host_has_kernel")]
#else
        [MethodImpl(MethodImplOptions.InternalCall)]
#endif
        public static extern int HasKernel(int code);

        /// <summary>Runs units of a record.</summary>
        /// <param name="words">The words section.</param>
        /// <param name="halves">The halves section.</param>
        /// <param name="bytes">Holds the bytes section.</param>
        /// <param name="bytesStart">Where it begins.</param>
        /// <param name="int8">8-bit tensors.</param>
        /// <param name="int16">16-bit tensors.</param>
        /// <param name="int32">32-bit tensors.</param>
        /// <param name="record">Position of the record in the words section.</param>
        /// <param name="unit">The first unit.</param>
        /// <param name="count">Number of units.</param>
        /// <returns>1, or 0 where the native kernel does not run records of this form; nothing has been written then.</returns>
#if EDGEINFER_HOST
        [DllImport("edgeinfer", EntryPoint = "ei_host_invoke")]
#else
        [MethodImpl(MethodImplOptions.InternalCall)]
#endif
        public static extern int Invoke(
            int[] words, short[] halves, byte[] bytes, int bytesStart, sbyte[] int8, short[] int16, int[] int32, int record, int unit, int count);
    }
}
