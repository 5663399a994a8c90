/* What the vDSO's files share. This code runs in user mode, inside the Go program.
 *
 * It is a shared object of one page or two, linked by arch/<arch>/vdso.lds and mapped right behind its
 * data page (time/vdso.c). It has no writable data of its own. arch/<arch>/vdso-arch.h gives vdso_ticks(),
 * vdso_cpu() and vdso_syscall(). */
#pragma once
#include "abi.h"
#include "clock.h"
#include "entry.h"
#include "arch/vdso-arch.h"
#include "vdso/data-offsets.h"

#define VDSO __attribute__((visibility("default")))

int vdso_other_clock(int clock, struct abi_timespec *ts);

extern const char __ehdr_start[] __attribute__((visibility("hidden"))); /* the linker's: our first byte */

static inline const struct vdso_data *data(void) {
    return (const struct vdso_data *)(__ehdr_start - PAGE_SIZE);
}

_Static_assert(offsetof(struct vdso_data, base) == VDSO_BASE && offsetof(struct vdso_data, usable) == VDSO_USABLE, "clock.S");
_Static_assert(offsetof(struct vdso_data, per_tick) == VDSO_PER_TICK, "clock.S");
_Static_assert(offsetof(struct vdso_data, ns_per_sec) == VDSO_NS_PER_SEC && VDSO_FAST_CLOCK == CLOCK_MONOTONIC, "clock.S");
