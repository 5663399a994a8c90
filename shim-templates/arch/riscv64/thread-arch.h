/* What a thread has of its own on riscv64, beside the user registers on its kernel stack (tp is
 * one of those). */
#pragma once
#include "types.h"

struct cpu;

/* F and D state: vector.h. */
struct vector_state {
    u64 f[32];
    u32 fcsr, unused; /* so far as Linux lays it out in signal frames */
};

/* V state: its registers lie behind it, each as long as the hart's are. */
struct v_state {
    u64 vstart, vl, vtype, vcsr;
    u8 registers[];
};

struct arch_thread {
    u64 kernel_sp;              /* of a thread that is not running: callee-saved registers lie there */
    struct cpu *vector_cpu;     /* where its vector state was last loaded: see arch_switch() */
    struct vector_state vector; /* when not running; not used by idle threads */
    struct v_state *v;          /* NULL until its first instruction of V */
};
