/* Which CPU is this, without a trap: getcpu(2). There is one NUMA node. */
#include "vdso.h"

VDSO int __vdso_getcpu(u32 *cpu, u32 *node, void *unused) {
    (void)unused;
    if (cpu) *cpu = vdso_cpu();
    if (node) *node = 0;
    return 0;
}
