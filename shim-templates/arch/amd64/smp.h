/* Between smp.c and platform/trampoline.S. */
#pragma once
#include "types.h"

struct cpu;

extern const char trampoline_start[], trampoline_end[], trampoline_values[];
extern struct cpu *starting_cpus[];
extern u64 starting_root;

/* What smp.c fills into the copy of the trampoline; offsets become addresses by adding its page. */
struct __attribute__((packed)) trampoline_data {
    u32 root;
    u16 gdt_limit;
    u32 gdt_base;
    u32 jump_target;
    u16 jump_selector;
};

void cpu_init_secondary(struct cpu *cpu); /* cpu.c */
