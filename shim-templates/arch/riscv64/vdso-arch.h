/* What the vDSO needs of this processor: its clock and a system call. */
#pragma once
#include "entry.h"
#include "types.h"

static inline u64 vdso_ticks(void) {
    u64 ticks;
    __asm__ volatile("rdtime %0" : "=r"(ticks) : : "memory");
    return ticks;
}

static inline long vdso_syscall(long nr, long a, long b, long c) {
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    register long a7 __asm__("a7") = nr;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
    return a0;
}

/* Differs: amd64 reads the number from a register; no register of U-mode tells the hart. */
static inline unsigned vdso_cpu(void) {
    unsigned cpu = 0;
    vdso_syscall(NR_getcpu, (long)&cpu, 0, 0);
    return cpu;
}
