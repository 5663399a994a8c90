/* Which CPU clock a clock number means.
 *
 * Beside the two constants there are the numbers that clock_getcpuclockid and pthread_getcpuclockid
 * make, and that C libraries pass for the constants too: ~pid << 3 | per thread << 2 | kind (Linux,
 * include/linux/posix-timers.h). Kind 3 is not a CPU clock but a descriptor. */
#pragma once
#include "abi.h"
#include "types.h"

#define CPU_CLOCK_PER_THREAD 4
#define CPU_CLOCK_KIND 3

struct cpu_clock {
    bool valid;
    bool per_thread;
    int id; /* thread or process; 0: the caller's */
};

static inline struct cpu_clock cpu_clock_of(int clock) {
    if (clock == CLOCK_PROCESS_CPUTIME_ID) return (struct cpu_clock){.valid = true};
    if (clock == CLOCK_THREAD_CPUTIME_ID) return (struct cpu_clock){true, .per_thread = true};
    struct cpu_clock c = {.per_thread = clock & CPU_CLOCK_PER_THREAD, .id = ~(clock >> 3)};
    // Of processes there is only number 1.
    bool exists = c.per_thread || c.id == 0 || c.id == 1;
    c.valid = clock < 0 && (clock & CPU_CLOCK_KIND) != 3 && exists;
    return c;
}
