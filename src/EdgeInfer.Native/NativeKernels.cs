using System;

namespace EdgeInfer.Native
{
    /// <summary>The kernels that the firmware carries out in machine code.</summary>
    public static class NativeKernels
    {
        /// <summary>
        /// Puts the native kernels into the place of the managed ones, for every model that is loaded from now on. Records that
        /// a native kernel does not run are run by the managed one.
        /// </summary>
        /// <returns>Number of operators that have a native kernel; 0 where the firmware was built without the native library, and the managed kernels run.</returns>
        public static int Register()
        {
            int count = 0;
            for (int code = (int)OperatorCode.Fill; code < KernelCatalog.Count; code++)
            {
                if (Has(code))
                {
                    KernelCatalog.Replace((OperatorCode)code, new NativeKernel((OperatorCode)code));
                    count++;
                }
            }

            return count;
        }

        /// <summary>Puts the managed kernels back, for every model that is loaded from now on.</summary>
        public static void Unregister()
        {
            for (int code = (int)OperatorCode.Fill; code < KernelCatalog.Count; code++)
            {
                KernelCatalog.Replace((OperatorCode)code, null);
            }
        }

        private static bool Has(int code)
        {
            try
            {
                return NativeMethods.HasKernel(code) != 0;
            }
            catch (Exception)
            {
                // The method is declared but not there: the library is missing.
                return false;
            }
        }
    }
}
