/* The clock: one hardware counter, scaled to nanoseconds.
 *
 * ns = ((ticks - base_ticks) * mult) >> shift with a product of 128 bits, so the scale is exact
 * to far below a nanosecond per day, and user mode computes the very same (vDSO). The base lies
 * a little in the past: time 0 was before the program, and a CPU whose counter lags by less than
 * that is not thrown back to the end of time. Wall time is a fixed offset from this: nothing
 * steps the clock. */
#include "clock.h"
#include "arch.h"
#include "log.h"
#include "mem.h"
#include "timespec.h"

#define SHIFT 52
#define HEAD_START_PER_SECOND 1000 /* time begins at 1 ms */

struct vdso_data *vdso_data;
static u64 ticks_mult; /* ticks = (ns * ticks_mult) >> 32 */

/* (high << bits) / by without 128-bit division: `by` stays below 2^40. */
static u64 scale(u64 value, u32 bits, u64 by) {
    u64 quotient = value / by, rest = value % by;
    while (bits > 0) {
        u32 step = MIN(bits, 23);
        quotient = (quotient << step) + (rest << step) / by;
        rest = (rest << step) % by;
        bits -= step;
    }
    return quotient;
}

void clock_init(u64 ticks_per_second) {
    assert(ticks_per_second >= 1000000 && ticks_per_second < 1ull << 40);
    pa_t page = page_alloc_zeroed();
    if (!page) refuse_to_boot("No memory is left for the clock. Give the machine more (QEMU: -m).");
    vdso_data = phys_to_virt(page);
    vdso_data->mult = scale(NS_PER_SEC, SHIFT, ticks_per_second);
    vdso_data->shift = SHIFT;
    vdso_data->base_ticks = arch_ticks() - ticks_per_second / HEAD_START_PER_SECOND;
    vdso_data->usable = 1;
    ticks_mult = scale(ticks_per_second, 32, NS_PER_SEC);
}

void clock_start_wall(void) {
    // Without a clock the year is 1970, as on Linux.
    vdso_data->wall_offset = arch_wall_clock() - (i64)clock_now();
}

u64 clock_now(void) {
    u64 ticks = arch_ticks() - vdso_data->base_ticks;
    u64 ns = (u64)(((unsigned __int128)ticks * vdso_data->mult) >> SHIFT);
    if (likely(vdso_data->usable)) return ns;

    // Counters that disagree between CPUs: whoever is behind waits for the one in front.
    static u64 latest;
    u64 seen = __atomic_load_n(&latest, __ATOMIC_RELAXED);
    while (seen < ns && !__atomic_compare_exchange_n(&latest, &seen, ns, true, __ATOMIC_RELAXED,
                                                     __ATOMIC_RELAXED)) {}
    return MAX(seen, ns);
}

i64 clock_wall(void) { return (i64)clock_now() + vdso_data->wall_offset; }

u64 clock_to_ticks(u64 ns) {
    if (ns >= MAX_NS) return UINT64_MAX;
    // From now on, so that near times are exact; far ones may come a little early and are set
    // again.
    u64 now_ticks = arch_ticks(), now = clock_now();
    if (ns <= now) return now_ticks;
    return now_ticks + (u64)(((unsigned __int128)(ns - now) * ticks_mult) >> 32) + 1;
}
