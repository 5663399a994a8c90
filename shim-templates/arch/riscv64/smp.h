/* Between smp.c, head.S and trap.c. */
#pragma once
#include "types.h"

struct cpu;

extern const char smp_start_hart[];           /* head.S: where the firmware starts a hart */
NORETURN void smp_hart_main(struct cpu *cpu); /* its first C, on its own stack, with paging on */

extern bool stopping; /* arch_ipi_stop_all() was called: an interrupt of another hart means halt */
