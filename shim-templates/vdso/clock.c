/* Clocks without a trap: the same arithmetic as time/clock.c, on the same numbers. arch/<arch>/vdso/clock.S has
 * the monotonic clock, whatever else is asked for comes here.
 *
 * Nothing ever steps a clock, so the numbers are constants and no sequence lock is needed. */
#include "vdso.h"

static INLINE void read_clock(u64 base, i64 seconds, struct abi_timespec *ts) {
    unsigned __int128 time = clock_seconds(vdso_ticks() - base, data()->per_tick);
    ts->tv_sec = (i64)(time >> 64) + seconds;
    ts->tv_nsec = (i64)clock_fraction_ns((u64)time);
}

static bool is_monotonic(int clock) {
    return clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_MONOTONIC_COARSE ||
           clock == CLOCK_BOOTTIME;
}

static bool is_wall(int clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }

int vdso_other_clock(int clock, struct abi_timespec *ts) {
    bool wall = is_wall(clock);
    if (!data()->usable || !(wall || is_monotonic(clock)))
        return (int)vdso_syscall(NR_clock_gettime, clock, (long)ts, 0);
    if (wall) read_clock(data()->wall_base, data()->wall_seconds, ts);
    else read_clock(data()->base, 0, ts);
    return 0;
}

VDSO int __vdso_gettimeofday(struct abi_timeval *tv, struct abi_timezone *tz) {
    if (!data()->usable) return (int)vdso_syscall(NR_gettimeofday, (long)tv, (long)tz, 0);
    if (tv) {
        struct abi_timespec now;
        read_clock(data()->wall_base, data()->wall_seconds, &now);
        tv->tv_sec = now.tv_sec;
        tv->tv_usec = now.tv_nsec / 1000;
    }
    if (tz) *tz = (struct abi_timezone){0};
    return 0;
}

/* Only amd64 has it: elsewhere the linker leaves it out. */
VDSO i64 __vdso_time(i64 *out) {
    struct abi_timespec now;
    vdso_other_clock(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

VDSO int __vdso_clock_getres(int clock, struct abi_timespec *ts) {
    return (int)vdso_syscall(NR_clock_getres, clock, (long)ts, 0);
}
