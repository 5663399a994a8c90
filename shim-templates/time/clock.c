/* The clock: one hardware counter, scaled to seconds and their fraction, and from there to nanoseconds.
 *
 * seconds = ((ticks - base) * per_tick) >> 64 with a product of 128 bits; its low half is the fraction, which
 * times 10^9, >> 64, are the nanoseconds. So nothing is divided, and user mode computes the very same (vDSO).
 * The scale is rounded to 64 bits after the point, which a counter of 3 GHz keeps to some microseconds a day,
 * far below what its crystal does. The base lies a little in the past: time 0 was before the program, and a CPU
 * whose counter lags by less than that is not thrown back to the end of time. Wall time is a fixed offset from
 * this: nothing steps the clock. */
#include "clock.h"
#include "arch.h"
#include "arch/cpu-arch.h"
#include "log.h"
#include "mem.h"
#include "timespec.h"

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

static u64 ns_to_ticks(u64 ns) { return (u64)(((unsigned __int128)ns * ticks_mult) >> 32); }

void clock_init(u64 ticks_per_second) {
    assert(ticks_per_second >= 1000000 && ticks_per_second < 1ull << 40);
    pa_t page = page_alloc_zeroed();
    if (!page) refuse_to_boot("No memory is left for the clock. Give the machine more (QEMU: -m).");
    vdso_data = phys_to_virt(page);
    vdso_data->per_tick = (scale(2, 64, ticks_per_second) + 1) / 2; // to the nearest
    vdso_data->ns_per_sec = NS_PER_SEC;
    vdso_data->base = arch_ticks() - ticks_per_second / HEAD_START_PER_SECOND;
    vdso_data->usable = 1;
    ticks_mult = scale(ticks_per_second, 32, NS_PER_SEC);
}

/* In nanoseconds; `base` and `seconds` make it the one clock or the other. */
static inline u64 read_ns(u64 base, i64 seconds) {
    unsigned __int128 time = clock_seconds(arch_ticks() - base, vdso_data->per_tick);
    return ((u64)(time >> 64) + (u64)seconds) * NS_PER_SEC + clock_fraction_ns((u64)time);
}

void clock_start_wall(void) {
    // Without a clock the year is 1970, as on Linux.
    i64 offset = arch_wall_clock() - (i64)clock_now();
    i64 seconds = offset / NS_PER_SEC - (offset % NS_PER_SEC < 0);
    vdso_data->wall_seconds = seconds;
    vdso_data->wall_base = vdso_data->base - ns_to_ticks((u64)(offset - seconds * NS_PER_SEC));
}

i64 clock_wall_offset(void) {
    unsigned __int128 fraction = clock_seconds(vdso_data->base - vdso_data->wall_base, vdso_data->per_tick);
    return vdso_data->wall_seconds * NS_PER_SEC + (i64)clock_fraction_ns((u64)fraction);
}

u64 clock_now(void) {
    u64 ns = read_ns(vdso_data->base, 0);
    if (likely(vdso_data->usable)) return ns;

    // Counters that disagree between CPUs: whoever is behind waits for the one in front.
    static u64 latest;
    u64 seen = __atomic_load_n(&latest, __ATOMIC_RELAXED);
    while (seen < ns && !__atomic_compare_exchange_n(&latest, &seen, ns, true, __ATOMIC_RELAXED,
                                                     __ATOMIC_RELAXED)) {}
    return MAX(seen, ns);
}

i64 clock_wall(void) {
    if (unlikely(!vdso_data->usable)) return (i64)clock_now() + clock_wall_offset();
    return (i64)read_ns(vdso_data->wall_base, vdso_data->wall_seconds);
}

u64 clock_to_ticks(u64 ns) {
    if (ns >= MAX_NS) return UINT64_MAX;
    // From now on, so that near times are exact; far ones may come a little early and are set
    // again.
    u64 now_ticks = arch_ticks(), now = clock_now();
    if (ns <= now) return now_ticks;
    return now_ticks + ns_to_ticks(ns - now) + 1;
}
