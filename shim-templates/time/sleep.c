/* nanosleep, clock_nanosleep: sleeping until an absolute time, so that nothing adds up. */
#include "clock.h"
#include "cpu-clock.h"
#include "sys.h"
#include "thread.h"
#include "timespec.h"
#include "user.h"

/* Only the deadline and signals end it. With `rem`, an interrupted sleep tells what was left. */
static long sleep_until(u64 deadline, uptr rem) {
    for (;;) {
        int result = wait_sleep(deadline);
        if (result == -ETIMEDOUT) return 0;
        if (result == 0) continue;
        if (rem) {
            u64 now = clock_now();
            struct abi_timespec left = timespec_of(deadline > now ? deadline - now : 0);
            if (user_write(rem, &left, sizeof left)) return -EFAULT;
        }
        return -EINTR;
    }
}

long sys_nanosleep(const struct abi_timespec *duration, uptr rem) {
    if (!timespec_valid(duration)) return -EINVAL;
    return sleep_until(deadline_after(timespec_to_ns(duration)), rem);
}

long sys_clock_nanosleep(int clockid, u32 flags, const struct abi_timespec *t, uptr rem) {
    switch (clockid) {
    case CLOCK_REALTIME:
    case CLOCK_TAI:
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME: break;
    case CLOCK_THREAD_CPUTIME_ID:
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM:
    case CLOCK_BOOTTIME_ALARM: return -EOPNOTSUPP;
    default: return cpu_clock_of(clockid).valid ? -EOPNOTSUPP : -EINVAL;
    }
    if (!timespec_valid(t)) return -EINVAL;
    u64 ns = timespec_to_ns(t);
    if (!(flags & TIMER_ABSTIME)) return sleep_until(deadline_after(ns), rem);
    bool wall = clockid == CLOCK_REALTIME || clockid == CLOCK_TAI;
    long result = sleep_until(wall ? wall_to_monotonic(ns) : ns, 0);
    // An absolute time can simply be asked for again: Linux restarts it when no handler ran.
    return result == -EINTR ? -ERESTARTNOHAND : result;
}
