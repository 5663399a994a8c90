/* Clocks without a trap: the same arithmetic as time/clock.c, on the same numbers.
 *
 * Nothing ever steps a clock, so the numbers are constants and no sequence lock is needed. */
#include "vdso.h"

static u64 monotonic_ns(void) {
    const struct vdso_data *d = data();
    return (u64)(((unsigned __int128)(vdso_ticks() - d->base_ticks) * d->mult) >> d->shift);
}

static bool is_monotonic(int clock) {
    return clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_MONOTONIC_COARSE ||
           clock == CLOCK_BOOTTIME;
}

static bool is_wall(int clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }

VDSO int __vdso_clock_gettime(int clock, struct abi_timespec *ts) {
    bool wall = is_wall(clock);
    if (!data()->usable || !(wall || is_monotonic(clock)))
        return (int)vdso_syscall(NR_clock_gettime, clock, (long)ts, 0);
    u64 ns = monotonic_ns() + (wall ? (u64)data()->wall_offset : 0);
    ts->tv_sec = (i64)(ns / NS_PER_SEC);
    ts->tv_nsec = (i64)(ns % NS_PER_SEC);
    return 0;
}

VDSO int __vdso_gettimeofday(struct abi_timeval *tv, struct abi_timezone *tz) {
    if (!data()->usable) return (int)vdso_syscall(NR_gettimeofday, (long)tv, (long)tz, 0);
    if (tv) {
        u64 ns = monotonic_ns() + (u64)data()->wall_offset;
        tv->tv_sec = (i64)(ns / NS_PER_SEC);
        tv->tv_usec = (i64)(ns % NS_PER_SEC / 1000);
    }
    if (tz) *tz = (struct abi_timezone){0};
    return 0;
}

/* Only amd64 has it: elsewhere the linker leaves it out. */
VDSO i64 __vdso_time(i64 *out) {
    struct abi_timespec now;
    __vdso_clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

VDSO int __vdso_clock_getres(int clock, struct abi_timespec *ts) {
    return (int)vdso_syscall(NR_clock_getres, clock, (long)ts, 0);
}
