/* Counts basic blocks for afl-fuzz where the runner was compiled with -fsanitize-coverage=trace-pc; in any other build it is empty. The memory
 * with the counts is that which afl-fuzz has given to the process that started this one. */
#include "ei_runner.h"

#ifdef EI_TRACE
#include <stdlib.h>
#include <sys/shm.h>

#define MAP_BYTES 65536u

void __sanitizer_cov_trace_pc(void);

/* Positions relative to this function are the same in every run, wherever the program is loaded. */
__attribute__((no_sanitize_coverage, no_sanitize("address", "undefined"))) void __sanitizer_cov_trace_pc(void)
{
    static uint8_t unused[MAP_BYTES];
    static uint8_t *counts;
    static uint32_t previous;
    if (counts == NULL) {
        const char *id = getenv("__AFL_SHM_ID");
        void *memory = id == NULL ? NULL : shmat(atoi(id), NULL, 0);
        counts = id == NULL || memory == (void *)-1 ? unused : memory;
    }
    uintptr_t position = (uintptr_t)__builtin_return_address(0) - (uintptr_t)&__sanitizer_cov_trace_pc;
    uint32_t block = (uint32_t)position * 2654435761u >> 16;
    counts[(block ^ previous) % MAP_BYTES]++;
    previous = block >> 1;
}
#endif
