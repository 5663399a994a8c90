/* x87, SSE, AVX and AVX-512 state of threads. vector.c
 *
 * Invariant: what XCR0 enables is saved and restored as a whole, on every switch and in every
 * signal frame. A component that is not enabled does not exist for the program: CPUID and XGETBV
 * tell it. */
#pragma once
#include "abi.h"
#include "types.h"

struct thread;

void vector_init_cpu(void);
bool vector_alloc(struct thread *t); /* initial state; false: out of memory */
void vector_free(struct thread *t);
void vector_save(struct thread *t);    /* this CPU's registers -> memory, for a switch */
void vector_restore(struct thread *t);
void vector_save_whole(void *area);    /* every component written, for a new thread */
void vector_reset(void);               /* registers to their initial values */

/* The running thread's state in the program's memory, for a signal frame. The range was checked. user.S */
int arch_user_vector_save(uptr to, u32 size, u32 magic2); /* 0 or -EFAULT */
/* -EFAULT: it cannot be read, or no program has such a state; then the registers hold part of it. */
int arch_user_vector_load(uptr from, u32 size, u32 magic1, u32 magic2);

/* What the frame has where the legacy part ends: what marks the state as an extended one, and an empty header,
 * of which XSAVE fills only the first field. All zero when there is only FXSAVE. */
struct vector_mark {
    struct abi_fpx_sw_bytes sw;
    struct abi_xstate_header header;
};
extern struct vector_mark vector_mark;

extern u32 vector_size;    /* bytes of a state; at least 512 */
extern u64 vector_enabled; /* XCR0; 0 when only FXSAVE exists */
