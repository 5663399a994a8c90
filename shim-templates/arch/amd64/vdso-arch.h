/* What the vDSO needs of this processor: its clock, its number, and a system call. */
#pragma once
#include "arch/cpu-bits.h"
#include "types.h"

/* LFENCE keeps RDTSC from running ahead of earlier loads (Intel SDM vol. 2B, RDTSC). */
static inline u64 vdso_ticks(void) {
    u32 low, high;
    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high)::"memory");
    return (u64)high << 32 | low;
}

static inline long vdso_syscall(long nr, long a, long b, long c) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(nr), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

/* The limit of this segment is the CPU's number: cpu.c gives every CPU a descriptor table of its own. */
static inline unsigned vdso_cpu(void) {
    unsigned cpu;
    __asm__ volatile("lsl %1, %0" : "=r"(cpu) : "r"(CPU_NUMBER_SELECTOR));
    return cpu;
}
