/* One CPU, which is always the same. */
#pragma once
#include "types.h"
struct cpu;
struct arch_cpu { int unused; };
extern struct cpu *test_cpu;
static inline struct cpu *this_cpu(void) { return test_cpu; }
static inline void arch_pause(void) {}
u64 arch_ticks(void);
