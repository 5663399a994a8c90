/* What a CPU needs of its own on amd64: descriptor table, task state segment, emergency stacks. */
#pragma once
#include "arch/insn.h"
#include "types.h"

struct cpu;

/* Task state segment: only the stacks in it are used (Intel SDM volume 3A, section 8.7). */
struct __attribute__((packed)) tss {
    u32 reserved0;
    u64 rsp[3]; /* rsp[0]: stack for traps from user mode */
    u64 reserved1;
    u64 ist[7]; /* ist[0] is "IST 1" */
    u64 reserved2;
    u16 reserved3, io_map;
};
_Static_assert(sizeof(struct tss) == 104, "hardware layout");

/* Traps that may strike when the stack pointer cannot be trusted have stacks of their own. */
#define IST_NMI 1
#define IST_FATAL 2 /* double fault and machine check: neither returns */

/* How far a secondary CPU has come: smp.c. */
enum cpu_start { CPU_STARTING, CPU_ARRIVED, CPU_RELEASED, CPU_UNWANTED };

struct arch_cpu {
    u64 gdt[16];
    struct tss tss;
    struct thread *vector_owner; /* whose vector state is in the registers now */
    u32 start;                   /* enum cpu_start, atomic */
};

/* GS base points to this CPU's struct cpu while in the kernel; its first field is its own address.
 * Volatile: after a thread switch the answer may be another one. */
static inline struct cpu *this_cpu(void) {
    struct cpu *cpu;
    __asm__ volatile("movq %%gs:0, %0" : "=r"(cpu));
    return cpu;
}

static inline void arch_pause(void) { __asm__ volatile("pause" : : : "memory"); }

static inline u64 arch_ticks(void) { return rdtsc(); }
