/* Reading clocks by call; the vDSO answers most of these without one. */
#include "clock.h"
#include "cpu-clock.h"
#include "sys.h"
#include "thread.h"
#include "timespec.h"

static long read_cpu_clock(struct cpu_clock clock, u64 *ns) {
    if (!clock.per_thread) {
        *ns = process_runtime_ns();
        return 0;
    }
    spin_lock(&process.lock);
    struct thread *t = clock.id ? thread_find(clock.id) : current();
    if (t) *ns = thread_runtime_ns(t);
    spin_unlock(&process.lock);
    return t ? 0 : -EINVAL;
}

static long read_clock(int clockid, u64 *ns) {
    struct cpu_clock cpu = cpu_clock_of(clockid);
    if (cpu.valid) return read_cpu_clock(cpu, ns);
    switch (clockid) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM:
    case CLOCK_TAI: *ns = (u64)clock_wall(); return 0; // no leap seconds are known: TAI is UTC
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME: // never suspended
    case CLOCK_BOOTTIME_ALARM: *ns = clock_now(); return 0;
    default: return -EINVAL;
    }
}

long sys_clock_gettime(int clockid, struct abi_timespec *tp) {
    u64 ns;
    long error = read_clock(clockid, &ns);
    if (!error) *tp = timespec_of(ns);
    return error;
}

long sys_clock_getres(int clockid, struct abi_timespec *res) {
    u64 ns;
    long error = read_clock(clockid, &ns);
    // The coarse clocks are as fine as the others: they cost the same.
    if (!error && res) *res = timespec_of(1);
    return error;
}

long sys_gettimeofday(struct abi_timeval *tv, struct abi_timezone *tz) {
    if (tv) *tv = timeval_of((u64)clock_wall());
    if (tz) *tz = (struct abi_timezone){0}; // UTC: a kernel's time zone is obsolete
    return 0;
}

long sys_time(i64 *tloc) {
    i64 seconds = (i64)((u64)clock_wall() / NS_PER_SEC);
    if (tloc) *tloc = seconds;
    return seconds;
}
