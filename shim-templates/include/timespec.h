/* Times as programs give them, and as the kernel counts: nanoseconds in 64 bits, up to 584 years.
 * What does not fit is for ever. */
#pragma once
#include "abi.h"
#include "clock.h"
#include "wait.h"

#define NS_PER_USEC 1000ull
/* Linux's KTIME_MAX: the largest time it counts, too. */
#define MAX_NS ((u64)INT64_MAX)

static inline bool timespec_valid(const struct abi_timespec *t) {
    return t->tv_sec >= 0 && t->tv_nsec >= 0 && (u64)t->tv_nsec < NS_PER_SEC;
}

static inline u64 timespec_to_ns(const struct abi_timespec *t) {
    if ((u64)t->tv_sec >= MAX_NS / NS_PER_SEC) return MAX_NS;
    return (u64)t->tv_sec * NS_PER_SEC + (u64)t->tv_nsec;
}

static inline struct abi_timespec timespec_of(u64 ns) {
    return (struct abi_timespec){(i64)(ns / NS_PER_SEC), (i64)(ns % NS_PER_SEC)};
}

static inline bool timeval_valid(const struct abi_timeval *t) {
    return t->tv_sec >= 0 && t->tv_usec >= 0 && t->tv_usec < 1000000;
}

static inline u64 timeval_to_ns(const struct abi_timeval *t) {
    return timespec_to_ns(&(struct abi_timespec){t->tv_sec, t->tv_usec * (i64)NS_PER_USEC});
}

static inline struct abi_timeval timeval_of(u64 ns) {
    return (struct abi_timeval){(i64)(ns / NS_PER_SEC), (i64)(ns % NS_PER_SEC / NS_PER_USEC)};
}

/* The monotonic time `ns` from now. */
static inline u64 deadline_after(u64 ns) {
    u64 now = clock_now();
    return ns >= MAX_NS - now ? FOREVER : now + ns;
}

/* When the wall clock shows `wall_ns`, as monotonic time; at once (1) if that is past. */
static inline u64 wall_to_monotonic(u64 wall_ns) {
    if (wall_ns >= MAX_NS) return FOREVER;
    i64 ns = (i64)wall_ns - clock_wall_offset();
    return ns < 1 ? 1 : (u64)ns;
}
