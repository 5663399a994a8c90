/* What a debug kernel checks beside locks, and what it makes fail on purpose: the hooks. In any other kernel each of them
 * is nothing at all.
 *
 *   stacks    how deep each way into the kernel has gone               debug/stack-depth.c
 *   calls     that fail leave nothing behind, and answer what their row lists    debug/call-check.c
 *   poison    what comes out of the kernel does not depend on what nobody wrote     debug/poison.c
 *   faults    calls, memory and timers that fail because a seed says so          debug/faults.c */
#pragma once
#include "types.h"

/* The ways into the kernel; calls by number come first. */
enum entry_path {
    PATH_UNKNOWN_CALL = 512,
    PATH_PAGE_FAULT,
    PATH_EXCEPTION,
    PATH_TIMER,
    PATH_IPI,
    PATH_DEVICE,
    PATH_THREAD_START,
    PATH_THREAD_END,
    PATH_IDLE,
    PATH_IDLE_INTERRUPT,
    PATH_BOOT,
    PATHS,
};

#ifdef KERNEL_DEBUG
struct thread;

void stack_paint(void *stack, u64 size);                 /* a stack that nobody uses */
void stack_paint_boot(void);                             /* the unused part of the one that runs */
void stack_left(u32 path);                               /* the current thread leaves the kernel */
void stack_left_idle(u32 path);                          /* the same for what runs on the CPU's first stack */
void stack_measure(u64 top, u64 size, u32 path);         /* another stack */
void stack_report(void);                                 /* lines of the record */

/* 0, or the error with which the call is to end at once. */
long call_begins(u64 nr);
void call_ends(u64 nr, long result);
#define CHECKED_CALL(nr, call)                                                                     \
    ({                                                                                             \
        long answer_ = call_begins(nr);                                                            \
        poison_stack();                                                                            \
        if (!answer_) answer_ = (call);                                                            \
        call_ends(nr, answer_);                                                                    \
        answer_;                                                                                   \
    })

void poison_stack(void);                  /* what of the current thread's is unused */
bool poison_option(const char *word);     /* as below: catkernel.poison=BYTE */
/* Boot option catkernel.fault=SEED[:calls|memory|timers]. False: it is another one. */
bool fault_option(const char *word);
u64 fault_timer(u64 deadline_ns); /* perhaps a later one */
#else
/* Not evaluated, and no variable is unused. */
#define stack_paint(stack, size) ((void)sizeof(stack))
#define stack_paint_boot() ((void)0)
#define stack_left(path) ((void)sizeof(path))
#define stack_left_idle(path) ((void)0)
#define stack_measure(top, size, path) ((void)0)
#define stack_report() ((void)0)
#define CHECKED_CALL(nr, call) (call)
#define poison_stack() ((void)0)
static inline bool poison_option(const char *word) { return false; }
static inline bool fault_option(const char *word) { return false; }
static inline u64 fault_timer(u64 deadline_ns) { return deadline_ns; }
#endif
