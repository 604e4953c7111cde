/* The functions of the C library that kernels use. A freestanding compiler has no header for them, but calls them. */
#ifndef EI_MEMORY_H
#define EI_MEMORY_H

#if __STDC_HOSTED__
#include <string.h>
#else
#include <stddef.h>
void *memcpy(void *target, const void *source, size_t length);
void *memmove(void *target, const void *source, size_t length);
void *memset(void *target, int value, size_t length);
#endif

#endif
