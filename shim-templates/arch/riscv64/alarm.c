/* The next timer interrupt of this hart, and waiting for it. */
#include "arch.h"
#include "arch/cpu-bits.h"
#include "clock-source.h"
#include "insn.h"
#include "platform/sbi.h"

#define STIMECMP 0x14d /* by number: older assemblers do not know its name */

/* Either way it interrupts as soon as the time is not below `ticks`, and no longer when a later one is set. */
void arch_timer_set(u64 ticks) {
    if (timer_is_ours) __asm__ volatile("csrw %0, %1" : : "i"(STIMECMP), "r"(ticks) : "memory");
    else sbi_set_timer(ticks);
}

void arch_idle_wait(void) {
    // WFI ends for an interrupt that is enabled in sie even while none is taken: nothing slips in before it
    __asm__ volatile("wfi" : : : "memory");
    csr_set(sstatus, SSTATUS_SIE);
    csr_clear(sstatus, SSTATUS_SIE);
}
