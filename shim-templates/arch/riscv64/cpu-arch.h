/* What a hart needs of its own on riscv64. */
#pragma once
#include "arch/insn.h"
#include "types.h"

struct cpu;

/* How far another hart than the first has come: smp.c. */
enum cpu_start { CPU_STARTING, CPU_ARRIVED, CPU_RELEASED, CPU_UNWANTED };

struct arch_cpu {
    u64 emergency_top;           /* first: stack for traps that kernel code takes; 0 until there is one */
    struct thread *vector_owner; /* whose vector state is in the registers now */
    u32 start;                   /* enum cpu_start, atomic */
};

/* tp points to this hart's struct cpu while in the kernel; compiled code never writes it.
 * Volatile: after a thread switch the answer may be another one. */
static inline struct cpu *this_cpu(void) {
    struct cpu *cpu;
    __asm__ volatile("mv %0, tp" : "=r"(cpu));
    return cpu;
}

/* PAUSE of Zihintpause: a FENCE that orders nothing, so older harts ignore it. */
static inline void arch_pause(void) { __asm__ volatile(".insn i 0x0f, 0, x0, x0, 0x010" : : : "memory"); }

static inline u64 arch_ticks(void) { return rdtime(); }
