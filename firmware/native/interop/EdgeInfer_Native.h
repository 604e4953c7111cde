// What nanoFramework's interpreter knows of the assembly EdgeInfer.Native; follows src/EdgeInfer.Native/NativeMethods.cs.
#ifndef EDGEINFER_NATIVE_H
#define EDGEINFER_NATIVE_H

#include <nanoCLR_Interop.h>
#include <nanoCLR_Runtime.h>
#include <nanoPackStruct.h>

struct Library_EdgeInfer_Native_EdgeInfer_Native_NativeMethods
{
    NANOCLR_NATIVE_DECLARE(HasKernel___STATIC__I4__I4);
    NANOCLR_NATIVE_DECLARE(
        Invoke___STATIC__I4__SZARRAY_I4__SZARRAY_I2__SZARRAY_U1__I4__SZARRAY_I1__SZARRAY_I2__SZARRAY_I4__I4__I4__I4);
};

extern const CLR_RT_NativeAssemblyData g_CLR_AssemblyNative_EdgeInfer_Native;

#endif
