#pragma once
#include "types.h"
struct cpu;
struct arch_cpu {
    int unused;
};
extern struct cpu *host_cpu;
static inline struct cpu *this_cpu(void) { return host_cpu; }
static inline void arch_pause(void) {}
