// Made from the assembly by a test, which fails when they differ: the methods in the order of the metadata, and their checksum.

#include "EdgeInfer_Native.h"

// clang-format off

static const CLR_RT_MethodHandler method_lookup[] =
{
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    Library_EdgeInfer_Native_EdgeInfer_Native_NativeMethods::HasKernel___STATIC__I4__I4,
    Library_EdgeInfer_Native_EdgeInfer_Native_NativeMethods::Invoke___STATIC__I4__SZARRAY_I4__SZARRAY_I2__SZARRAY_U1__I4__SZARRAY_I1__SZARRAY_I2__SZARRAY_I4__I4__I4__I4,
};

const CLR_RT_NativeAssemblyData g_CLR_AssemblyNative_EdgeInfer_Native =
{
    "EdgeInfer.Native",
    0x0AA2916B,
    method_lookup,
    { 1, 0, 0, 0 }
};

// clang-format on
