/* Making a hart ours: where traps go, what the program may read, the emergency stack.
 *
 * The boot hart gets its trap vector before the first C function that could fault; the rest, which
 * needs memory, comes in arch_init_cpu(), on every hart. */
#include "cpu.h"
#include "arch.h"
#include "early.h"
#include "insn.h"
#include "log.h"
#include "mem.h"
#include "vector.h"

struct cpu *cpus[MAX_CPUS];
u32 cpu_count;

struct cpu boot_cpu = {.self = &boot_cpu}; // head.S loads it into tp

extern const char trap_entry[];

void cpu_init_traps(void) {
    csr_write(sscratch, 0); // in the kernel: entry.S
    csr_write(stvec, trap_entry);
}

void cpu_init_early(u64 hart) {
    cpu_init_traps();
    cpus[0] = &boot_cpu;
    boot_cpu.hw_id = (u32)hart;
}

void arch_init_cpu(void) {
    struct cpu *cpu = this_cpu();
    char *stack = kstack_alloc();
    if (!stack) refuse_to_boot("No memory is left for the kernel's stacks. Give the machine more (QEMU: -m).");
    cpu->arch.emergency_top = (u64)stack + KSTACK_SIZE;

    __asm__ volatile("fence.i" : : : "memory"); // what lies in memory now is what this hart shall fetch
    csr_clear(sstatus, SSTATUS_SUM | SSTATUS_MXR | SSTATUS_SIE | SSTATUS_SPP);
    csr_set(sstatus, SSTATUS_SPIE); // and SPP clear: entry.S
    csr_write(scounteren, SCOUNTEREN_TM);
    vector_init_cpu();
    // enabled for the program and for waits; in the kernel sstatus.SIE is off
    csr_write(sie, 1 << INTERRUPT_SOFTWARE | 1 << INTERRUPT_TIMER | 1 << INTERRUPT_EXTERNAL);
}
