/* Help for compilers. */
#ifndef EI_COMPILER_H
#define EI_COMPILER_H

/* Loads are not moved over this. An inner loop with as many sums as there are registers has none for operands that are loaded
 * ahead; a compiler that does it all the same (GCC with -O2) puts sums into memory for them. */
#if defined(__GNUC__)
#define EI_IN_ORDER() __asm__ volatile("" ::: "memory")
#else
#define EI_IN_ORDER() ((void)0)
#endif

/* Kernels' small parts, which have to become a part of the loop that uses them even where a compiler aims at small code. */
#if defined(__GNUC__)
#define EI_INLINE static inline __attribute__((always_inline))
#else
#define EI_INLINE static inline
#endif

/* A loop that needs every register: as a function of its own it begins with all of them. */
#if defined(__GNUC__)
#define EI_NOINLINE __attribute__((noinline))
#else
#define EI_NOINLINE
#endif

/* A pointer that is known to be a multiple of four. */
#if defined(__GNUC__)
#define EI_ALIGNED_4(pointer) __builtin_assume_aligned((pointer), 4)
#else
#define EI_ALIGNED_4(pointer) (pointer)
#endif

#endif
