/* Clocks. time/clock.c
 *
 * Monotonic time is ticks of one hardware clock that all CPUs share, scaled; wall time is a fixed
 * offset from it (nothing steps the clock), so the vDSO computes both from constants, without a lock. */
#pragma once
#include "types.h"

/* One page, mapped read-only into the program beside the vDSO. */
struct vdso_data {
    u64 base_ticks;   /* tick 0 of the monotonic clock */
    u64 mult;         /* ns = ((ticks - base_ticks) * mult) >> shift, 128-bit product */
    u32 shift;
    u32 usable;       /* 0: user mode must call the kernel */
    i64 wall_offset;  /* realtime = monotonic + wall_offset, ns since 1970 */
    u64 random_generation; /* changes when vDSO getrandom must fetch a new key */
};
extern struct vdso_data *vdso_data;

void clock_init(u64 ticks_per_second);  /* called by arch_init_platform */
void clock_start_wall(void);            /* reads arch_wall_clock() */
u64 clock_now(void);                    /* monotonic ns, at least 1, never backwards on any CPU */
i64 clock_wall(void);                   /* ns since 1970 */
u64 clock_to_ticks(u64 ns);             /* first tick at or after that monotonic time */
/* vDSO image (time/vdso.c): mapped with its data page; its base for AT_SYSINFO_EHDR, 0 if none. */
uptr vdso_map(void);
/* The rt_sigreturn trampoline inside it, where handlers do not bring their own; 0 if there is none. */
extern uptr vdso_sigreturn;
