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

#define VDSO __attribute__((visibility("default")))

extern const char __ehdr_start[] __attribute__((visibility("hidden"))); /* the linker's: our first byte */

static inline const struct vdso_data *data(void) {
    return (const struct vdso_data *)(__ehdr_start - PAGE_SIZE);
}
