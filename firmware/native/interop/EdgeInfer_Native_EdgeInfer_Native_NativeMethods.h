#ifndef EDGEINFER_NATIVE_NATIVEMETHODS_H
#define EDGEINFER_NATIVE_NATIVEMETHODS_H

namespace EdgeInfer_Native
{
    namespace EdgeInfer_Native
    {
        struct NativeMethods
        {
            static signed int HasKernel(signed int code, HRESULT &hr);

            static signed int Invoke(
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
                HRESULT &hr);
        };
    }
}

#endif
