/* The next timer interrupt of this CPU, and waiting for it. */
#include "arch.h"
#include "clock-source.h"
#include "cpu-bits.h"
#include "insn.h"
#include "platform/apic.h"

/* Counts of the APIC timer for `ticks`, rounded up: an alarm is never early by rounding. What is
 * too far away rings early instead, and is set again. */
static u32 ticks_to_count(u64 ticks) {
    u64 seconds = ticks / tsc_frequency, rest = ticks % tsc_frequency;
    if (seconds >= UINT32_MAX / lapic_timer_frequency) return UINT32_MAX;
    // rest < tsc_frequency < 2^34 and lapic_timer_frequency < 2^32: the product needs its 128 bits
    u64 low, high;
    __asm__("mulq %3" : "=a"(low), "=d"(high) : "a"(rest), "r"(lapic_timer_frequency) : "cc");
    u64 quotient, remainder;
    __asm__("divq %4" : "=a"(quotient), "=d"(remainder)
            : "a"(low), "d"(high), "r"(tsc_frequency) : "cc");
    return (u32)(seconds * lapic_timer_frequency + quotient + 1);
}

void arch_timer_set(u64 ticks) {
    if (timer_is_deadline) {
        wrmsr(MSR_TSC_DEADLINE, ticks == UINT64_MAX ? 0 : MAX(ticks, 1)); // 0 disarms
        return;
    }
    if (ticks == UINT64_MAX) {
        lapic_timer_start(0);
        return;
    }
    i64 left = (i64)(ticks - rdtsc());
    lapic_timer_start(left > 0 ? ticks_to_count(left) : 1);
}

void arch_idle_wait(void) {
    // STI takes effect after the next instruction: no interrupt slips in before the halt
    __asm__ volatile("sti; hlt; cli" : : : "memory");
}
