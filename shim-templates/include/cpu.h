/* Per-CPU state, and how one CPU asks something of another.
 *
 * arch/<arch>/cpu-arch.h defines `struct arch_cpu` and the inline this_cpu(). The first fields of
 * `struct cpu` are read by entry code; their offsets are asserted there. */
#pragma once
#include "list.h"
#include "lock.h"
#include "arch/cpu-arch.h"

#define MAX_CPUS 64

struct thread;

/* Requests: bits in cpu->requests, set by another CPU, followed by an interrupt (arch_ipi). */
enum cpu_request {
    CPU_REQUEST_FLUSH = 1 << 0,      /* flush the TLB of user addresses (range in mem/shootdown.c) */
    CPU_REQUEST_RESCHEDULE = 1 << 1, /* look at your run queue / at your thread's signals */
    CPU_REQUEST_BARRIER = 1 << 3,    /* membarrier: taking note of it is all */
    CPU_REQUEST_STOP = 1 << 2,       /* halt for ever: panic or power-off on another CPU */
};

struct cpu {
    struct cpu *self;          /* 0: so that entry code and this_cpu() can load the pointer */
    u64 kernel_stack_top;      /* 8: stack for entries from user mode: that of `current` */
    u64 scratch;               /* 16: entry code parks the user's stack pointer here */
    struct thread *current;    /* 24 */
    u32 id;                    /* 0 .. cpu_count-1; the boot CPU is 0 */
    u32 hw_id;                 /* APIC id or hart id */
    union {
        struct {
            u32 requests;         /* enum cpu_request, atomic */
            bool need_reschedule; /* only this CPU touches it */
            bool idle;            /* in or about to enter the idle halt: see mem/shootdown.c */
        };
        u64 attention;            /* all three: 0 if the thread that runs may go on */
    };
    struct thread *idle_thread;
    struct sched_cpu *sched;   /* run queue: thread/sched.c */
    struct timer_cpu *timers;  /* timers: time/timer.c */
    u64 flush_generation;      /* mem/shootdown.c */
    struct arch_cpu arch;
#ifdef KERNEL_DEBUG
    struct held_locks held_locks;
    u64 first_stack_top; /* of the idle thread; 0: the boot stack */
#endif
};

extern struct cpu *cpus[MAX_CPUS];
extern u32 cpu_count; /* CPUs that are running; fixed once the program starts */

/* Sets the bit and interrupts the CPU. Returns at once. */
void cpu_request(struct cpu *cpu, enum cpu_request request);
/* Does what other CPUs asked of this one. Called by the IPI handler, by every spin loop, and before
 * leaving the kernel. CPU_REQUEST_STOP does not return. */
void cpu_serve_requests(void);
static inline bool cpu_attention(struct cpu *cpu) { return __atomic_load_n(&cpu->attention, __ATOMIC_RELAXED); }
/* Returns when every other CPU has entered the kernel, or has been in it, since the call. thread/membarrier.c */
void cpus_barrier(void);
