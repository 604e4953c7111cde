// Takes the arguments off the interpreter's stack, in the form in which nanoFramework's metadata processor generates it.

#include "EdgeInfer_Native.h"
#include "EdgeInfer_Native_EdgeInfer_Native_NativeMethods.h"

using namespace EdgeInfer_Native::EdgeInfer_Native;

HRESULT Library_EdgeInfer_Native_EdgeInfer_Native_NativeMethods::HasKernel___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int code;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, code));

        signed int result = NativeMethods::HasKernel(code, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_EdgeInfer_Native_EdgeInfer_Native_NativeMethods::
    Invoke___STATIC__I4__SZARRAY_I4__SZARRAY_I2__SZARRAY_U1__I4__SZARRAY_I1__SZARRAY_I2__SZARRAY_I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        CLR_RT_TypedArray_INT32 words;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32_ARRAY(stack, 0, words));

        CLR_RT_TypedArray_INT16 halves;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT16_ARRAY(stack, 1, halves));

        CLR_RT_TypedArray_UINT8 bytes;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT8_ARRAY(stack, 2, bytes));

        signed int bytesStart;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, bytesStart));

        CLR_RT_TypedArray_INT8 int8;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT8_ARRAY(stack, 4, int8));

        CLR_RT_TypedArray_INT16 int16;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT16_ARRAY(stack, 5, int16));

        CLR_RT_TypedArray_INT32 int32;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32_ARRAY(stack, 6, int32));

        signed int record;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 7, record));

        signed int unit;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 8, unit));

        signed int count;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 9, count));

        signed int result = NativeMethods::Invoke(words, halves, bytes, bytesStart, int8, int16, int32, record, unit, count, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}
