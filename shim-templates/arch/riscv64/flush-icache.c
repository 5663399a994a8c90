/* riscv_flush_icache(2): what was written as data is to be fetched as instructions.
 *
 * FENCE.I works on one hart only (unprivileged specification, chapter 3). Every other one is
 * interrupted; trap.c executes it before anything else, and a hart that noticed the request
 * without the interrupt still has that pending: it comes before the program's next instruction. */
#include "abi.h"
#include "cpu.h"
#include "sys.h"

#define THIS_HART_ONLY 1 /* SYS_RISCV_FLUSH_ICACHE_LOCAL of asm/cacheflush.h */

long sys_riscv_flush_icache(uptr start, uptr end, i64 flags) {
    if (flags & ~THIS_HART_ONLY) return -EINVAL;
    __asm__ volatile("fence.i" : : : "memory");
    if (!(flags & THIS_HART_ONLY)) cpus_barrier();
    return 0;
}
