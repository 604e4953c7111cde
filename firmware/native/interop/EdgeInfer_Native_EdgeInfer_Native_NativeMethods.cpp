#include "EdgeInfer_Native.h"
#include "EdgeInfer_Native_EdgeInfer_Native_NativeMethods.h"

#include "edgeinfer.h"

using namespace EdgeInfer_Native::EdgeInfer_Native;

signed int NativeMethods::HasKernel(signed int code, HRESULT &hr)
{
    (void)hr;
    return ei_find_kernel(code) != NULL;
}

// The arrays stay where they are for as long as this runs: the garbage collector does not run before it returns.
signed int NativeMethods::Invoke(
    CLR_RT_TypedArray_INT32 words,
    CLR_RT_TypedArray_INT16 halves,
    CLR_RT_TypedArray_UINT8 bytes,
    signed int bytesStart,
    CLR_RT_TypedArray_INT8 int8,
    CLR_RT_TypedArray_INT16 int16,
    CLR_RT_TypedArray_INT32 int32,
    signed int record,
    signed int unit,
    signed int count,
    HRESULT &hr)
{
    (void)hr;
    ei_model model;
    model.words = (const int32_t *)words.GetBuffer();
    model.halves = (const int16_t *)halves.GetBuffer();
    model.bytes = (const uint8_t *)bytes.GetBuffer() + bytesStart;
    ei_arena arena;
    arena.int8 = (int8_t *)int8.GetBuffer();
    arena.int16 = (int16_t *)int16.GetBuffer();
    arena.int32 = (int32_t *)int32.GetBuffer();
    return ei_invoke(&model, &arena, record, unit, count);
}
