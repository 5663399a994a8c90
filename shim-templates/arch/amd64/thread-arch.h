/* What a thread has of its own on amd64, beside the user registers on its kernel stack. */
#pragma once
#include "types.h"

struct cpu;

struct arch_thread {
    u64 kernel_sp;   /* of a thread that is not running: callee-saved registers lie there */
    u64 fs_base;     /* thread pointer: Go keeps its m there */
    void *vector;    /* x87/SSE/AVX state when not running, 64-aligned; NULL for idle threads */
    void *vector_allocation;
    struct cpu *vector_cpu; /* where it was last loaded: see arch_switch() */
};
