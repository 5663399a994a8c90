/* Clocks. time/clock.c
 *
 * Monotonic time is ticks of one hardware clock that all CPUs share, scaled; wall time is a fixed
 * offset from it (nothing steps the clock), so the vDSO computes both from constants, without a lock. */
#pragma once
#include "types.h"

/* One page, mapped read-only into the program beside the vDSO. arch/<arch>/vdso/clock.S knows where the first
 * fields lie: vdso/data-offsets.h. */
struct vdso_data {
    u64 base;          /* tick 0 of the monotonic clock */
    u64 per_tick;      /* seconds = ((ticks - base) * per_tick) >> 64, 128-bit product, whose low half is their fraction */
    u64 ns_per_sec;
    u32 usable;        /* 0: user mode must call the kernel */
    u64 wall_base;     /* the same for the wall clock: tick 0 of its fraction, */
    i64 wall_seconds;  /* and what is to be added to its seconds */
    u64 random_generation; /* changes when vDSO getrandom must fetch a new key */
};

/* Seconds in the high half, their fraction in the low one. */
static inline unsigned __int128 clock_seconds(u64 ticks, u64 per_tick) { return (unsigned __int128)ticks * per_tick; }
static inline u64 clock_fraction_ns(u64 fraction) { return (u64)(((unsigned __int128)fraction * NS_PER_SEC) >> 64); }

extern struct vdso_data *vdso_data;

void clock_init(u64 ticks_per_second);  /* called by arch_init_platform */
void clock_start_wall(void);            /* reads arch_wall_clock() */
u64 clock_now(void);                    /* monotonic ns, at least 1, never backwards on any CPU */
i64 clock_wall(void);                   /* ns since 1970 */
i64 clock_wall_offset(void);            /* what to add to monotonic time, less than a ns too little */
u64 clock_to_ticks(u64 ns);             /* first tick at or after that monotonic time */
/* vDSO image (time/vdso.c): mapped with its data page; its base for AT_SYSINFO_EHDR, 0 if none. */
uptr vdso_map(void);
/* The rt_sigreturn trampoline inside it, where handlers do not bring their own; 0 if there is none. */
extern uptr vdso_sigreturn;
