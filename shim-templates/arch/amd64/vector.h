/* x87, SSE, AVX and AVX-512 state of threads. vector.c
 *
 * Invariant: what XCR0 enables is saved and restored as a whole, on every switch and in every
 * signal frame. A component that is not enabled does not exist for the program: CPUID and XGETBV
 * tell it. */
#pragma once
#include "types.h"

struct thread;

void vector_init_cpu(void);
bool vector_alloc(struct thread *t); /* initial state; false: out of memory */
void vector_free(struct thread *t);
void vector_save(struct thread *t);    /* this CPU's registers -> memory, for a switch */
void vector_restore(struct thread *t);
void vector_save_whole(void *area);    /* every component written, for a signal frame */
void vector_reset(void);               /* registers to their initial values */
/* Loads a state that the program could have written: 0, or -EINVAL if no program has such a
 * state. */
int vector_load_untrusted(void *area);

extern u32 vector_size;    /* bytes of a state; at least 512 */
extern u64 vector_enabled; /* XCR0; 0 when only FXSAVE exists */
