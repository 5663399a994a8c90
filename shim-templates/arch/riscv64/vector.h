/* F and D state of threads. vector.S, vector.c
 *
 * Invariant: it is saved and restored as a whole, on every switch and in every signal frame.
 * sstatus.FS says whether the registers have changed since they were last saved; what the kernel
 * itself loads makes them dirty too, so it always tells the truth. The V extension is hidden:
 * sstatus.VS stays off, its instructions are illegal. */
#pragma once
#include "types.h"
#include "arch/thread-arch.h"

struct thread;

void vector_init_cpu(void);
void vector_save(struct thread *t);    /* this hart's registers -> memory, for a switch */
void vector_restore(struct thread *t);
void vector_save_whole(struct vector_state *to); /* for a signal frame */
/* Any bits are a valid state: the program may have written them. */
void vector_load(const struct vector_state *from);
